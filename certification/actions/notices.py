"""Letters: written down in the transaction of what they tell of, sent afterwards."""

import logging
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from traceback import format_tb
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from certification.actions import post
from certification.actions.events import event
from certification.models import Attempt, Certificate, Event, Invitation, JobRun, Notice
from certification.states import EventKind, NoticeKind, NoticeState, StandingJob

log = logging.getLogger(__name__)

BATCH = 100  # letters, or certificates, that one pass looks at
# After the first, second … try that the server did not accept; after the one beyond them it is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
# How many days before its end a certificate's holder is told; each once.
EXPIRING_DAYS = (60, 30, 7)


def write(
    kind: NoticeKind, about: Invitation | Attempt | Certificate, *, now: datetime, mark: object = ""
) -> None:
    """Write down a letter about `about` to whom it concerns, inside the caller's transaction.

    A second one of the same kind about the same with the same `mark` is not written.
    """
    subject: dict[str, Any] = {str(type(about)._meta.model_name): about}
    person_id = None if isinstance(about, Invitation) else about.candidate_id
    email = about.email if isinstance(about, Invitation) else about.candidate.email
    key = f"{kind}:{about.pk}:{mark}"
    notice = Notice(
        kind=kind, key=key, email=email, person_id=person_id, created_at=now, due_at=now, **subject
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def write_expiring(*, now: datetime, limit: int = BATCH) -> int:
    """Write to holders whose certificate expires in 60, 30 or 7 days, once for each; how many are written.

    Of several that are passed only the nearest is written of, so that a late pass sends one letter. `limit`
    certificates of each threshold at most: a later pass goes on.
    """
    written = 0
    for days, nearer in zip(EXPIRING_DAYS, (*EXPIRING_DAYS[1:], 0), strict=True):
        with transaction.atomic():
            for certificate in expiring(now, days=days, nearer=nearer)[:limit]:
                write(NoticeKind.EXPIRING, certificate, now=now, mark=days)
                written += 1
    return written


def expiring(now: datetime, *, days: int, nearer: int) -> QuerySet[Certificate]:
    """Certificates in force with `days` or less to go and more than `nearer`, whose holder is not told yet.

    One that was never valid for so long has no such threshold.
    """
    told = Notice.objects.filter(
        kind=NoticeKind.EXPIRING, certificate=OuterRef("pk"), key__endswith=f":{days}"
    )
    return (
        Certificate.objects.in_force()
        .unrenewed()
        .filter(
            ~Exists(told),
            expires_at__gt=now + timedelta(days=nearer),
            expires_at__lte=now + timedelta(days=days),
            issued_at__lte=F("expires_at") - timedelta(days=days),
            candidate__is_active=True,
        )
        .select_related("candidate")
        .order_by("expires_at", "id")
    )


@dataclass(frozen=True, slots=True)
class Pass:
    """How many letters one pass sent, dropped because their sense is gone, and could not send."""

    sent: int
    dropped: int
    failures: int


def send_due(
    *,
    now: datetime,
    compose: Callable[[Notice], EmailMessage],
    enough: Callable[[], bool] = lambda: False,
    limit: int = BATCH,
) -> Pass:
    """Send what is due, the longest waiting first, each claimed before it is given to the mail server.

    A letter goes out at most once: one that was claimed by a process that died stays `sending`, as does one
    that the server may have taken. One that it did not take waits longer each time and is given up in the
    end. An error in one never stops the rest. `enough` is asked before each. The pass is noted for /readyz.
    """
    done: Counter[NoticeState] = Counter()
    due = Notice.objects.due(now).order_by("due_at", "id")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        if enough():
            break
        if claim(pk, now=now):
            done[send(pk, now=now, compose=compose)] += 1
    sent, dropped = done[NoticeState.SENT], done[NoticeState.DROPPED]
    failures = done.total() - sent - dropped
    JobRun.objects.update_or_create(name=StandingJob.SENDER, defaults={"ran_at": now, "failures": failures})
    return Pass(sent=sent, dropped=dropped, failures=failures)


def claim(pk: int, *, now: datetime) -> bool:
    """Whether the letter is ours, which one sender alone is told. Committed before anything is sent."""
    with transaction.atomic(durable=True):
        due = Notice.objects.due(now).filter(pk=pk)
        return due.update(state=NoticeState.SENDING, claimed_at=now, tries=F("tries") + 1) == 1


def send(pk: int, *, now: datetime, compose: Callable[[Notice], EmailMessage]) -> NoticeState:
    """What has become of a claimed letter."""
    try:
        notice = Notice.objects.with_subject().get(pk=pk)
        if notice.is_pointless(now):
            return settle(notice, NoticeState.DROPPED)
        try:
            post.deliver(composed(notice, compose))
        except post.NotAccepted as error:
            log.warning("notice %s was not accepted: %s", pk, error)
            return put_off(notice, error, now=now)
        except post.Unknown as error:
            log.error("notice %s may have been sent, and is not sent again: %s", pk, error)
            return settle(notice, NoticeState.SENDING, error=str(error))
        return settle(notice, NoticeState.SENT, sent_at=now, error="")
    except Exception as error:  # noqa: BLE001  whatever is wrong with one, the others must go out
        log.error("notice %s stays as it is: %s", pk, post.short(error))
        return NoticeState.SENDING


def composed(notice: Notice, compose: Callable[[Notice], EmailMessage]) -> EmailMessage:
    try:
        return compose(notice)
    except Exception as error:  # noqa: BLE001  templates may raise anything
        # The lines of code and nothing else: an error's own words may quote the letter.
        log.error("notice %s: %s\n%s", notice.pk, post.short(error), "".join(format_tb(error.__traceback__)))
        raise post.NotAccepted(error) from None


def settle(notice: Notice, state: NoticeState, **values: Any) -> NoticeState:
    """Note what became of it, unless a person has decided otherwise meanwhile."""
    ours = Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING, claimed_at=notice.claimed_at)
    ours.update(state=state, **values)
    return state


def put_off(notice: Notice, error: post.NotAccepted, *, now: datetime) -> NoticeState:
    """Let it wait for its next try, or give it up."""
    if error.for_good or notice.tries > len(WAITS):
        return settle(notice, NoticeState.FAILED, error=str(error))
    due_at = now + WAITS[notice.tries - 1]
    return settle(notice, NoticeState.WAITING, error=str(error), due_at=due_at)


def send_again(pks: Collection[int], *, by: int, now: datetime) -> int:
    """Let letters that were given up or got stuck be sent once more; how many. Others stay as they are."""
    chosen = Notice.objects.repeatable(now).filter(pk__in=pks)
    with transaction.atomic():
        found = list(chosen.select_for_update())
        again = Notice.objects.filter(pk__in=[notice.pk for notice in found])
        again.update(state=NoticeState.WAITING, due_at=now, tries=0)
        Event.objects.bulk_create(
            event(
                EventKind.LETTER_REPEATED,
                notice,
                by=by,
                now=now,
                letter=notice.kind,
                former_state=notice.state,
                former_tries=notice.tries,
            )
            for notice in found
        )
    for notice in found:
        log.info("notice %s is sent again: user %s has decided so", notice.pk, by)
    return len(found)
