"""Several senders of letters at once; see test_concurrency."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from certification.actions import notices
from certification.actions.notices import Pass
from certification.models import Notice
from certification.states import NoticeKind
from tests.factories import NOW, ManagerFactory, NoticeFactory, bank_with_exam, untold
from tests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 15
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def real_connections(transactional_db):
    if connection.vendor == "sqlite":
        assert not connection.is_in_memory_db(), "give the test database a file: TEST NAME"


@pytest.fixture
def attempt():
    return untold(bank_with_exam(questions=1, per_section=1))


@pytest.fixture
def outbox(monkeypatch):
    """What the mail server was given, by all threads: a list's append is whole."""
    given = []
    monkeypatch.setattr("certification.actions.post.deliver", lambda message: given.append(message.to[0]))
    return given


def send():
    return notices.send_due(
        now=LATER, compose=lambda notice: EmailMessage("О", "Текст", to=[f"{notice.pk}@example.com"])
    )


def test_letters_go_out_once_however_many_senders_there_are(attempt, outbox):
    for _ in range(ROUNDS):
        rows = [NoticeFactory(attempt=attempt) for _ in range(4)]

        results = at_once(send, send, send)

        assert sorted(outbox) == sorted(f"{row.pk}@example.com" for row in rows)
        assert sum(done.sent for done in results) == 4
        assert {(done.dropped, done.failures) for done in results} == {(0, 0)}
        assert set(Notice.objects.values_list("state", "tries")) == {("sent", 1)}
        outbox.clear()


def test_letter_that_two_have_sent_again_goes_out_once(attempt, outbox):
    first, second = ManagerFactory(), ManagerFactory()
    for _ in range(ROUNDS):
        row = NoticeFactory(attempt=attempt, state="failed", tries=8)

        again = at_once(
            *(
                lambda row=row, by=by: notices.send_again([row.pk], by=by.pk, now=LATER)
                for by in (first, second)
            )
        )
        results = at_once(send, send)

        assert sorted(again) == [0, 1]
        assert outbox == [f"{row.pk}@example.com"]
        assert sorted(results, key=lambda done: done.sent) == [Pass(0, 0, 0), Pass(1, 0, 0)]
        outbox.clear()


def test_letter_that_is_written_by_several_at_once_is_written_once(outbox):
    exam = bank_with_exam(questions=1, per_section=1)
    for _ in range(ROUNDS):
        one = untold(exam)

        results = at_once(*[lambda one=one: notices.write(NoticeKind.RESULT, one, now=NOW)] * 3)

        assert results == [None] * 3
        assert Notice.objects.filter(attempt=one).count() == 1
