"""Every write to the counts of finished attempts. Lock order: attempt, then its exam.

An attempt that is counted twice, or leaves otherwise than it came, would make them wrong for ever. So it
enters together with its mark `is_tallied`, in one transaction, and leaves in the one that takes its result
away, while its answers are still those that were counted: the database refuses a tallied attempt without a
verdict.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, transaction

from certification.models import AnswerLog, Attempt, Exam, JobRun, Option, Question, Response
from certification.models.responses import in_moscow
from certification.models.statistics import TALLIES, Tally, untallied
from certification.rules import item_tally
from certification.rules.item_tally import Paper, Reply, seconds_shown
from certification.rules.scoring import Marked
from certification.states import StandingJob

log = logging.getLogger(__name__)

# Attempts that enter at once. Most of the work is in the counts that a batch changes, and twice the attempts
# change few more; but all of them are in memory, and on SQLite nobody saves while they are written.
BATCH = 1_000
WRITTEN = 1_000  # rows of one statement


@dataclass(frozen=True, slots=True)
class Refresh:
    """How many attempts one pass has counted, and how many it could not."""

    tallied: int
    failures: int


def refresh(*, now: datetime, enough: Callable[[], bool] = lambda: False) -> Refresh:
    """Count every attempt with a verdict that is not counted yet, until there is none or it was `enough`.

    An error in one is logged and never stops the rest. The pass is noted for /readyz.
    """
    done = failures = 0
    for exam_id in list(untallied().order_by().values_list("exam_id", flat=True).distinct()):
        content, last = Content(), 0
        while not enough():
            waiting = untallied().filter(exam=exam_id, pk__gt=last).order_by("pk")
            pks = list(waiting.values_list("pk", flat=True)[:BATCH])
            if not pks:
                break
            last = pks[-1]
            failed = count_each(pks, exam_id, content)
            done, failures = done + len(pks) - failed, failures + failed
    JobRun.objects.update_or_create(name=StandingJob.KEEPER, defaults={"ran_at": now, "failures": failures})
    return Refresh(tallied=done, failures=failures)


def count_each(pks: list[int], exam_id: int, content: "Content") -> int:
    """Count them together or, where that fails, one by one; how many could not be counted."""
    try:
        count(pks, exam_id, content)
    except OperationalError:
        raise
    except Exception:  # whatever is wrong with one, the others must be counted
        if len(pks) > 1:
            return sum(count_each([pk], exam_id, content) for pk in pks)
        log.exception("attempt %s could not be counted", pks[0])
        return 1
    return 0


def count(pks: list[int], exam_id: int, content: "Content") -> None:
    """Let these attempts enter. What was decided about since it was read is left to the next pass."""
    attempts = list(untallied().filter(pk__in=pks))
    papers = read(attempts, content)
    counts = item_tally.tally(papers.values())
    as_read = {attempt.pk: (attempt.finished_at, attempt.reopened_at) for attempt in attempts}
    with transaction.atomic():
        locked = untallied().select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
        now_there = locked.values_list("pk", "finished_at", "reopened_at")
        same = [pk for pk, *times in now_there if tuple(times) == as_read.get(pk)]
        if len(same) < len(papers):
            counts = item_tally.tally(papers[pk] for pk in same)
        write(counts, exam_id, sign=1)
        Attempt.objects.filter(pk__in=same).update(is_tallied=True)


def forget(attempt: Attempt) -> None:
    """Take a locked attempt out of the counts, before its result is taken away."""
    if not attempt.is_tallied:
        return
    counts = item_tally.tally(read([attempt], Content()).values())
    write(counts, attempt.exam_id, sign=-1)
    attempt.is_tallied = False
    attempt.save(update_fields=["is_tallied"])


@transaction.atomic
def forget_all() -> None:
    """Empty the counts, so that the next pass counts everything anew.

    A keeper that stands between its lock of an exam and its commit has counted attempts whose marks are not
    seen yet, so they are looked for when every exam is locked.
    """
    verdicts = Attempt.objects.counted().order_by("pk")
    list(verdicts.select_for_update(no_key=True).values_list("pk", flat=True))
    list(Exam.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Attempt.objects.filter(is_tallied=True).update(is_tallied=False)
    for model in TALLIES:
        model._default_manager.all().delete()


def write(counts: item_tally.Tally, exam_id: int, *, sign: int) -> None:
    """Add these counts of one exam to those that stand, or take them away again."""
    Exam.objects.select_for_update(no_key=True).get(pk=exam_id)
    of_models = (
        counts.papers,
        counts.sections,
        counts.marks,
        counts.options,
        counts.months,
        counts.times,
    )
    for model, of_model in zip(TALLIES, of_models, strict=True):
        if of_model:
            write_of(model, of_model, exam_id, sign=sign)


def write_of(model: type[Tally], counts: Counter[tuple[object, ...]], exam_id: int, *, sign: int) -> None:
    rows = model._default_manager.filter(exam=exam_id)
    near = "score" if "score" in model.KEY else "question_id"
    values = {key[model.KEY.index(near)] for key in counts}
    known = {
        tuple(key): (pk, stands)
        for pk, stands, *key in rows.filter(**{f"{near}__in": values}).values_list("pk", "count", *model.KEY)
    }
    stays, goes = [], []
    for key, change in counts.items():
        pk, stands = known.get(key, (None, 0))
        if stands + sign * change == 0:
            goes.append(pk)
        else:
            named = dict(zip(model.KEY, key, strict=True))
            stays.append(model(exam_id=exam_id, count=stands + sign * change, **named))
    rows.filter(pk__in=goes).delete()
    model._default_manager.bulk_create(
        stays,
        batch_size=WRITTEN,
        update_conflicts=True,
        unique_fields=["exam_id", *model.KEY],
        update_fields=["count"],
    )


class Content:
    """What questions are worth and which options are right, each read once: served versions never change."""

    def __init__(self) -> None:
        self.questions: dict[int, tuple[int, int]] = {}
        self.right: dict[int, frozenset[int]] = {}
        self.answers: dict[tuple[int, ...], Marked] = {}

    def learn(self, question_ids: Collection[int]) -> None:
        new = set(question_ids) - set(self.questions)
        if not new:
            return
        rows = Question.objects.filter(pk__in=new).values_list("pk", "section_id", "weight")
        self.questions |= {pk: (section, weight) for pk, section, weight in rows}
        right: dict[int, set[int]] = {pk: set() for pk in new}
        options = Option.objects.filter(question__in=new, is_correct=True)
        for pk, position in options.values_list("question_id", "position"):
            right[pk].add(position)
        self.right |= {pk: frozenset(positions) for pk, positions in right.items()}

    def marked(self, question_id: int, chosen: list[int]) -> Marked:
        answer = (question_id, *chosen)
        if answer not in self.answers:
            section, weight = self.questions[question_id]
            self.answers[answer] = Marked(section, frozenset(chosen), self.right[question_id], weight)
        return self.answers[answer]


def read(attempts: list[Attempt], content: Content) -> dict[int, Paper]:
    """The papers of these finished attempts, by attempt. Four queries at most, each read to its end."""
    pks = [attempt.pk for attempt in attempts]
    rows = list(
        Response.objects.filter(attempt__in=pks)
        .order_by("attempt_id", "position")
        .values_list("pk", "attempt_id", "question_id", "chosen")
    )
    content.learn({question_id for _, _, question_id, _ in rows})
    seconds = times_shown(pks)
    replies: dict[int, list[Reply]] = {pk: [] for pk in pks}
    for pk, attempt_id, question_id, chosen in rows:
        reply = Reply(question_id, content.marked(question_id, chosen), seconds.get(pk))
        replies[attempt_id].append(reply)
    return {attempt.pk: paper(attempt, replies[attempt.pk]) for attempt in attempts}


def paper(attempt: Attempt, replies: list[Reply]) -> Paper:
    if attempt.finished_at is None or attempt.score is None or attempt.max_score is None:
        raise ValueError("An attempt in progress is not counted.")
    return Paper(
        is_first=attempt.number == 1,
        month=in_moscow(attempt.finished_at).date().replace(day=1),
        score=attempt.score,
        max_score=attempt.max_score,
        partial=attempt.partial_credit,
        replies=tuple(replies),
    )


def times_shown(attempt_ids: list[int]) -> dict[int, int | None]:
    """How long each question was shown, by response; where scripts told."""
    told = AnswerLog.objects.filter(response__attempt__in=attempt_ids, shown_ms__isnull=False)
    saves: dict[int, list[tuple[str, int | None]]] = {}
    for response_id, client, shown_ms in told.order_by("id").values_list("response_id", "client", "shown_ms"):
        saves.setdefault(response_id, []).append((client, shown_ms))
    return {response_id: seconds_shown(of_response) for response_id, of_response in saves.items()}
