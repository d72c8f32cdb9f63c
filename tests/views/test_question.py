"""The answer form as others rely on it (DESIGN, «What others rely on»), by plain HTML."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.models import AnswerLog, Attempt, Response
from certification.states import AttemptState
from tests.factories import (
    NOW,
    ExamFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    bank_with_exam,
    shown_key,
    started,
)
from tests.pages import answer_form, press, read, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(person):
    return started(person)


def url(attempt, position=1):
    return reverse("question", args=[attempt.pk, position])


def stored(attempt, position=1):
    """What a save can change, in displayed indices."""
    response = attempt.responses.get(position=position)
    return {
        "chosen": response.shown_chosen,
        "struck": response.shown_struck,
        "flagged": response.flagged,
        "revision": response.revision,
    }


def multiple_choice(person, **exam):
    section = SectionFactory()
    QuestionFactory(section=section, kind="multiple", options__rights=2, options__count=5)
    return started(person, ExamFactory(lines={section: 1}, **exam))


def test_question_shows_its_options_in_the_order_of_the_paper(client, attempt):
    response = attempt.responses.with_question().get(position=2)

    form = answer_form(client.get(url(attempt, 2)))

    choices = form.named("choice")
    assert [(c.type, c.value) for c in choices] == [("radio", str(index)) for index in range(4)]
    shown = [response.question.options.get(position=position).text for position in response.order]
    assert [choice.label for choice in choices] == [
        f"{letter}{t}" for letter, t in zip("АБВГ", shown, strict=True)
    ]


def test_question_form_has_only_the_options_to_choose_from(client, attempt):
    form = answer_form(client.get(url(attempt)))

    assert (form.method, form.action) == ("post", url(attempt))
    assert {f.name for f in form.fields if f.type in ("radio", "checkbox")} == {"choice"}
    hidden = [f.name for f in form.fields if f.type == "hidden"]
    assert hidden == ["csrfmiddlewaretoken", "client", "seq", "flagged"]


@pytest.mark.parametrize(
    ("position", "values"),
    [
        (1, ["save", "flag", "clear", "next"]),
        (3, ["save", "flag", "clear", "previous", "next"]),
        (5, ["save", "flag", "clear", "previous", "next"]),
    ],
)
def test_question_buttons_say_where_they_go(client, attempt, position, values):
    form = answer_form(client.get(url(attempt, position)))

    buttons = {button.value: button.text for button in form.buttons if button.name == "go"}
    assert list(buttons) == values
    assert "Далее" in buttons["next"]
    assert "Назад" in buttons.get("previous", "Назад")
    # Enter presses the first button of a form: it must be the one that only saves.
    assert form.buttons[0].value == "save"


def test_question_of_several_answers_has_checkboxes_and_does_not_tell_how_many(client, person):
    attempt = multiple_choice(person)

    response = client.get(url(attempt))

    assert [choice.type for choice in answer_form(response).named("choice")] == ["checkbox"] * 5
    assert words("Choose all right answers") in read(response).text
    assert words("Choose all right answers: there are %(count)s", count=2) not in read(response).text


def test_question_tells_how_many_where_the_attempt_was_promised_it(client, person):
    attempt = multiple_choice(person, tells_how_many=True)
    attempt.exam.tells_how_many = False
    attempt.exam.save()

    text = read(client.get(url(attempt))).text

    assert words("Choose all right answers: there are %(count)s", count=2) in text


def test_question_shows_what_is_stored(client, attempt):
    response = attempt.responses.get(position=1)
    response.chosen, response.struck, response.flagged = [response.order[2]], [response.order[0]], True
    response.revision, response.saved_at = 1, NOW + timedelta(minutes=4, seconds=21)
    response.save()

    page = client.get(url(attempt))

    form = answer_form(page)
    assert [choice.value for choice in form.named("choice") if choice.is_on] == ["2"]
    strikes = [(b.name, b.value) for b in form.buttons if b.name in ("strike", "restore")]
    assert strikes == [("restore", "0"), ("strike", "1"), ("strike", "2"), ("strike", "3")]
    assert [f.value for f in form.named("flagged")] == ["1"]
    text = read(page).text
    assert words("Saved at %(time)s", time="10:04:21") in text
    answered = words("answered", context="question")
    flagged = words("flagged", context="question")
    assert f"{words('Question')} 1, {answered}, {flagged}" in text
    assert f"{words('Question')} 2, {words('no answer')}" in text


def test_question_writes_nothing_when_it_is_read(client, attempt):
    before = list(Response.objects.order_by("pk").values())

    client.get(url(attempt, 3))

    assert list(Response.objects.order_by("pk").values()) == before
    assert AnswerLog.objects.count() == 0


def test_question_escapes_what_an_author_typed(client, person):
    section = SectionFactory()
    question = QuestionFactory(section=section, text="Что делает <b id=x>?", options__count=0)
    question.options.create(position=1, text='<script>"&', is_correct=True)
    attempt = started(person, ExamFactory(lines={section: 1}))

    html = client.get(url(attempt)).content.decode()

    assert "Что делает &lt;b id=x&gt;?" in html
    assert "&lt;script&gt;&quot;&amp;" in html
    assert "<b id=x>" not in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("go", "leads_to"),
    [("next", 4), ("previous", 2), ("save", 3), ("flag", 3), ("nonsense", 3), (None, 3)],
)
def test_plain_save_stores_the_answer_and_goes_on(client, attempt, go, leads_to):
    data = {"choice": "1", "client": "", "seq": "", "flagged": ""} | ({"go": go} if go else {})

    response = client.post(url(attempt, 3), data)

    assert (response.status_code, response["Location"]) == (302, url(attempt, leads_to))
    assert stored(attempt, 3) == {"chosen": [1], "struck": [], "flagged": go == "flag", "revision": 1}
    assert list(AnswerLog.objects.values_list("response__position", "revision", "saved_at")) == [(3, 1, NOW)]


@pytest.mark.parametrize(("proxies", "network"), [(0, "192.0.2.0/24"), (1, "2001:db8:7::/48")])
def test_save_keeps_the_network_it_came_from_and_no_more(client, attempt, settings, proxies, network):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    come = {"REMOTE_ADDR": "192.0.2.77", "HTTP_X_FORWARDED_FOR": "203.0.113.5, 2001:db8:7:1::5"}

    client.post(url(attempt, 3), {"choice": "1"}, **come)

    assert AnswerLog.objects.get().network == network


def test_plain_save_of_the_last_question_leads_to_the_review(client, attempt):
    response = client.post(url(attempt, 5), {"choice": "0", "go": "next"})

    assert response["Location"] == reverse("review", args=[attempt.pk])
    assert stored(attempt, 5)["chosen"] == [0]


def test_plain_save_goes_no_further_back_than_the_first_question(client, attempt):
    assert client.post(url(attempt), {"go": "previous"})["Location"] == url(attempt)


def test_plain_save_of_several_answers_stores_them_all(client, person):
    attempt = multiple_choice(person)

    client.post(url(attempt), {"choice": ["4", "0", "4"], "go": "save"})

    assert stored(attempt)["chosen"] == [0, 4]


def test_clear_takes_the_answer_back_and_keeps_the_flag(client, attempt):
    page = client.get(url(attempt))
    page = press(client, page, words("Flag"), choice="2")
    assert stored(attempt) == {"chosen": [2], "struck": [], "flagged": True, "revision": 1}

    press(client, page, words("Clear the answer"))

    assert stored(attempt) == {"chosen": [], "struck": [], "flagged": True, "revision": 2}


def test_a_single_choice_that_names_nothing_takes_nothing_back(client, attempt):
    """Such a page was opened before the answer was given: radios cannot be unchosen."""
    client.post(url(attempt), {"choice": "2", "go": "save"})

    client.post(url(attempt), {"go": "next"})

    assert stored(attempt) == {"chosen": [2], "struck": [], "flagged": False, "revision": 1}


def test_checkboxes_that_are_all_off_take_the_answer_back(client, person):
    attempt = multiple_choice(person)
    client.post(url(attempt), {"choice": ["0", "3"], "go": "save"})

    client.post(url(attempt), {"go": "next"})

    assert stored(attempt) == {"chosen": [], "struck": [], "flagged": False, "revision": 2}


def test_flag_pressed_twice_is_off_again(client, attempt):
    page = press(client, client.get(url(attempt)), words("Flag"))
    assert stored(attempt)["flagged"] is True

    press(client, page, words("Flag"))

    assert stored(attempt)["flagged"] is False


def test_strike_out_and_back_keep_the_answer(client, attempt):
    client.post(url(attempt), {"choice": "1", "strike": "3"})
    client.post(url(attempt), {"choice": "1", "strike": "0"})
    assert stored(attempt) == {"chosen": [1], "struck": [0, 3], "flagged": False, "revision": 2}

    response = client.post(url(attempt), {"choice": "1", "restore": "3"})

    assert response["Location"] == url(attempt)
    assert stored(attempt) == {"chosen": [1], "struck": [0], "flagged": False, "revision": 3}


def test_going_on_without_a_change_makes_no_new_revision(client, attempt):
    client.post(url(attempt), {"choice": "1", "go": "next"})

    client.post(url(attempt), {"choice": "1", "go": "next"})

    assert stored(attempt)["revision"] == 1
    assert AnswerLog.objects.count() == 1


def test_a_form_without_client_applies_whatever_a_script_stored(client, attempt):
    client.post(url(attempt), {"choice": "1", "client": "abc", "seq": "900", "go": "save"})

    client.post(url(attempt), {"choice": "2", "client": "", "seq": "", "go": "next"})

    assert stored(attempt)["chosen"] == [2]


@pytest.mark.parametrize("position", [0, 6, 99])
def test_question_that_is_not_on_the_paper_is_not_there(client, attempt, position):
    shown = client.get(url(attempt, position))
    sent = client.post(url(attempt, position), {"choice": "0", "go": "next"})

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert words("There is no such page") in read(sent).text
    assert AnswerLog.objects.count() == 0


def test_question_of_somebody_else_is_not_there(client):
    attempt = started(UserFactory())

    shown = client.get(url(attempt))
    sent = client.post(url(attempt), {"choice": "0", "go": "next"})

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert words("There is no such page") in read(sent).text
    assert stored(attempt)["revision"] == 0


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (["4"], "The question has no such option. Nothing was changed: choose again."),
        (["99999"], "The question has no such option. Nothing was changed: choose again."),
        (["9" * 5000], "The question has no such option. Nothing was changed: choose again."),
        (["-1"], "The question has no such option. Nothing was changed: choose again."),
        (["x"], "The question has no such option. Nothing was changed: choose again."),
        (["٣"], "The question has no such option. Nothing was changed: choose again."),
        (["0", "4"], "The question has no such option. Nothing was changed: choose again."),
        (["0", "1"], "This question takes one answer. Nothing was changed: choose again."),
    ],
)
def test_an_answer_that_cannot_be_shows_what_stands_stored(client, attempt, choice, sentence):
    client.post(url(attempt), {"choice": "2", "go": "save"})

    response = client.post(url(attempt), {"choice": choice, "go": "next"})

    assert response.status_code == 422
    assert words(sentence) in read(response).text
    assert [c.value for c in answer_form(response).named("choice") if c.is_on] == ["2"]
    assert stored(attempt) == {"chosen": [2], "struck": [], "flagged": False, "revision": 1}
    assert AnswerLog.objects.count() == 1


@pytest.mark.parametrize("name", ["strike", "restore"])
@pytest.mark.parametrize("value", ["4", "100", "-1", "x"])
def test_a_strike_out_of_no_option_is_refused_whole(client, attempt, name, value):
    response = client.post(url(attempt), {"choice": "1", name: value})

    assert response.status_code == 422
    assert stored(attempt)["revision"] == 0


def test_question_of_a_finished_attempt_leads_to_its_result(client, attempt):
    client.post(reverse("finish", args=[attempt.pk]))

    response = client.get(url(attempt, 2))

    assert response["Location"] == reverse("result", args=[attempt.pk])


def test_save_after_the_end_says_so_and_changes_nothing(client, attempt):
    client.post(url(attempt), {"choice": "1", "go": "save"})
    client.post(reverse("finish", args=[attempt.pk]))
    scored = Attempt.objects.filter(pk=attempt.pk).values().get()

    response = client.post(url(attempt), {"choice": "2", "go": "next"})

    assert response.status_code == 409
    page = read(response)
    ended = "The attempt has ended, so this answer was not taken. What was saved before counts."
    assert words(ended) in page.text
    assert reverse("result", args=[attempt.pk]) in page.links
    assert stored(attempt) == {"chosen": [1], "struck": [], "flagged": False, "revision": 1}
    assert Attempt.objects.filter(pk=attempt.pk).values().get() == scored


@pytest.mark.parametrize(("late", "status"), [(0, 302), (10, 302), (11, 409)])
def test_save_is_taken_until_the_grace_is_gone(client, attempt, clock, late, status):
    clock.move_to(attempt.deadline + timedelta(seconds=late))

    response = client.post(url(attempt), {"choice": "1", "go": "next"})

    assert response.status_code == status
    assert stored(attempt)["chosen"] == ([1] if status == 302 else [])


def test_save_that_meets_an_overdue_attempt_closes_it(client, attempt, clock):
    client.post(url(attempt), {"choice": str(shown_key(attempt.responses.first())[0]), "go": "save"})
    clock.move_to(attempt.deadline + timedelta(seconds=11))

    client.post(url(attempt, 2), {"choice": "1", "go": "next"})

    attempt.refresh_from_db()
    assert (attempt.state, attempt.finished_at) == (AttemptState.EXPIRED, attempt.deadline)
    assert (attempt.score, attempt.max_score) == (100, 500)


@pytest.mark.parametrize(("late", "status"), [(0, 200), (1, 302)])
def test_question_is_shown_until_the_deadline(client, attempt, clock, late, status):
    clock.move_to(attempt.deadline + timedelta(seconds=late))

    assert client.get(url(attempt)).status_code == status


def test_whole_exam_without_scripts_by_its_buttons(client, person):
    exam = bank_with_exam(sections=2, questions=6, per_section=3)
    page = client.get(reverse("exam", args=[exam.slug]))
    page = press(client, page, words("Start attempt %(number)s", number=1), consent="on", pledge="on")
    attempt = Attempt.objects.get()

    for position in range(1, 7):
        assert page.request["PATH_INFO"] == url(attempt, position)
        [key] = shown_key(attempt.responses.get(position=position))
        page = press(client, page, "Далее", choice=str(key if position > 1 else (key + 1) % 4))
    assert page.request["PATH_INFO"] == reverse("review", args=[attempt.pk])
    page = press(client, client.get(url(attempt, 2)), "Назад")
    assert page.request["PATH_INFO"] == url(attempt, 1)
    page = press(client, client.get(reverse("review", args=[attempt.pk])), "Завершить")

    assert page.request["PATH_INFO"] == reverse("result", args=[attempt.pk])
    attempt.refresh_from_db()
    result = (attempt.state, attempt.score, attempt.max_score, attempt.passed, attempt.finished_at)
    assert result == (AttemptState.SUBMITTED, 500, 600, True, NOW)
    assert words("The exam is passed") in read(page).text
