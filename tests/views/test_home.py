from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from certification.models import Attempt, User
from certification.rules.eligibility import Reason, Refusal
from tests.factories import NOW, ExamFactory, UserFactory, bank_with_exam, finished, started
from tests.pages import read, words

pytestmark = pytest.mark.django_db


def home(client):
    response = client.get(reverse("home"))
    assert response.status_code == 200
    return read(response)


def start_url(exam):
    return reverse("exam", args=[exam.slug])


def test_home_on_day_one_leads_to_the_exam(client):
    exam = bank_with_exam(title="Основы продукта", minutes=60, attempts_allowed=3)
    ExamFactory(title="Черновик теста", is_published=False)

    page = home(client)

    assert "Основы продукта" in page.text
    assert words("Not taken yet") in page.text
    assert words("%(used)s of %(allowed)s used", used=0, allowed=3) in page.text
    assert words("None yet. Each one will stay here with its result.") in page.text
    assert start_url(exam) in page.links
    assert "Черновик теста" not in page.text
    assert Attempt.objects.count() == 0


def test_home_without_exams_says_so(client):
    ExamFactory(is_published=False)

    page = home(client)

    assert (
        words("There is no exam to take yet. It will appear here once the programme's manager publishes it.")
        in page.text
    )


def test_home_greets_by_the_first_name(client, person):
    person.name = "Ольга Лебедева"
    person.save()
    bank_with_exam()

    assert words("%(name)s, the exam awaits you", name="Ольга") in home(client).text


def test_home_with_an_open_attempt_goes_on_with_it(client, person):
    exam = bank_with_exam()
    attempt = started(person, exam)

    page = home(client)

    assert words("In progress") in page.text
    assert words(", hand in by %(time)s", time="11:00:00") in page.text
    assert reverse("question", args=[attempt.pk, 1]) in page.links
    assert start_url(exam) not in page.links


def test_home_after_a_failure_tells_when_the_retake_opens(client, person):
    exam = bank_with_exam(first_wait=timedelta(hours=24), attempts_allowed=3)
    attempt = finished(person, exam, right=3, now=NOW - timedelta(hours=2))

    page = home(client)

    assert words("Not passed") in page.text
    assert words("%(score)s of %(max)s, pass mark %(needed)s", score=3, max=5, needed=4) in page.text
    assert words("%(used)s of %(allowed)s used", used=1, allowed=3) in page.text
    date = "24 ноября 2026 г., 08:10"
    assert words("The next attempt may start from %(date)s (Moscow).", date=date) in page.text
    assert reverse("result", args=[attempt.pk]) in page.links
    assert start_url(exam) not in page.links


def test_home_after_the_wait_leads_to_the_retake(client, person):
    exam = bank_with_exam(first_wait=timedelta(hours=24))
    finished(person, exam, right=3, now=NOW - timedelta(hours=24, minutes=10))

    page = home(client)

    assert words("To the retake") in page.text
    assert start_url(exam) in page.links


def test_home_a_second_before_the_wait_is_over_has_no_retake(client, person):
    exam = bank_with_exam(first_wait=timedelta(hours=24))
    finished(person, exam, right=3, now=NOW - timedelta(hours=24, minutes=10, seconds=-1))

    assert start_url(exam) not in home(client).links


def test_home_out_of_attempts_says_from_when_and_whom_to_ask(client, person, settings):
    exam = bank_with_exam(attempts_allowed=1)
    finished(person, exam, right=0, now=NOW - timedelta(hours=1))

    page = home(client)

    date = "21 февраля 2027 г., 09:10"
    sentence = words(
        "All attempts are used. New ones open on %(date)s (Moscow);"
        " for an earlier one ask the programme's manager:",
        date=date,
    )
    assert f"{sentence} {settings.CONTACT_EMAIL}" in page.text
    assert start_url(exam) not in page.links


def test_home_after_a_pass_shows_it(client, person):
    exam = bank_with_exam(pass_percent=80)
    attempt = finished(person, exam, right=4, now=NOW - timedelta(hours=1))

    page = home(client)

    assert words("%(name)s, the exam is passed", name="Мария") in page.text
    sentence = "The exam is passed. To renew the certificate it may be taken again from %(date)s (Moscow)."
    assert words(sentence, date="24 сентября 2027 г., 09:10") in page.text
    assert reverse("result", args=[attempt.pk]) in page.links
    assert start_url(exam) not in page.links


def test_home_history_is_the_newest_first_and_only_ones_own(client, person):
    exam = bank_with_exam(first_wait=timedelta())
    older = finished(person, exam, right=1, now=NOW - timedelta(days=3))
    newer = finished(person, exam, right=2, now=NOW - timedelta(days=1))
    alien = finished(UserFactory(name="Чужая Попытка"), exam, right=5, now=NOW - timedelta(days=2))

    page = home(client)

    rows = [link for link in page.links if "/attempts/" in link]
    history = [reverse("result", args=[attempt.pk]) for attempt in (newer, older)]
    assert rows[-2:] == history
    assert reverse("result", args=[alien.pk]) not in page.links
    assert "21.11.2026" not in page.text
    assert User.objects.filter(name="Чужая Попытка").exists()


def test_home_after_the_deadline_does_not_send_into_the_attempt(client, person, clock):
    exam = bank_with_exam(minutes=60)
    attempt = started(person, exam)
    clock.shift(timedelta(minutes=61))

    page = home(client)

    assert words(", hand in by %(time)s", time="11:00:00") not in page.text
    assert reverse("question", args=[attempt.pk, 1]) not in page.links
    assert reverse("result", args=[attempt.pk]) in page.links


def test_home_lists_every_published_exam_in_its_place(client):
    bank_with_exam(title="Второй по порядку", place=2)
    bank_with_exam(title="Первый по порядку", place=1)

    text = home(client).text

    assert text.index("Первый по порядку") < text.index("Второй по порядку")


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_has_a_sentence(reason):
    """The fragment is one chain of `if`: a reason that it forgets would show nothing."""
    html = render_to_string("certification/_refusal.html", {"refusal": Refusal(reason, retry_at=NOW)})

    assert len(html.split()) > 3


def test_home_refuses_a_post(client):
    assert client.post(reverse("home")).status_code == 405


def test_home_signed_out_asks_to_sign_in_and_comes_back(anonymous):
    response = anonymous.get(reverse("home"))

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=/"
