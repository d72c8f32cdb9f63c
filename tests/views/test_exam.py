"""The start page: what an attempt costs, and the button that starts it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.models import Attempt, Event, Question, Response
from certification.states import AttemptState
from tests.factories import NOW, ExamFactory, PartnerFactory, UserFactory, bank_with_exam, finished, started
from tests.pages import press, read, words

pytestmark = pytest.mark.django_db

AGREED = {"name": "Мария Лебедева", "consent": "on", "pledge": "on"}


def url(exam):
    return reverse("exam", args=[exam.slug])


def question_url(attempt, position=1):
    return reverse("question", args=[attempt.pk, position])


def test_start_page_tells_what_it_costs_and_writes_nothing(client, person):
    exam = bank_with_exam(
        sections=3,
        questions=6,
        per_section=5,
        minutes=45,
        pass_percent=80,
        attempts_allowed=3,
        first_wait=timedelta(hours=24),
        later_wait=timedelta(days=7),
    )

    response = client.get(url(exam))

    assert response.status_code == 200
    text = read(response).text
    sections = words(
        "%(questions)s from %(sections)s section",
        plural="%(questions)s from %(sections)s sections",
        n=3,
        questions=15,
        sections=3,
    )
    assert sections in text
    assert words("%(count)d minute", plural="%(count)d minutes", n=45, count=45) in text
    assert words("%(needed)s of %(questions)s", needed=12, questions=15) + " (80 %)" in text
    assert words("%(used)s of %(allowed)s used", used=0, allowed=3) in text
    first = words("%(count)d hour", plural="%(count)d hours", n=24, count=24)
    later = words("%(count)d day", plural="%(count)d days", n=7, count=7)
    waits = "The next attempt opens %(first)s after the first failure, and %(later)s after later ones."
    assert words(waits, first=first, later=later) in text
    assert words("The button below uses one attempt and starts the clock. Before it nothing happens.") in text
    person.refresh_from_db()
    assert (person.consented_at, person.pledged_at) == (None, None)
    assert (Attempt.objects.count(), Response.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_start_page_of_a_whole_section_counts_what_is_in_use(client):
    exam = bank_with_exam(questions=7, per_section=None, pass_percent=80)
    retired = Question.objects.first()
    retired.is_current = False
    retired.save()

    assert words("%(needed)s of %(questions)s", needed=5, questions=6) in read(client.get(url(exam))).text


def test_start_page_of_training_says_so(client):
    exam = bank_with_exam(attempts_allowed=None, gives_certificate=False, later_wait=timedelta(hours=24))

    text = read(client.get(url(exam))).text

    assert words("The number of attempts is not limited.") in text
    assert words("This is training: it gives no certificate.") in text
    wait = words("%(count)d hour", plural="%(count)d hours", n=24, count=24)
    assert words("The next attempt opens after %(wait)s.", wait=wait) in text


def test_start_page_has_one_post_form_beside_sign_out(client, person):
    exam = bank_with_exam()

    forms = read(client.get(url(exam))).forms

    assert [form.action for form in forms] == [reverse("account_logout"), ""]
    assert [form.method for form in forms] == ["post", "post"]
    [start] = [form for form in forms if form.action == ""]
    fields = [(field.name, field.type, field.value) for field in start.fields[1:]]
    assert fields == [
        ("name", "text", person.name),
        ("consent", "checkbox", "on"),
        ("pledge", "checkbox", "on"),
    ]
    assert all(field.label for field in start.fields[1:])
    assert [button.text for button in start.buttons] == [words("Start attempt %(number)s", number=1)]


@pytest.mark.parametrize("slug", ["draft", "nothing"])
def test_start_page_of_an_exam_that_is_not_published_is_not_there(client, slug):
    ExamFactory(slug="draft", is_published=False)

    assert client.get(reverse("exam", args=[slug])).status_code == 404
    assert client.post(reverse("exam", args=[slug]), AGREED).status_code == 404
    assert Attempt.objects.count() == 0


def test_start_freezes_the_promises_and_opens_the_first_question(client, person):
    exam = bank_with_exam(minutes=45, pass_percent=70, tells_how_many=True)

    response = client.post(url(exam), {**AGREED, "name": "  Мария   Лебедева-Коваль "})

    attempt = Attempt.objects.get()
    assert response.status_code == 302
    assert response["Location"] == question_url(attempt)
    frozen = {
        "candidate": person,
        "exam": exam,
        "number": 1,
        "state": AttemptState.OPEN,
        "started_at": NOW,
        "deadline": NOW + timedelta(minutes=45),
        "pass_percent": 70,
        "tells_how_many": True,
        "holder_name": "Мария Лебедева-Коваль",
        "partner": person.partner,
        "finished_at": None,
        "score": None,
    }
    assert {name: getattr(attempt, name) for name in frozen} == frozen
    assert list(attempt.responses.values_list("position", "chosen", "revision")) == [
        (position, [], 0) for position in range(1, 6)
    ]
    person.refresh_from_db()
    assert (person.name, person.consented_at, person.pledged_at) == ("Мария Лебедева-Коваль", NOW, NOW)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("consent", "Without your consent the results cannot be kept."),
        ("pledge", "Confirm that you answer by yourself."),
        ("name", "Write your name as the certificate should carry it."),
    ],
)
def test_start_without_what_it_needs_says_so_and_keeps_what_was_typed(client, person, missing, sentence):
    exam = bank_with_exam()
    sent = {**AGREED, "name": "Мария Коваль"}
    del sent[missing]

    response = client.post(url(exam), sent)

    assert response.status_code == 422
    page = read(response)
    assert page.text.count(words(sentence)) == 2  # in the summary and at the field
    [start] = [form for form in page.forms if form.action == ""]
    kept = {name: values[0] for name, values in start.data().items() if name in sent}
    assert kept == sent
    assert Attempt.objects.count() == 0
    person.refresh_from_db()
    assert (person.name, person.consented_at, person.pledged_at) == ("Мария Лебедева", None, None)


@pytest.mark.parametrize("name", ["   ", "12345", "…", "\u200b\u200e", "И" * 121])
def test_start_with_a_name_that_is_none_is_refused(client, name):
    exam = bank_with_exam()

    response = client.post(url(exam), {**AGREED, "name": name})

    assert response.status_code == 422
    assert Attempt.objects.count() == 0


def test_start_asks_for_consent_and_pledge_once(client, person):
    exam = bank_with_exam(first_wait=timedelta())
    finished(person, exam, now=NOW - timedelta(days=2))

    [start] = [form for form in read(client.get(url(exam))).forms if form.action == ""]
    response = client.post(url(exam), {"name": person.name})

    assert [field.name for field in start.fields] == ["csrfmiddlewaretoken", "name"]
    assert response.status_code == 302
    assert Attempt.objects.open().get().number == 2
    person.refresh_from_db()
    assert (person.consented_at, person.pledged_at) == (NOW - timedelta(days=2), NOW - timedelta(days=2))


def test_start_page_with_an_open_attempt_goes_on_with_it(client, person):
    exam = bank_with_exam()
    attempt = started(person, exam)

    page = read(client.get(url(exam)))

    assert question_url(attempt) in page.links
    assert "11:00:00" in page.text
    assert [form.action for form in page.forms] == [reverse("account_logout")]


def test_start_page_after_the_deadline_does_not_say_that_the_clock_runs(client, person, clock):
    exam = bank_with_exam(minutes=60)
    attempt = started(person, exam)
    clock.shift(timedelta(minutes=61))

    page = read(client.get(url(exam)))

    assert "11:00:00" not in page.text
    assert reverse("result", args=[attempt.pk]) in page.links


def test_start_twice_returns_the_attempt_in_progress(client, person):
    exam = bank_with_exam()
    attempt = started(person, exam, now=NOW - timedelta(minutes=5))

    response = client.post(url(exam), {"name": "Другое Имя"})

    assert response["Location"] == question_url(attempt)
    assert list(Attempt.objects.values_list("pk", "deadline", "holder_name")) == [
        (attempt.pk, attempt.deadline, "Мария Лебедева")
    ]
    person.refresh_from_db()
    assert person.name == "Мария Лебедева"


@pytest.mark.parametrize(
    ("exam", "right", "sentence"),
    [
        (
            {"first_wait": timedelta(hours=24)},
            0,
            words("The next attempt may start from %(date)s (Moscow).", date="24 ноября 2026 г., 09:10"),
        ),
        (
            {"attempts_allowed": 1, "cycle_days": 90},
            0,
            words(
                "All attempts are used. New ones open on %(date)s (Moscow);"
                " for an earlier one ask the programme's manager:",
                date="21 февраля 2027 г., 09:10",
            ),
        ),
        (
            {},
            5,
            words(
                "The exam is passed. To renew the certificate it may be taken again from %(date)s (Moscow).",
                date="24 сентября 2027 г., 09:10",
            ),
        ),
    ],
    ids=["wait", "out-of-attempts", "passed"],
)
def test_start_that_the_rules_refuse_says_why(client, person, exam, right, sentence):
    exam = bank_with_exam(**exam)
    finished(person, exam, right=right, now=NOW - timedelta(hours=1))

    shown = client.get(url(exam))
    sent = client.post(url(exam), {"name": person.name})

    assert (shown.status_code, sent.status_code) == (200, 409)
    for response in (shown, sent):
        page = read(response)
        assert sentence in page.text
        assert [form.action for form in page.forms] == [reverse("account_logout")]
    assert Attempt.objects.count() == 1


def test_start_when_the_wait_is_over_is_allowed(client, person):
    exam = bank_with_exam(first_wait=timedelta(hours=24))
    finished(person, exam, now=NOW - timedelta(hours=24, minutes=10))

    assert client.post(url(exam), {"name": person.name}).status_code == 302
    assert Attempt.objects.count() == 2


def test_start_from_a_bank_that_is_too_small_uses_no_attempt(client, person):
    exam = bank_with_exam(questions=4, per_section=5)

    response = client.post(url(exam), {**AGREED, "name": "Мария Коваль"})

    assert response.status_code == 409
    assert words("The exam cannot be put together now") in read(response).text
    assert (Attempt.objects.count(), Response.objects.count()) == (0, 0)
    person.refresh_from_db()
    assert (person.name, person.consented_at) == ("Мария Лебедева", None)


def test_start_after_an_attempt_whose_time_is_gone_closes_it_first(client, person, clock):
    exam = bank_with_exam(minutes=60, first_wait=timedelta(hours=24))
    former = started(person, exam)
    clock.shift(timedelta(hours=2))

    response = client.post(url(exam), {"name": person.name})

    assert response.status_code == 409
    former.refresh_from_db()
    assert (former.state, former.finished_at) == (AttemptState.EXPIRED, former.deadline)
    date = "24 ноября 2026 г., 11:00"
    refusal = words("The next attempt may start from %(date)s (Moscow).", date=date)
    assert refusal in read(response).text
    assert Attempt.objects.count() == 1


def test_start_keeps_the_company_of_that_day(client, person):
    exam = bank_with_exam()
    client.post(url(exam), AGREED)
    former = person.partner

    person.partner = PartnerFactory()
    person.save()

    assert Attempt.objects.get().partner == former


def test_start_does_not_look_at_other_people(client):
    exam = bank_with_exam(attempts_allowed=1)
    finished(UserFactory(), exam, right=5, now=NOW - timedelta(hours=1))
    started(UserFactory(), exam)

    assert client.post(url(exam), AGREED).status_code == 302
    assert Attempt.objects.count() == 3


def test_start_by_its_button_leads_into_the_paper(client):
    exam = bank_with_exam()

    page = client.get(url(exam))
    button = words("Start attempt %(number)s", number=1)
    question = press(client, page, button, consent="on", pledge="on")

    assert question.redirect_chain == [(question_url(Attempt.objects.get()), 302)]
    assert question.status_code == 200


def test_start_signed_out_asks_to_sign_in(anonymous):
    exam = bank_with_exam()

    response = anonymous.post(url(exam), AGREED)

    assert response["Location"] == f"{reverse('account_login')}?next={url(exam)}"
    assert Attempt.objects.count() == 0
