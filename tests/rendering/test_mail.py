"""Every letter, whole: its subject, its text and the words of its HTML."""

from datetime import timedelta

import pytest

from certification.actions import attempts
from certification.states import NoticeKind, ReviewLevel, Role
from tests.factories import (
    NOW,
    CertificateFactory,
    InvitationFactory,
    ManagerFactory,
    PartnerFactory,
    answer,
    bank_with_exam,
    finished,
    started,
    untold,
)
from tests.letters import END, SITE, check, hello, html, letter, said
from tests.pages import plain, words

pytestmark = pytest.mark.django_db

CARELESS = "If you do not expect this invitation, you need not do anything."
SCORE = "%(score)s of %(max)s, pass mark %(needed)s"


# Invitation


def test_invitation_to_a_company():
    partner = PartnerFactory(name="ООО «Ромашка»")
    invitation = InvitationFactory(
        name="Пётр Иванов", partner=partner, invited_by=ManagerFactory(name="Ольга Тимофеева")
    )

    message = letter(NoticeKind.INVITATION, invitation)

    body = words(
        "%(inviter)s invites you to the certification of amoCRM partners. Company: %(company)s; "
        "your role: %(role)s.",
        inviter="Ольга Тимофеева",
        company="ООО «Ромашка»",
        role=plain(str(Role.CANDIDATE.label)),
    )
    once = words(
        "The link works once, until %(until)s. Do not pass it on: whoever opens it becomes a participant in "
        "your place.",
        until="7 декабря 2026 г., 10:00",
    )
    check(
        message,
        subject=words(
            "Invitation to the certification of amoCRM partners: %(company)s", company="ООО «Ромашка»"
        ),
        lines=[
            hello("Пётр Иванов"),
            body,
            words("Accept the invitation and choose a password:"),
            invitation.link,
            once,
            words(CARELESS),
        ],
        html_lines=[
            hello("Пётр Иванов"),
            body,
            words("Accept the invitation"),
            invitation.link,
            once,
            words(CARELESS),
        ],
    )
    assert message.to == [invitation.email]
    assert html(message).links == [invitation.link, "mailto:manager@example.com"]


def test_invitation_to_the_team_of_somebody_without_a_name():
    invitation = InvitationFactory(
        name="", partner=None, role=Role.MANAGER, invited_by=ManagerFactory(name="Ольга Тимофеева")
    )

    message = letter(NoticeKind.INVITATION, invitation)

    assert message.subject == words("Invitation to the certification of amoCRM partners")
    assert said(message)[:2] == [
        words("Hello!"),
        words(
            "%(inviter)s invites you to the team of the certification of amoCRM partners. "
            "Your role: %(role)s.",
            inviter="Ольга Тимофеева",
            role=plain(str(Role.MANAGER.label)),
        ),
    ]
    assert said(message)[1] in html(message).text


# Result


def result_of(attempt, *, headline, facts, after):
    """The lines that tell of an attempt, in the text and in the HTML."""
    link = f"{SITE}/attempts/{attempt.pk}/result/"
    facts = [*facts, f"{words('Finished:')} 23 ноября 2026 г., 10:10"]
    text = [headline, *facts, after, words("Result:"), link]
    return text, [headline, *facts, after, words("Open the result"), link]


def points(score):
    return f"{words('Points:')} {words(SCORE, score=score, max=5, needed=4)}"


def test_result_of_a_failed_attempt():
    attempt = finished(exam=bank_with_exam(title="Тест 1"))

    message = letter(NoticeKind.RESULT, attempt)

    lines, html_lines = result_of(
        attempt,
        headline=words("You have not passed “%(exam)s” yet.", exam="Тест 1"),
        facts=[points(0)],
        after=words("The next attempt may start from %(date)s (Moscow).", date="24 ноября 2026 г., 10:10"),
    )
    check(
        message,
        subject=words("The exam is not passed yet: %(exam)s", exam="Тест 1"),
        lines=[hello("Мария"), *lines],
        html_lines=[hello("Мария"), *html_lines],
    )
    assert message.to == [attempt.candidate.email]


def test_result_of_a_passed_attempt():
    attempt = finished(exam=bank_with_exam(title="Тест 1"), right=4)

    message = letter(NoticeKind.RESULT, attempt)

    lines, html_lines = result_of(
        attempt,
        headline=words("You have passed “%(exam)s”.", exam="Тест 1"),
        facts=[points(4)],
        after=words(
            "The result is kept and counts towards the certificate of %(name)s.", name="Мария Лебедева"
        ),
    )
    check(
        message,
        subject=words("The exam is passed: %(exam)s", exam="Тест 1"),
        lines=[hello("Мария"), *lines],
        html_lines=[hello("Мария"), *html_lines],
    )


def test_result_of_training_says_what_comes_next():
    attempt = finished(exam=bank_with_exam(gives_certificate=False), right=5)

    message = letter(NoticeKind.RESULT, attempt)

    assert words("This was training: the next step is the exam that gives a certificate.") in said(message)


