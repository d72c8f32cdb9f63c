"""Letters: written with what they tell of, sent at most once."""

import logging
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from certification.actions import notices, post
from certification.actions.notices import Pass
from certification.models import JobRun, Notice
from certification.states import NoticeKind, NoticeState
from tests.factories import (
    NOW,
    CertificateFactory,
    InvitationFactory,
    NoticeFactory,
    untold,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
MS = timedelta(milliseconds=1)


def compose(notice):
    return EmailMessage(f"О {notice.pk}", "Текст", to=[notice.email])


def send(now=LATER, **options):
    return notices.send_due(now=now, **{"compose": compose, **options})


def sent_to():
    return [message.to for message in mail.outbox]


def states():
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def server(monkeypatch):
    """A mail server that says what the test lets it: an error for each address, or for all under None."""
    errors = {}
    deliver = post.deliver

    def answer(message):
        error = errors.get(message.to[0], errors.get(None))
        if error:
            raise error
        deliver(message)

    monkeypatch.setattr(post, "deliver", answer)
    return errors


def busy():
    return post.NotAccepted(SMTPDataError(451, b"Try later, person0@example.com"))


def refused(code):
    return post.NotAccepted(SMTPRecipientsRefused({"person0@example.com": (code, b"No")}))


# Writing


def test_letter_about_an_invitation_goes_to_whom_is_invited():
    invitation = InvitationFactory(email="ivan@example.com")

    notices.write(NoticeKind.INVITATION, invitation, now=NOW, mark=invitation.nonce)

    notice = Notice.objects.get()
    assert (notice.kind, notice.email, notice.person, notice.invitation) == (
        "invitation",
        "ivan@example.com",
        None,
        invitation,
    )
    assert (notice.state, notice.created_at, notice.due_at, notice.tries) == ("waiting", NOW, NOW, 0)


@pytest.mark.parametrize(
    ("kind", "make", "name"),
    [
        (NoticeKind.RESULT, untold, "attempt"),
        (NoticeKind.CLOSED, untold, "attempt"),
        (NoticeKind.CERTIFICATE, CertificateFactory, "certificate"),
        (NoticeKind.EXPIRING, CertificateFactory, "certificate"),
    ],
)
def test_letter_about_something_of_a_person_goes_to_them(kind, make, name):
    about = make()

    notices.write(kind, about, now=NOW)

    notice = Notice.objects.get()
    assert (notice.kind, getattr(notice, name)) == (kind, about)
    assert (notice.person, notice.email) == (about.candidate, about.candidate.email)


def test_second_letter_of_a_kind_about_the_same_is_not_written():
    attempt = untold()

    for kind in (NoticeKind.RESULT, NoticeKind.CLOSED, NoticeKind.RESULT):
        notices.write(kind, attempt, now=NOW)
    notices.write(NoticeKind.RESULT, attempt, now=LATER, mark="again")
    notices.write(NoticeKind.RESULT, untold(), now=LATER)

    assert list(Notice.objects.order_by("pk").values_list("kind", "created_at")) == [
        ("result", NOW),
        ("closed", NOW),
        ("result", LATER),
        ("result", LATER),
    ]


def test_letter_is_gone_with_the_transaction_of_what_it_tells_of():
    attempt = untold()

    with transaction.atomic():
        notices.write(NoticeKind.RESULT, attempt, now=NOW)
        assert Notice.objects.count() == 1
        transaction.set_rollback(True)

    assert not Notice.objects.exists()
    assert send() == Pass(sent=0, dropped=0, failures=0)


# Sending


def test_due_letter_is_sent_once():
    notice = NoticeFactory(email="anna@example.com", due_at=NOW)

    assert send(NOW - MS) == Pass(0, 0, 0)
    assert send(NOW) == Pass(sent=1, dropped=0, failures=0)
    assert send(LATER) == Pass(0, 0, 0)

    notice.refresh_from_db()
    assert (notice.state, notice.tries, notice.claimed_at, notice.sent_at, notice.error) == (
        "sent",
        1,
        NOW,
        NOW,
        "",
    )
    assert sent_to() == [["anna@example.com"]]


def test_letters_go_in_the_order_in_which_they_became_due_up_to_the_limit():
    for minutes, name in ((3, "c"), (1, "a"), (2, "b")):
        NoticeFactory(email=f"{name}@example.com", due_at=NOW + timedelta(minutes=minutes))

    assert send(limit=2) == Pass(2, 0, 0)
    assert sent_to() == [["a@example.com"], ["b@example.com"]]
    assert send(limit=2) == Pass(1, 0, 0)


def test_pass_ends_between_two_letters_when_it_is_enough():
    NoticeFactory.create_batch(3)

    assert send(enough=lambda: len(mail.outbox) == 2) == Pass(2, 0, 0)
    assert states() == ["sent", "sent", "waiting"]


def test_letter_is_claimed_and_committed_before_it_is_composed_and_sent():
    NoticeFactory()
    seen = []

    def look(notice):
        row = Notice.objects.get()
        seen.append((row.state, row.claimed_at, row.tries, len(connection.savepoint_ids)))
        return compose(notice)

    outside = len(connection.savepoint_ids)
    send(compose=look)

    assert seen == [("sending", LATER, 1, outside)]


@pytest.mark.parametrize("dies", ["composing", "sending", "marking"])
def test_letter_of_a_sender_that_died_is_not_sent_again(monkeypatch, dies):
    class Killed(BaseException):
        """As a signal would have it: nobody catches it."""

    def die(*args, **options):
        raise Killed

    NoticeFactory()
    with monkeypatch.context() as patch:
        if dies == "sending":
            patch.setattr(post, "deliver", die)
        if dies == "marking":
            patch.setattr(notices, "settle", die)
        with pytest.raises(Killed):
            send(compose=die if dies == "composing" else compose)

    assert states() == ["sending"]
    for days in (0, 1, 400):
        assert send(LATER + timedelta(days=days)) == Pass(0, 0, 0)
    assert len(mail.outbox) == (1 if dies == "marking" else 0)


def test_letter_that_the_server_may_have_taken_stays_as_being_sent(server):
    notice = NoticeFactory()
    server[None] = post.Unknown(SMTPServerDisconnected("Connection unexpectedly closed"))

    assert send() == Pass(sent=0, dropped=0, failures=1)
    server.clear()
    assert send(LATER + timedelta(days=30)) == Pass(0, 0, 0)

    notice.refresh_from_db()
    assert (notice.state, notice.error, notice.tries) == ("sending", "SMTPServerDisconnected", 1)


def test_waits_between_tries_grow_until_it_is_given_up(server):
    notice = NoticeFactory(due_at=NOW)
    server[None] = busy()
    now, waits = NOW, []

    while True:
        assert send(now) == Pass(sent=0, dropped=0, failures=1)
        notice.refresh_from_db()
        assert (notice.error, notice.tries) == ("SMTPDataError 451", len(waits) + 1)
        if notice.state != NoticeState.WAITING:
            break
        waits.append(notice.due_at - now)
        assert send(notice.due_at - MS) == Pass(0, 0, 0)
        now = notice.due_at

    assert notice.state == NoticeState.FAILED
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert waits == [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, 24 * hour]
    server.clear()
    assert send(now + timedelta(days=400)) == Pass(0, 0, 0)
    assert sent_to() == []


def test_letter_that_is_taken_at_a_later_try_is_sent(server):
    notice = NoticeFactory()
    server[None] = busy()
    send()
    server.clear()

    assert send(LATER + timedelta(minutes=1)) == Pass(1, 0, 0)

    notice.refresh_from_db()
    assert (notice.state, notice.tries, notice.error) == ("sent", 2, "")


@pytest.mark.parametrize(
    ("code", "state", "error"),
    [(550, "failed", "SMTPRecipientsRefused 550"), (450, "waiting", "SMTPRecipientsRefused 450")],
)
def test_recipient_who_is_refused_for_good_is_given_up_at_once(server, code, state, error):
    notice = NoticeFactory()
    server[None] = refused(code)

    assert send() == Pass(sent=0, dropped=0, failures=1)

    notice.refresh_from_db()
    assert (notice.state, notice.error, notice.tries) == (state, error, 1)


@pytest.mark.parametrize("bad", [0, 1, 2])
@pytest.mark.parametrize("error", [busy(), refused(550), post.Unknown(OSError()), OperationalError("away")])
def test_error_in_one_never_stops_the_others(server, bad, error):
    rows = NoticeFactory.create_batch(3)
    server[rows[bad].email] = error

    assert send() == Pass(sent=2, dropped=0, failures=1)

    assert sent_to() == [[row.email] for row in rows if row != rows[bad]]
    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == ("send_notices", LATER, 1)


def test_letter_that_cannot_be_composed_waits_and_says_where_but_not_what(caplog):
    first, second = NoticeFactory.create_batch(2)

    def stumble(notice):
        if notice.pk == first.pk:
            raise ValueError(f"https://example.com/invitations/secret {notice.email}")
        return compose(notice)

    with caplog.at_level(logging.INFO):
        assert send(compose=stumble) == Pass(sent=1, dropped=0, failures=1)

    first.refresh_from_db()
    assert (first.state, first.error) == ("waiting", "ValueError")
    assert sent_to() == [[second.email]]
    assert f"notice {first.pk}: ValueError\n" in caplog.text
    assert "in stumble" in caplog.text
    assert first.email not in caplog.text


def test_log_has_neither_addresses_nor_what_the_server_said(server, caplog):
    notice = NoticeFactory(email="person0@example.com")
    for error in (busy(), refused(550), post.Unknown(OSError("person0@example.com")), OSError("person0@")):
        Notice.objects.update(state=NoticeState.WAITING, due_at=NOW)
        server[None] = error
        send()

    assert [record.getMessage() for record in caplog.records] == [
        f"notice {notice.pk} was not accepted: SMTPDataError 451",
        f"notice {notice.pk} was not accepted: SMTPRecipientsRefused 550",
        f"notice {notice.pk} may have been sent, and is not sent again: OSError",
        f"notice {notice.pk} stays as it is: OSError",
    ]


def test_pass_without_work_is_noted():
    send(NOW)
    send(LATER)

    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == ("send_notices", LATER, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_pass_asks_five_statements_a_letter(count):
    """Claim with the two ends of its transaction, row, mark; beside them the pass's own."""
    send(NOW)
    NoticeFactory.create_batch(count)

    with CaptureQueriesContext(connection) as queries:
        send()

    assert len(queries) == 5 + 5 * count
