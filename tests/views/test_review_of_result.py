"""The result page by its review policy, and the receipt."""

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.actions import answers, attempts
from certification.actions.answers import Answer
from certification.models.responses import receipt_of
from certification.rules import receipt as receipts
from certification.states import ReviewLevel
from tests.factories import NOW, ManagerFactory, bank_with_exam, finished, shown_key, started, void
from tests.pages import press, read, words

pytestmark = pytest.mark.django_db

OF = "of"


def review(level):
    return {"review_right_after": level, "review_meanwhile": level, "review_later": level}


def result(client, attempt):
    return client.get(reverse("result", args=[attempt.pk]))


def sat(person, level, *, right=2, **exam):
    """An attempt of `person` that ended just now."""
    exam = bank_with_exam(keeps_keys=False, **review(level), **exam)
    return finished(person, exam, right=right, now=NOW - timedelta(minutes=10))


def texts(attempt):
    """What each level must not let out before its turn."""
    paper = list(attempt.responses.with_question())
    return {
        "score": f"2 {words(OF, context='score of maximum')} 5",
        "section": str(paper[0].question.section),
        "question": paper[0].question.text,
        "option": paper[0].question.options.get(position=3).text,
        "explanation": paper[0].question.explanation,
    }


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (ReviewLevel.NOTHING, set()),
        (ReviewLevel.SCORE, {"score"}),
        (ReviewLevel.SECTIONS, {"score", "section"}),
        (ReviewLevel.WRONG, {"score", "section", "question"}),
        (ReviewLevel.ANSWERS, {"score", "section", "question", "option", "explanation"}),
    ],
)
def test_page_shows_what_its_level_includes_and_lets_nothing_else_out(client, person, level, shown):
    attempt = sat(person, level)

    page = result(client, attempt)

    text = read(page).text
    assert {name for name, words_ in texts(attempt).items() if words_ in text} == shown
    verdict = words("The exam is not passed yet")
    assert (verdict in text) is (level != ReviewLevel.NOTHING)
    assert (words("The attempt is finished") in text) is (level == ReviewLevel.NOTHING)


def test_page_with_answers_marks_what_was_chosen_and_what_is_right(client, person):
    attempt = sat(person, ReviewLevel.ANSWERS, right=1)

    text = read(result(client, attempt)).text

    right, mine = words("right", context="option"), words("your answer")
    assert text.count(f"— {right}, {mine}") == 1
    assert text.count(f"— {right}") == 5
    assert text.count(f"— {mine}") == 4
    assert text.count(words("Wrong", context="verdict")) == 4


def test_page_says_how_many_keys_are_withheld_and_why(client, person):
    attempt = sat(person, ReviewLevel.ANSWERS)
    attempt.exam.keeps_keys = True
    attempt.exam.save()

    text = read(result(client, attempt)).text

    assert (
        words(
            "The right answer to %(withheld)s question is not shown: you may still meet it in an exam.",
            plural="The right answers to %(withheld)s questions are not shown: you may still meet them "
            "in an exam.",
            n=5,
            withheld=5,
        )
        in text
    )
    assert attempt.responses.first().question.explanation not in text


def failed_by_a_section(person):
    """Half of all points, as the exam asks, but none in a section that has a minimum; and that section."""
    exam = bank_with_exam(sections=2, questions=2, per_section=2, pass_percent=50)
    gate = exam.lines.select_related("section").first()
    gate.min_percent = 80
    gate.save()
    attempt = started(person, exam)
    for response in attempt.responses.with_question().exclude(question__section=gate.section):
        said = Answer(chosen=shown_key(response))
        answers.save_answer(attempt.pk, response.position, said, by=person.pk, now=NOW)
    return attempts.submit(attempt.pk, by=person.pk, now=NOW), gate.section


def test_page_names_the_section_whose_minimum_was_not_reached(client, person):
    attempt, section = failed_by_a_section(person)
    assert (attempt.score, attempt.max_score, attempt.passed) == (200, 400, False)

    text = read(result(client, attempt)).text

    assert words("The exam is not passed yet") in text
    assert words("Without it the exam is not passed, whatever the whole score is.") in text
    assert f"{section}: {words('%(share)s %%, needed %(minimum)s %%', share=0, minimum=80)}" in text


@pytest.mark.parametrize("level", [ReviewLevel.NOTHING, ReviewLevel.SCORE])
def test_home_shows_a_score_only_where_the_review_does(client, person, level):
    sat(person, level)

    text = read(client.get(reverse("home"))).text

    score = f"2 {words(OF, context='score of maximum')} 5"
    assert text.count(score) == (0 if level == ReviewLevel.NOTHING else 2)
    assert (words("Finished, the result is not shown yet") in text) is (level == ReviewLevel.NOTHING)


def test_pass_that_is_not_shown_yet_is_not_in_the_headline(client, person):
    sat(person, ReviewLevel.NOTHING, right=5)

    text = read(client.get(reverse("home"))).text

    assert words("%(name)s, the exam is passed", name="Мария") not in text


def test_voided_attempt_says_when_and_why_and_still_shows_its_result(client, person):
    attempt = sat(person, ReviewLevel.SECTIONS)
    void(attempt, now=NOW)

    page = read(result(client, attempt))

    assert words("The attempt was voided") in page.text
    assert "Сбой у партнёра" in page.text
    assert "23 ноября 2026 г., 10:00" in page.text
    assert texts(attempt)["score"] in page.text
    assert words("The next attempt is open.") in page.text
    assert words("voided") in read(client.get(reverse("home"))).text


def test_reason_of_a_voiding_is_text(client, person):
    attempt = sat(person, ReviewLevel.SECTIONS)
    attempts.void(attempt.pk, by=ManagerFactory().pk, now=NOW, reason="<script>alert(1)</script>")

    page = result(client, attempt)

    assert "<script>alert" not in page.content.decode()
    assert "<script>alert(1)</script>" in read(page).text


def test_receipt_is_downloaded_as_a_text_that_carries_its_digest(client, person):
    attempt = sat(person, ReviewLevel.NOTHING)

    response = press(client, result(client, attempt), words("Download the receipt"))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="amoquiz-{attempt.pk}.txt"'
    expected = receipt_of(attempt)
    assert response.content.decode() == receipts.text(expected)
    assert response.content.decode().splitlines()[-1] == f"SHA-256: {receipts.digest(expected)}"


def test_receipt_has_no_key_and_no_word_of_a_question(client, person):
    attempt = sat(person, ReviewLevel.NOTHING)

    text = client.post(reverse("receipt", args=[attempt.pk])).content.decode()

    question = attempt.responses.first().question
    assert question.text not in text
    assert all(option.text not in text for option in question.options.all())


def test_attempt_in_progress_has_no_receipt(client, person):
    attempt = started(person)

    assert client.post(reverse("receipt", args=[attempt.pk])).status_code == 404
    assert client.get(reverse("receipt", args=[attempt.pk])).status_code == 405
