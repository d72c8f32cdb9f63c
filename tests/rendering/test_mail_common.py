"""What all letters have in common, whatever people have typed."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.core.mail import get_connection
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification.actions import notices
from certification.models import Notice
from certification.rendering import mail
from certification.states import NoticeKind
from tests.factories import (
    NOW,
    CertificateFactory,
    ExamFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    finished,
    untold,
    void,
)
from tests.letters import END, html, letter, said
from tests.pages import plain

pytestmark = pytest.mark.django_db

# What somebody may have typed for a name.
HOSTILE = '<b>Анна</b> {{ x }} & "Ко"\r\nBcc: all@example.com\u2028\u202e‑%s'
LITERAL = '<b>Анна</b> {{ x }} & "Ко" Bcc: all@example.com ‑%s'


def hostile_world():
    """Everything that a person can type, in the place of every name."""
    manager = ManagerFactory(name=HOSTILE)
    partner = PartnerFactory(name=HOSTILE)
    user = UserFactory(name=HOSTILE, partner=partner)
    attempt = untold(bank_with_exam(title=HOSTILE), user=user, right=5)
    training = bank_with_exam(title=HOSTILE, gives_certificate=False)
    certificate = CertificateFactory(attempt=untold(training, user=user, right=5), number='"><i>')
    invitation = InvitationFactory(name=HOSTILE, partner=partner, invited_by=manager)
    return {
        NoticeKind.INVITATION: invitation,
        NoticeKind.RESULT: attempt,
        NoticeKind.CLOSED: attempt,
        NoticeKind.CERTIFICATE: certificate,
        NoticeKind.EXPIRING: certificate,
    }


@pytest.mark.parametrize("kind", NoticeKind)
def test_hostile_names_are_literal_and_end_no_line(kind):
    message = letter(kind, hostile_world()[kind])
    page = html(message)

    harmless = {"html", "head", "meta", "title", "body", "div", "p", "b", "br", "a"}
    assert {tag for tag, _attrs in page.tags} <= harmless
    assert not [attrs for tag, attrs in page.tags if tag == "b" and "Анна" in str(attrs)]
    assert "<b>Анна" not in message.alternatives[0][0]
    assert LITERAL in message.body
    assert LITERAL in page.text
    assert "&lt;" not in message.body
    assert "&lt;" not in message.subject
    assert [line for line in message.body.splitlines() if line.startswith("Bcc")] == []
    if kind != NoticeKind.EXPIRING:
        assert LITERAL in message.subject
    assert "\n" not in message.subject
    assert dict(message.message().items()).keys() >= {"Subject", "To", "Message-ID"}
    assert "Bcc" not in message.message()
    assert get_connection().send_messages([message]) == 1
    assert outbox.outbox[0].recipients() == message.to


@pytest.mark.parametrize("kind", NoticeKind)
def test_letter_is_for_mail_clients_and_in_russian(kind):
    message = letter(kind, hostile_world()[kind])
    page = html(message)

    assert not {"style", "script", "link", "img", "table"} & {tag for tag, _attrs in page.tags}
    assert page.tags[0] == ("html", {"lang": "ru"})
    assert not [name for _tag, attrs in page.tags for name in attrs if name in ("class", "src", "onclick")]
    titles = [chunk for kind, chunk in page.chunks if kind == "text" and plain(chunk) == message.subject]
    assert len(titles) == 1


def test_letter_has_one_name_for_ever_and_asks_for_no_autoreply():
    finished()
    notice = Notice.objects.with_subject().get()

    first, second = (mail.compose(notice, now=END + timedelta(hours=n)) for n in (0, 5))

    assert first.extra_headers == second.extra_headers
    assert first.extra_headers == {
        "Message-ID": f"<notice.{notice.pk}.20261123071000000000@localhost>",
        "Auto-Submitted": "auto-generated",
    }


def test_links_lead_to_the_site_of_the_settings(settings):
    settings.SITE_URL = "https://cert.example.com"
    attempt = finished()

    message = letter(NoticeKind.RESULT, attempt)

    link = f"https://cert.example.com/attempts/{attempt.pk}/result/"
    assert (link in said(message), link in html(message).links) == (True, True)


def test_sender_is_the_one_of_the_settings():
    assert letter(NoticeKind.RESULT, finished()).from_email == settings.DEFAULT_FROM_EMAIL


@pytest.mark.parametrize("attempts_before", [1, 3])
@pytest.mark.parametrize(
    ("kind", "queries"),
    [
        (NoticeKind.INVITATION, 1),
        (NoticeKind.RESULT, 3),
        (NoticeKind.CERTIFICATE, 1),
        (NoticeKind.EXPIRING, 1),
    ],
)
def test_letter_takes_the_same_queries_however_much_there_is(kind, queries, attempts_before):
    user, exam = UserFactory(), ExamFactory(first_wait=timedelta(0), later_wait=timedelta(0))
    exam.lines.set(bank_with_exam().lines.all())
    for n in range(attempts_before):
        voided = finished(user, exam, right=5, now=NOW - timedelta(days=9 - n))
        void(voided)
    attempt = finished(user, exam, right=5)
    about = {NoticeKind.INVITATION: InvitationFactory, NoticeKind.RESULT: lambda: attempt}
    make = about.get(kind, attempt.certificates.get)
    notices.write(kind, make(), now=END, mark="counted")

    with CaptureQueriesContext(connection) as captured:
        mail.compose(Notice.objects.with_subject().get(key__endswith="counted"), now=END)

    assert len(captured) == queries
