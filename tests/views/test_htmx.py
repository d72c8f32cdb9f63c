"""The same pages asked by htmx: parts of them, and no redirect that a script would swallow."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.factories import started
from tests.pages import answer_form, read, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(person):
    return started(person)


def url(attempt, position=1):
    return reverse("question", args=[attempt.pk, position])


def asked_from(attempt, position=1, **headers):
    """The headers htmx sends from the page of a question."""
    return {
        "hx-request": "true",
        "hx-current-url": f"http://testserver{url(attempt, position)}",
        "hx-target": "sitting",
        **headers,
    }


def is_whole(response):
    return response.content.lstrip().startswith(b"<!doctype html>") and b"</html>" in response.content


def is_fragment(response):
    html = response.content
    return b"<html" not in html and b"<body" not in html and b'class="sitting"' in html


def test_htmx_gets_a_fragment_with_its_address_and_title(client, attempt):
    response = client.get(url(attempt, 2), headers=asked_from(attempt))

    assert response.status_code == 200
    assert is_fragment(response)
    assert response["HX-Push-Url"] == url(attempt, 2)
    title = words("Question %(position)s of %(total)s", position=2, total=5)
    assert f"<title>{title} — amoquiz</title>" in response.content.decode().replace("\xa0", " ")
    assert answer_form(response).action == url(attempt, 2)


def test_a_browser_gets_the_whole_page(client, attempt):
    response = client.get(url(attempt, 2))

    assert is_whole(response)
    assert not response.has_header("HX-Push-Url")


def test_the_fragment_is_what_stands_in_the_whole_page(client, attempt):
    def sitting(response):
        html = response.content.decode()
        token = answer_form(response).named("csrfmiddlewaretoken")[0].value
        start, end = html.index('<div class="sitting">'), html.index("</nav>", html.index("sheet-nav"))
        return html[start:end].replace(token, "token")

    whole = client.get(url(attempt, 2))
    fragment = client.get(url(attempt, 2), headers=asked_from(attempt))

    assert sitting(whole) == sitting(fragment)


def test_going_back_in_history_gets_the_whole_page(client, attempt):
    headers = asked_from(attempt, **{"hx-history-restore-request": "true"})

    response = client.get(url(attempt, 2), headers=headers)

    assert is_whole(response)


def test_the_answer_tells_caches_what_it_depends_on(client, attempt):
    response = client.get(url(attempt))

    assert {"hx-request", "accept", "cookie"} <= {
        name.strip().lower() for name in response["Vary"].split(",")
    }


@pytest.mark.parametrize(
    ("go", "leads_to"), [("next", 4), ("previous", 2), ("flag", 3), ("clear", 3), ("save", 3)]
)
def test_htmx_save_brings_the_question_it_leads_to(client, attempt, go, leads_to):
    data = {"choice": "2", "client": "abc", "seq": "1", "go": go}

    response = client.post(url(attempt, 3), data, headers=asked_from(attempt, 3))

    assert response.status_code == 200
    assert is_fragment(response)
    assert answer_form(response).action == url(attempt, leads_to)
    assert response.get("HX-Push-Url") == (None if leads_to == 3 else url(attempt, leads_to))
    saved = attempt.responses.get(position=3)
    assert saved.shown_chosen == ([] if go == "clear" else [2])
    assert saved.seqs == {"abc": 1}


def test_htmx_save_of_the_last_question_sends_to_the_review(client, attempt):
    response = client.post(url(attempt, 5), {"choice": "2", "go": "next"}, headers=asked_from(attempt, 5))

    assert response.status_code == 200
    assert response["HX-Redirect"] == reverse("review", args=[attempt.pk])
    assert response.content == b""
    assert attempt.responses.get(position=5).shown_chosen == [2]


def test_htmx_save_that_cannot_be_shows_the_question_with_a_sentence(client, attempt):
    response = client.post(url(attempt), {"choice": "9", "go": "next"}, headers=asked_from(attempt))

    assert response.status_code == 422
    assert is_fragment(response)
    sentence = "The question has no such option. Nothing was changed: choose again."
    assert words(sentence) in read(response).text
    assert attempt.responses.get(position=1).revision == 0


def test_htmx_save_after_the_end_sends_to_the_result_with_a_sentence(client, attempt):
    client.post(reverse("finish", args=[attempt.pk]))

    response = client.post(url(attempt), {"choice": "1", "go": "next"}, headers=asked_from(attempt))

    assert response.status_code == 409
    assert response["HX-Redirect"] == reverse("result", args=[attempt.pk])
    sentence = "The attempt has ended, so this answer was not taken. What was saved before counts."
    assert [words(str(message)) for message in get_messages(response.wsgi_request)] == [words(sentence)]
    assert words(sentence) in read(client.get(response["HX-Redirect"])).text
    assert attempt.responses.get(position=1).revision == 0


def test_htmx_asking_for_a_question_after_the_deadline_is_sent_to_the_result(client, attempt, clock):
    """A redirect would be followed by the script and its page swapped into the question's place."""
    clock.move_to(attempt.deadline + timedelta(seconds=1))

    response = client.get(url(attempt, 2), headers=asked_from(attempt))

    assert response.status_code == 200
    assert response["HX-Redirect"] == reverse("result", args=[attempt.pk])


def test_htmx_signed_out_is_sent_to_a_login_that_comes_back(anonymous, attempt):
    response = anonymous.post(url(attempt, 2), {"choice": "1", "go": "next"}, headers=asked_from(attempt, 2))

    assert response.status_code == 204
    login = f"{reverse('account_login')}?{urlencode({'next': url(attempt, 2)}, safe='/')}"
    assert response["HX-Redirect"] == login
    assert attempt.responses.get(position=2).revision == 0


def test_htmx_signed_out_from_elsewhere_comes_back_to_the_first_page(anonymous, attempt):
    headers = asked_from(attempt, **{"hx-current-url": "https://elsewhere.example/page/"})

    response = anonymous.get(url(attempt), headers=headers)

    assert response["HX-Redirect"] == f"{reverse('account_login')}?next=/"


def test_question_page_tells_htmx_not_to_inject_or_evaluate(client, attempt):
    [config] = [
        attrs["content"]
        for tag, attrs in read(client.get(url(attempt))).tags
        if tag == "meta" and attrs.get("name") == "htmx-config"
    ]

    assert '"includeIndicatorStyles": false' in config
    assert '"allowEval": false' in config
    assert '"historyCacheSize": 0' in config


def test_forms_sent_by_htmx_carry_the_token(client, attempt):
    """htmx sends the form's fields, the hidden token among them."""
    fragment = client.get(url(attempt), headers=asked_from(attempt))

    assert len(answer_form(fragment).named("csrfmiddlewaretoken")[0].value) == 64
