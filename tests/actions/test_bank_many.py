"""Many writes to the bank in a few statements are the same as one after another."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import transaction

from certification.actions import bank
from certification.actions.bank import Refused
from certification.models import Event, Question
from certification.models.bank import QuestionQuerySet
from certification.rules.freshness import Freshness
from certification.rules.items import ItemOption
from certification.states import QuestionState
from tests.factories import NOW, AdminFactory, ExamFactory, SectionFactory, UserFactory, item, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
KNOWN = Freshness("Инструкция", date(2026, 1, 1), date(2027, 1, 1))


@pytest.fixture(autouse=True)
def sections():
    return [SectionFactory(number=number) for number in (1, 2)]


@pytest.fixture
def author():
    return AdminFactory()


def content(**changes):
    options = (*item().options, ItemOption("Никто", False))
    values = {"number": "2.7", "section": 2, "text": "Кто добавляет людей?", "options": options, "weight": 3}
    return item(**{**values, **changes})


def made(author, sections):
    """A question of every kind that a revision tells apart, by what it is."""
    by = author.pk
    in_use, served, replaced = (bank.create(item(), by=None, now=NOW, publish=True) for _ in range(3))
    started(UserFactory(), ExamFactory(lines={sections[0]: None}))
    retired = bank.retire(bank.create(item(), by=by, now=NOW, freshness=KNOWN).pk, by=by, now=NOW)
    in_review = bank.create(item(), by=None, now=NOW)
    bank.send_to_review(in_review.pk, by=by, now=NOW)
    return {
        "draft": bank.create(item(), by=by, now=NOW, freshness=KNOWN),
        "in review": in_review,
        "in use": in_use,
        "served": served,
        "draft of one in use": bank.revise(replaced.pk, item(weight=2), by=by, now=NOW),
        "retired": retired,
        "the same": bank.create(content(), by=by, now=NOW),
        "retired, the same": bank.retire(bank.create(content(), by=by, now=NOW).pk, by=by, now=NOW),
    }


def told():
    """Everything that is known of the bank, without the ids that a row happens to have."""
    named = {question.pk: (question.key, question.version) for question in Question.objects.all()}
    rows = [
        {**row, "id": named[row["id"]], "item": Question.objects.get(pk=row["id"]).item}
        for row in rows_of(Question.objects.all())
    ]
    events = [
        (kind, at, actor, named[pk], {**facts, "former": named.get(facts.get("former"))})
        for kind, at, actor, pk, facts in Event.objects.about(Question.objects.all())
        .order_by("id")
        .values_list("kind", "at", "actor", "subject_id", "facts")
    ]
    return sorted(rows, key=lambda row: row["id"]), events


def undone(write):
    """What the bank would be after it, and which versions it returns."""
    with transaction.atomic():
        returned = [(one.key, one.version, one.state, one.item) for one in write()]
        result = told()
        transaction.set_rollback(True)
    return returned, result


def test_many_revisions_are_the_same_as_one_after_another(author, sections):
    other = UserFactory()
    # Backwards, since what is written comes in the order of the changes and not in that of the ids.
    changes = [(one.pk, content(), one.item.digest) for one in reversed(made(author, sections).values())]
    before = told()

    one_by_one = undone(
        lambda: [bank.revise(pk, new, by=other.pk, now=LATER, seen=seen) for pk, new, seen in changes]
    )
    at_once = undone(lambda: bank.revise_many(changes, by=other.pk, now=LATER))

    assert told() == before
    assert at_once == one_by_one
    assert len(at_once[1][0]) == len(before[0]) + 3
    assert {kind for kind, *_ in at_once[1][1]} > {"question_revised", "question_rewritten"}


def test_many_revisions_refuse_what_one_refuses_and_write_nothing(author, sections):
    questions = made(author, sections)
    draft, newest = questions["draft"], questions["draft of one in use"]
    former = Question.objects.get(key=newest.key, version=1)
    last = bank.revise(questions["in use"].pk, item(weight=4), by=None, now=NOW)
    before = all_rows()

    for refused, seen, code in (
        (former, "", ("outdated", newest.pk)),
        (questions["in use"], "", ("outdated", last.pk)),
        (questions["retired"], content().digest, ("rewritten", questions["retired"].pk)),
    ):
        changes = [(draft.pk, content(), ""), (refused.pk, content(), seen)]
        with pytest.raises(Refused) as one:
            bank.revise(refused.pk, content(), by=author.pk, now=LATER, seen=seen)
        with pytest.raises(Refused) as many:
            bank.revise_many(changes, by=author.pk, now=LATER)
        assert (many.value.code, many.value.question_id) == code
        assert (one.value.code, one.value.question_id) == code

    assert changed_tables(before) == []


@pytest.mark.parametrize("state", [QuestionState.DRAFT, QuestionState.PUBLISHED])
def test_many_revisions_take_few_statements(state, django_assert_max_num_queries):
    questions = [bank.create(item(), by=None, now=NOW) for _ in range(40)]
    Question.objects.update(state=state, is_current=state == QuestionState.PUBLISHED)
    changes = [(question.pk, content(), "") for question in questions]
    own = len(questions) if state == QuestionState.DRAFT else 0

    with django_assert_max_num_queries(15 + own):
        bank.revise_many(changes, by=None, now=LATER)

    assert {question.item for question in Question.objects.standing()} == {content()}


def test_no_revision_is_none():
    assert bank.revise_many([], by=None, now=LATER) == []


def test_many_retired_are_the_same_as_one_after_another(author, sections):
    # In the order of their ids, as they are locked and told of.
    pks = sorted(question.pk for question in made(author, sections).values())
    facts = {"by": author.pk, "now": LATER, "reason": "Роль упразднена"}
    before = told()

    one_by_one = undone(lambda: [bank.retire(pk, **facts) for pk in pks])[1]
    at_once = undone(lambda: bank.retire_many(reversed(pks), **facts))

    assert at_once[1] == one_by_one != before
    assert {state for _key, _version, state, _item in at_once[0]} == {QuestionState.RETIRED}
    assert len(at_once[0]) == len(pks) - 2


def test_many_retired_take_few_statements(django_assert_max_num_queries):
    questions = [bank.create(item(), by=None, now=NOW) for _ in range(40)]

    with django_assert_max_num_queries(8):
        bank.retire_many([one.pk for one in questions], by=None, now=LATER, reason="Повтор")

    assert Question.objects.filter(state=QuestionState.RETIRED).count() == len(questions)


def test_bank_at_hand_is_not_read_and_has_what_is_published_next(author):
    first, second = (bank.create(item(), by=None, now=NOW) for _ in range(2))
    in_use = Question.objects.current().items()

    bank.publish(first.pk, by=author.pk, now=LATER, in_use=in_use)

    assert in_use == {first.key: item()}
    with pytest.raises(Refused) as alone:
        bank.publish(second.pk, by=author.pk, now=LATER)
    with (
        mock.patch.object(QuestionQuerySet, "items", side_effect=AssertionError),
        pytest.raises(Refused) as same,
    ):
        bank.publish(second.pk, by=author.pk, now=LATER, in_use=in_use)
    assert alone.value.code == "warnings"
    assert (same.value.code, same.value.detail) == (alone.value.code, alone.value.detail)
    assert in_use == {first.key: item()}
