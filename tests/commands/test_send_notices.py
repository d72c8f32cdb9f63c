"""`manage.py send_notices`: one pass, or passes until it is told to stop."""

import signal
import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.management import call_command

from certification.actions import notices, post
from certification.management.commands import send_notices
from certification.models import JobRun, Notice
from tests.commands.test_close_overdue_attempts import PATIENCE, handlers, tell_to_stop
from tests.factories import NOW, CertificateFactory, NoticeFactory

__all__ = ["handlers"]

LATER = NOW + timedelta(hours=1)


def send(**options):
    out, err = StringIO(), StringIO()
    call_command("send_notices", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def elapsed(monkeypatch):
    """The clock that nobody sets, in the command: it stands until a test moves it."""
    clock = [1000.0]
    monkeypatch.setattr(send_notices.time, "monotonic", lambda: clock[0])
    return clock


@pytest.fixture
def command():
    command = send_notices.Command(stdout=StringIO())
    command.told = []
    return command


@pytest.mark.django_db
def test_one_pass_sends_what_is_due_and_says_so():
    notice = NoticeFactory()
    NoticeFactory(due_at=LATER + timedelta(seconds=1))

    with time_machine.travel(LATER, tick=False):
        assert send(once=True) == ("Sent 1, dropped 0, could not send 0.\n", "")

    [message] = mail.outbox
    assert (message.to, message.from_email) == ([notice.email], settings.DEFAULT_FROM_EMAIL)
    assert f"http://localhost:8000/attempts/{notice.attempt_id}/result/" in message.body
    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == ("send_notices", LATER, 0)


@pytest.mark.django_db
def test_one_pass_without_work_is_silent():
    with time_machine.travel(NOW, tick=False):
        assert send(once=True) == ("", "")

    assert JobRun.objects.get().ran_at == NOW


@pytest.mark.django_db
def test_one_pass_writes_and_sends_of_certificates_that_expire():
    certificate = CertificateFactory()

    with time_machine.travel(certificate.expires_at - timedelta(days=7), tick=False):
        assert send(once=True) == ("Sent 1, dropped 0, could not send 0.\n", "")
        assert send(once=True) == ("", "")

    assert certificate.number in mail.outbox[0].subject


@pytest.mark.django_db
def test_pass_that_could_not_send_says_so(monkeypatch):
    def refuse(message):
        raise post.NotAccepted(OSError())

    monkeypatch.setattr(post, "deliver", refuse)
    NoticeFactory()

    with time_machine.travel(LATER, tick=False):
        assert send(once=True) == ("Sent 0, dropped 0, could not send 1.\n", "")

    assert Notice.objects.get().due_at == LATER + timedelta(minutes=1)


@pytest.mark.django_db
def test_certificates_are_looked_at_once_an_hour_and_again_while_there_are_any(monkeypatch, elapsed, command):
    looks, found = [], [2, 1, 0, 0]

    def write(*, now):
        looks.append(elapsed[0])
        return found[len(looks) - 1]

    monkeypatch.setattr(notices, "write_expiring", write)

    for seconds in (0, 5, 5, 5, 3594.9, 0.1):
        elapsed[0] += seconds
        command.make_pass()

    assert looks == [1000.0, 1005.0, 1010.0, 4610.0]


@pytest.mark.django_db
def test_pass_ends_before_readyz_grows_impatient(monkeypatch, elapsed, command):
    """Each letter hangs as long as the settings allow."""
    NoticeFactory.create_batch(9)

    def hang(message):
        elapsed[0] += settings.EMAIL_TIMEOUT
        raise post.NotAccepted(TimeoutError())

    monkeypatch.setattr(post, "deliver", hang)

    with time_machine.travel(LATER, tick=False):
        command.make_pass()

    assert elapsed[0] - 1000 == 30
    assert Notice.objects.filter(tries=1).count() == 3
    assert JobRun.objects.get().failures == 3


@pytest.mark.django_db
def test_pass_begins_no_letter_after_it_was_told_to_stop(monkeypatch, command):
    NoticeFactory.create_batch(2)
    monkeypatch.setattr(post, "deliver", lambda message: command.told.append(signal.SIGTERM))

    with time_machine.travel(LATER, tick=False):
        command.make_pass()

    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "waiting"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.django_db(transaction=True)
def test_loop_makes_a_pass_at_once_and_leaves_when_told(handlers, number):
    NoticeFactory(due_at=NOW - timedelta(days=3650))
    begun = time.monotonic()
    thread = tell_to_stop(number, handlers, until=lambda: bool(mail.outbox))

    out, err = send()

    thread.join(PATIENCE)
    assert time.monotonic() - begun < PATIENCE
    assert (out, err) == ("Sent 1, dropped 0, could not send 0.\n", "")
    assert Notice.objects.get().state == "sent"