@pytest.mark.parametrize("right", [0, 5])
@pytest.mark.parametrize(
    ("right_after", "meanwhile", "later", "now", "shown"),
    [
        (ReviewLevel.NOTHING, ReviewLevel.ANSWERS, ReviewLevel.ANSWERS, END, False),
        (ReviewLevel.NOTHING, ReviewLevel.ANSWERS, ReviewLevel.ANSWERS, END + timedelta(hours=1), False),
        (ReviewLevel.SCORE, ReviewLevel.NOTHING, ReviewLevel.NOTHING, END, True),
        (ReviewLevel.SCORE, ReviewLevel.NOTHING, ReviewLevel.NOTHING, END + timedelta(hours=1), False),
        (ReviewLevel.SCORE, ReviewLevel.SCORE, ReviewLevel.SCORE, END + timedelta(hours=1), True),
    ],
)
def test_score_and_verdict_are_told_only_as_far_as_the_review_goes(
    right, right_after, meanwhile, later, now, shown
):
    exam = bank_with_exam(
        title="Тест 1", review_right_after=right_after, review_meanwhile=meanwhile, review_later=later
    )

    message = letter(NoticeKind.RESULT, finished(exam=exam, right=right), now=now)

    telling = [words("Points:"), words(SCORE, score=right, max=5, needed=4)]
    telling += [words("You have passed “%(exam)s”.", exam="Тест 1")]
    telling += [words("You have not passed “%(exam)s” yet.", exam="Тест 1")]
    kept = words("The attempt at “%(exam)s” is finished, and the answers are kept.", exam="Тест 1")
    for text in (plain(message.body), html(message).text):
        assert sum(one in text for one in telling) == (3 if shown else 0)
        assert (kept in text) is not shown
    finished_subject = words("The attempt is finished: %(exam)s", exam="Тест 1")
    assert (message.subject == finished_subject) is not shown


USED_UP = (
    "All attempts are used. New ones open on %(date)s (Moscow); "
    "for an earlier one ask the programme's manager:"
)
TOO_LONG = (
    "The wait before the next attempt lasts until the exam closes on %(closes)s (Moscow). "
    "To start earlier ask the programme's manager:"
)


@pytest.mark.parametrize(
    ("exam", "sentence", "params"),
    [
        ({"first_wait": timedelta(0)}, "The next attempt is open.", {}),
        ({"attempts_allowed": 1}, USED_UP, {"date": "21 февраля 2027 г., 10:10"}),
        ({"closes_at": NOW + timedelta(hours=12)}, TOO_LONG, {"closes": "23 ноября 2026 г., 22:00"}),
    ],
)
def test_letter_says_when_the_next_attempt_may_start_as_the_page_does(exam, sentence, params):
    attempt = finished(exam=bank_with_exam(**exam))

    message = letter(NoticeKind.RESULT, attempt)

    expected = words(sentence, **params)
    if expected.endswith(":"):
        expected += " manager@example.com"
    assert expected in said(message)
    assert expected in html(message).text


def test_letter_of_an_attempt_that_the_system_closed():
    attempt = started(exam=bank_with_exam(title="Тест 1"))
    answer(attempt, right=5)
    attempts.close_overdue(now=NOW + timedelta(minutes=61))
    attempt.refresh_from_db()

    message = letter(NoticeKind.CLOSED, attempt, now=NOW + timedelta(minutes=61))

    closed = words(
        "The system closed your attempt when the time ran out; everything that was saved by then is counted."
    )
    lines, html_lines = result_of(
        attempt,
        headline=words("You have passed “%(exam)s”.", exam="Тест 1"),
        facts=[points(5)],
        after=words(
            "The result is kept and counts towards the certificate of %(name)s.", name="Мария Лебедева"
        ),
    )
    lines[2] = html_lines[2] = f"{words('Finished:')} 23 ноября 2026 г., 11:00"
    check(
        message,
        subject=words("Time is up, the attempt is closed: %(exam)s", exam="Тест 1"),
        lines=[hello("Мария"), closed, *lines],
        html_lines=[hello("Мария"), closed, *html_lines],
    )


# Certificate


@pytest.fixture
def certificate():
    exam = bank_with_exam(title="Тест 1", slug="test-1", gives_certificate=False)
    attempt = untold(exam, right=5)
    return CertificateFactory(attempt=attempt, number="AQ-26-000007")


def test_letter_about_a_certificate(certificate):
    message = letter(NoticeKind.CERTIFICATE, certificate)

    issued = words(
        "Your certificate for “%(exam)s” is issued to %(holder)s.", exam="Тест 1", holder="Мария Лебедева"
    )
    facts = [f"{words('Number:')} AQ-26-000007", f"{words('Valid until:')} 23 ноября 2027 г."]
    link = SITE + certificate.get_absolute_url()
    pdf = SITE + certificate.get_pdf_url()
    page, to_print = words("The certificate's page, which anyone can check:"), words("To print (PDF):")
    check(
        message,
        subject=words("Your certificate %(number)s: %(exam)s", number="AQ-26-000007", exam="Тест 1"),
        lines=[hello("Мария"), issued, *facts, page, link, to_print, pdf],
        html_lines=[
            hello("Мария"),
            issued,
            *facts,
            page,
            words("Open the certificate"),
            link,
            to_print,
            pdf,
        ],
    )
    assert message.attachments == []


def test_letter_about_a_certificate_that_expires(certificate):
    message = letter(NoticeKind.EXPIRING, certificate, now=certificate.expires_at - timedelta(days=30))

    until = words(
        "Your certificate %(number)s for “%(exam)s” is valid until %(until)s.",
        number="AQ-26-000007",
        exam="Тест 1",
        until="23 ноября 2027 г.",
    )
    renewal = words(
        "It can be renewed from %(date)s: pass the exam again, and the new certificate takes the place of "
        "this one.",
        date="24 сентября 2027 г.",
    )
    link = SITE + certificate.get_absolute_url()
    exam = f"{SITE}/exams/test-1/"
    check(
        message,
        subject=words(
            "The certificate %(number)s is valid until %(until)s",
            number="AQ-26-000007",
            until="23 ноября 2027 г.",
        ),
        lines=[hello("Мария"), until, renewal, words("To the exam:"), exam, words("The certificate:"), link],
        html_lines=[
            hello("Мария"),
            until,
            renewal,
            words("To the exam"),
            exam,
            words("The certificate:"),
            link,
        ],
    )
