from datetime import timedelta

import pytest
from django.urls import reverse

from certification.models import AnswerLog, Response
from tests.factories import NOW, UserFactory, bank_with_exam, started
from tests.pages import press, read, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(person):
    """Of four questions the first and the third are answered, the third and the fourth flagged."""
    attempt = started(person, bank_with_exam(questions=4, per_section=4))
    for position, answered, flagged in [(1, True, False), (3, True, True), (4, False, True)]:
        response = attempt.responses.get(position=position)
        response.chosen = response.order[:1] if answered else []
        response.flagged = flagged
        response.revision, response.saved_at = 1, NOW
        response.save()
    return attempt


def review(client, attempt):
    return client.get(reverse("review", args=[attempt.pk]))


def question_url(attempt, position):
    return reverse("question", args=[attempt.pk, position])


def chips(response, block):
    """The links of one block of the page."""
    tags = read(response).tags
    start = next(i for i, (_tag, attrs) in enumerate(tags) if attrs.get("id") == block)
    links = []
    for tag, attrs in tags[start + 1 :]:
        if tag in ("section", "form"):
            break
        if tag == "a":
            links.append(attrs["href"])
    return links


def test_review_lists_what_is_unanswered_and_what_is_flagged(client, attempt):
    response = review(client, attempt)

    assert response.status_code == 200
    assert chips(response, "unanswered") == [question_url(attempt, 2), question_url(attempt, 4)]
    assert chips(response, "flagged") == [question_url(attempt, 3), question_url(attempt, 4)]
    heading = words(
        "%(empty)s question without an answer",
        plural="%(empty)s questions without an answer",
        n=2,
        empty=2,
    )
    assert heading in read(response).text
    assert words("%(answered)s saved", answered=2) in read(response).text


def test_review_with_gaps_leads_back_to_the_first_and_says_what_finishing_costs(client, attempt):
    page = read(review(client, attempt))

    assert words("Back to question %(position)s", position=2) in page.text
    buttons = [button.text for form in page.forms for button in form.buttons]
    finish = words(
        "Finish with %(empty)s empty answer", plural="Finish with %(empty)s empty answers", n=2, empty=2
    )
    assert buttons == [finish]
    assert "Завершить" in finish


def test_review_of_a_complete_paper_finishes_without_a_warning(client, attempt):
    Response.objects.filter(attempt=attempt, chosen=[]).update(
        chosen=[1], revision=1, saved_at=NOW, flagged=False
    )
    Response.objects.filter(attempt=attempt).update(flagged=False)

    response = review(client, attempt)

    page = read(response)
    assert [button.text for form in page.forms for button in form.buttons] == [words("Finish the attempt")]
    assert "Завершить" in words("Finish the attempt")
    assert words("Every question has an answer.") in page.text
    assert (chips(response, "unanswered"), chips(response, "flagged")) == ([], [])


def test_review_writes_nothing(client, attempt):
    before = list(Response.objects.order_by("pk").values())

    review(client, attempt)

    assert list(Response.objects.order_by("pk").values()) == before
    assert AnswerLog.objects.count() == 0
    attempt.refresh_from_db()
    assert attempt.is_open


def test_review_shows_no_question(client, attempt):
    question = attempt.responses.with_question().get(position=1).question

    text = read(review(client, attempt)).text

    assert question.text not in text
    assert [option.text for option in question.options.all() if option.text in text] == []


def test_review_button_finishes(client, attempt):
    page = press(client, review(client, attempt), "Завершить")

    assert page.redirect_chain == [(reverse("result", args=[attempt.pk]), 302)]
    attempt.refresh_from_db()
    assert attempt.finished_at == NOW


@pytest.mark.parametrize(("late", "status"), [(0, 200), (1, 302)])
def test_review_is_shown_until_the_deadline(client, attempt, clock, late, status):
    clock.move_to(attempt.deadline + timedelta(seconds=late))

    assert review(client, attempt).status_code == status


def test_review_of_a_finished_attempt_leads_to_its_result(client, attempt):
    client.post(reverse("finish", args=[attempt.pk]))

    assert review(client, attempt)["Location"] == reverse("result", args=[attempt.pk])


def test_review_of_somebody_else_is_not_there(client):
    assert review(client, started(UserFactory())).status_code == 404


def test_review_is_only_read(client, attempt):
    assert client.post(reverse("review", args=[attempt.pk])).status_code == 405
