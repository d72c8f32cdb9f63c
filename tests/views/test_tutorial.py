"""The tutorial: the exam's own pages and contract over three questions of which nothing is kept."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from certification.reports.tutorial import TASKS
from tests.factories import NOW, bank_with_exam
from tests.pages import answer_form, plain, press, read, words
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

START = "/tutorial/"
REVIEW = "/tutorial/review/"
FINISH = "/tutorial/finish/"
CLOCK = "/tutorial/clock/"
JSON = {"accept": "application/json"}


def question(position=1):
    return f"/tutorial/questions/{position}/"


@pytest.fixture
def begun(client):
    """The page of the first question."""
    return client.post(START, follow=True)


def save(client, position=1, /, **sent):
    return client.post(question(position), sent, headers=JSON)


def controls(response):
    """What stands in the form: choices, which are on, whether it is flagged, and the note."""
    form = answer_form(response)
    on = [field.value for field in form.named("choice") if field.is_on]
    struck = [button.value for button in form.buttons if button.name == "restore"]
    return on, struck, form.named("flagged")[0].value, form.named("note")[0].value


def test_start_says_what_it_is_and_begins(client):
    page = client.get(START)
    assert (
        words(
            "Three simple questions that have nothing to do with the exam. The pages, the clock and the "
            "buttons are those of an exam."
        )
        in read(page).text
    )

    first = press(client, page, words("Begin the tutorial"))

    assert first.redirect_chain == [(question(), 302)]
    assert first.templates[0].name == "certification/attempt/question.html"
    assert plain(str(TASKS[0].text)) in read(first).text
    assert controls(first) == ([], [], "", "")


def test_whole_tutorial_without_a_script_leaves_no_row(client, person):
    bank_with_exam()
    before = all_rows()

    page = press(client, client.get(START), words("Begin the tutorial"))
    page = press(client, page, words("Flag"), choice="2")
    page = press(client, page, words("Next", context="question"), choice="2")
    page = press(client, page, words("Save the note"), choice=["0", "2"], note="Опечатка")
    page = client.post(question(2), {"choice": ["0", "2"], "strike": "1", "note": "Опечатка"}, follow=True)
    assert controls(page) == (["0", "2"], ["1"], "", "Опечатка")
    page = press(client, page, words("Back"), choice=["0", "2"])
    assert controls(page) == (["2"], [], "1", "")
    for _ in TASKS:
        page = press(client, page, words("Next", context="question"))
    assert page.redirect_chain == [(REVIEW, 302)]
    assert page.templates[0].name == "certification/attempt/review.html"
    end = press(
        client,
        page,
        words(
            "Finish with %(empty)s empty answer", plural="Finish with %(empty)s empty answers", n=1, empty=1
        ),
    )

    assert end.redirect_chain == [(FINISH, 302)]
    text = read(end).text
    assert words("This was training: nothing is recorded.") in text
    tried = [
        (words("Questions answered"), f"2 {words('of', context='score of maximum')} 3"),
        (words("Questions flagged"), "1"),
        (words("Questions with an option struck out"), "1"),
        (words("Notes on a question"), "1"),
    ]
    assert [f"{label} {count}" for label, count in tried if f"{label} {count}" not in text] == []
    assert changed_tables(before) == []


def test_end_leads_to_the_exams_and_to_another_go(client, begun):
    end = client.post(FINISH, follow=True)

    assert reverse("home") in read(end).links
    again = press(client, end, words("Try once more"))
    assert again.redirect_chain == [(question(), 302)]
    assert controls(again) == ([], [], "", "")


@pytest.mark.parametrize("address", [question(), REVIEW, FINISH, CLOCK])
def test_get_without_a_tutorial_leads_to_its_start_and_begins_nothing(client, address):
    response = client.get(address)

    assert (response.status_code, response["Location"]) == (302, START)
    assert "tutorial" not in client.session


def test_clock_without_a_tutorial_tells_a_script_so(client):
    """It would take a page in its place for a network that is down, and ask for ever."""
    response = client.get(CLOCK, {"question": "1"}, headers=JSON)

    assert (response.status_code, response.json()["reason"]) == (409, "ended")


def test_post_without_a_tutorial_is_refused(client):
    page, script, fragment = (
        client.post(question(), {"choice": "1"}, headers=headers)
        for headers in ({}, JSON, {"hx-request": "true"})
    )

    assert (page.status_code, page["Location"]) == (302, START)
    assert (script.status_code, script.json()["reason"]) == (409, "ended")
    assert fragment["HX-Redirect"] == START
    assert "tutorial" not in client.session


def test_begun_twice_it_goes_on(client, begun):
    save(client, choice="1")

    page = client.get(START)

    assert controls(press(client, page, words("Go on with the tutorial")))[0] == ["1"]


def test_script_gets_the_echo_of_an_exam(client, begun, clock):
    clock.shift(5)

    response = save(client, choice="1", strike="0", client="page", seq="7", note="Так")

    echo = response.json()
    moments = [datetime.fromisoformat(echo.pop(name)) for name in ("saved_at", "server_now", "deadline")]
    assert response.status_code == 200
    assert echo == {"value": [1], "struck": [0], "flagged": False, "revision": 1, "seq": 7}
    now = NOW + timedelta(seconds=5)
    assert moments == [now, now, NOW + timedelta(minutes=10)]


def test_echo_brings_the_next_question_where_asked(client, begun):
    first = save(client, 2, choice="1", **{"with": "next"}).json()["next"]
    last = save(client, 3, choice="1", **{"with": "next"}).json()["next"]

    assert (first["position"], last) == (3, None)
    assert f'action="{question(3)}"' in first["html"]


def test_save_that_changes_nothing_makes_no_revision(client, begun):
    first, again = save(client, choice="1").json(), save(client, choice="1").json()

    assert (first["revision"], again["revision"]) == (1, 1)


@pytest.mark.parametrize(
    ("position", "sent", "reason"),
    [
        (1, {"choice": ["0", "1"]}, "one_only"),
        (1, {"choice": "4"}, "no_such_option"),
        (3, {"choice": "3"}, "no_such_option"),
        (1, {"choice": "x"}, "no_such_option"),
        (1, {"strike": "9"}, "no_such_option"),
        (1, {"choice": "0", "client": "a", "seq": "x"}, "damaged"),
    ],
)
def test_answer_that_cannot_be_is_refused_and_changes_nothing(client, begun, position, sent, reason):
    save(client, position, choice="1")

    script = save(client, position, **sent)
    page = client.post(question(position), sent)

    assert (script.status_code, page.status_code) == (422, 422)
    assert (script.json()["reason"], script.json()["value"]) == (reason, [1])
    assert plain(script.json()["sentence"]) in read(page).text
    assert controls(client.get(question(position)))[0] == ["1"]


def test_htmx_gets_a_fragment_and_is_sent_on_after_the_last(client, begun):
    headers = {"hx-request": "true", "hx-current-url": f"http://testserver{question(2)}"}

    fragment = client.post(question(2), {"choice": "1", "go": "next"}, headers=headers)
    last = client.post(question(3), {"go": "next"}, headers=headers)

    assert b"<html" not in fragment.content
    assert (answer_form(fragment).action, fragment["HX-Push-Url"]) == (question(3), question(3))
    assert last["HX-Redirect"] == REVIEW


@pytest.mark.parametrize("position", [0, 4, 99])
@pytest.mark.parametrize("method", ["get", "post"])
def test_there_are_three_questions(client, begun, position, method):
    assert getattr(client, method)(question(position)).status_code == 404


def test_clock_tells_the_time_and_a_question(client, begun):
    save(client, choice="1")

    said = client.get(CLOCK, {"question": "1"}).json()

    assert (said["open"], said["question"]["value"]) == (True, [1])
    assert client.get(CLOCK, {"question": "9"}).json()["question"] is None
    assert "question" not in client.get(CLOCK, {"question": "x"}).json()


@pytest.mark.parametrize(
    ("seconds", "page", "post"),
    [(600, 200, 200), (600.001, 302, 200), (610, 302, 200), (610.001, 302, 409)],
)
def test_time_ends_as_that_of_an_attempt(client, begun, clock, seconds, page, post):
    clock.shift(seconds)

    assert client.get(question()).status_code == page
    assert client.get(REVIEW).status_code == page
    assert client.get(CLOCK).json()["open"] is (page == 200)
    assert save(client, choice="1").status_code == post


def test_end_by_time_says_so_and_offers_another_go(client, begun, clock):
    save(client, choice="1")
    clock.shift(601)

    late = client.post(FINISH, follow=True)

    assert late.redirect_chain == [(FINISH, 302)]
    sentence = words("Time is up: an attempt would now end by itself, with everything that was saved.")
    assert sentence in read(late).text
    assert sentence not in read(client.post(START, follow=True)).text
    assert controls(client.get(question()))[0] == []


@pytest.mark.parametrize(("seconds", "status"), [(600, 422), (601, 409)])
def test_nonsense_in_the_grace_is_too_late(client, begun, clock, seconds, status):
    """As in an exam: there is no page any more to show it on."""
    clock.shift(seconds)

    assert save(client, choice="9").status_code == status
    assert client.post(question(), {"choice": "9"}).status_code == (422 if status == 422 else 302)


def test_finished_tutorial_takes_no_answer(client, begun):
    client.post(FINISH)

    assert save(client, choice="1").status_code == 409
    assert client.post(question(), {"choice": "1"})["Location"] == FINISH
    assert client.get(question())["Location"] == FINISH


def test_finish_page_wipes_what_the_script_kept(client, begun):
    end = client.post(FINISH, follow=True)

    roots = [attrs["data-root"] for _tag, attrs in read(end).tags if "data-root" in attrs]
    scripts = [attrs["src"] for tag, attrs in read(end).tags if tag == "script"]
    assert roots == [START] == [a["data-root"] for _t, a in read(begun).tags if "data-root" in a]
    assert [src.rsplit("/")[-1].split(".")[0] for src in scripts] == ["finished"]


def test_question_page_of_the_tutorial_asks_no_more_than_who_is_there(
    client, begun, django_assert_num_queries
):
    with django_assert_num_queries(2):  # the session and the person
        client.get(question())


def test_exam_and_an_empty_home_lead_there(client):
    exam = bank_with_exam()

    assert START in read(client.get(exam.get_absolute_url())).links
    assert START in read(client.get(reverse("home"))).links
