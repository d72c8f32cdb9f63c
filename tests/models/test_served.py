"""The text of served questions that the process keeps."""

import pytest

from certification.actions import bank
from certification.models import Question, served
from certification.models.served import Served, ServedOption
from certification.states import QuestionKind
from tests.factories import NOW, QuestionFactory, item, started

pytestmark = pytest.mark.django_db


def version_of(question):
    return question.key, question.version


def test_served_question_is_read_once(django_assert_num_queries):
    questions = QuestionFactory.create_batch(3, kind=QuestionKind.MULTIPLE, options__rights=2, weight=3)
    versions = [version_of(question) for question in questions]

    with django_assert_num_queries(1):
        found = served.served(versions)
    with django_assert_num_queries(0):
        again = served.served(reversed(versions))

    first = questions[0]
    assert found[versions[0]] == Served(
        kind=QuestionKind.MULTIPLE,
        text=first.text,
        explanation=first.explanation,
        weight=3,
        options={n: ServedOption(f"Ответ {n}", is_correct=n <= 2) for n in (1, 2, 3, 4)},
    )
    assert found[versions[0]].correct == {1, 2}
    assert again == found
    assert found.keys() == set(versions)


def test_only_what_is_not_known_is_read(django_assert_num_queries):
    known, new = QuestionFactory.create_batch(2)
    served.served([version_of(known)])

    with django_assert_num_queries(1):
        found = served.served([version_of(known), version_of(new)])

    assert found[version_of(new)].text == new.text
    assert found[version_of(known)].text == known.text


def test_versions_of_one_question_are_kept_apart():
    attempt = started()
    former = attempt.responses.get(position=1).question
    later = bank.revise(former.pk, item(section=former.section.number), by=None, now=NOW, publish=True)

    found = served.served([version_of(former), version_of(later)])

    assert found[version_of(former)].text == former.text
    assert found[version_of(later)].text == item().text


def test_no_more_than_so_many_are_kept(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(served, "_kept", {})
    monkeypatch.setattr(served, "MOST", 2)
    questions = QuestionFactory.create_batch(3)
    for question in questions:
        served.served([version_of(question)])

    assert served._kept.keys() == {version_of(questions[2])}
    with django_assert_num_queries(1):
        assert len(served.served([version_of(q) for q in questions[:2]])) == 2
    assert Question.objects.count() == 3
