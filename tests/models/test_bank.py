"""The words about sections and questions."""

from types import SimpleNamespace

import pytest

from certification.actions import bank as banking
from certification.models import Question
from certification.rules.items import Item, ItemOption
from certification.states import QuestionKind, QuestionState
from tests.factories import NOW, QuestionFactory, SectionFactory, item

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank():
    """Six keys in every stage of life; the digit is the version."""

    def version(of, number, state, **fields):
        return QuestionFactory(key=of.key, version=number, state=state, **fields)

    revised1 = QuestionFactory(is_current=False)
    changing1 = QuestionFactory()
    twice1 = QuestionFactory(state=QuestionState.RETIRED)
    given_up1 = QuestionFactory()
    return SimpleNamespace(
        given_up1=given_up1,
        given_up2=version(given_up1, 2, QuestionState.RETIRED),
        revised1=revised1,
        revised2=version(revised1, 2, QuestionState.PUBLISHED),
        changing1=changing1,
        changing2=version(changing1, 2, QuestionState.IN_REVIEW),
        new1=QuestionFactory(state=QuestionState.DRAFT),
        retired1=QuestionFactory(state=QuestionState.RETIRED),
        twice1=twice1,
        twice2=version(twice1, 2, QuestionState.RETIRED),
        twice10=version(twice1, 10, QuestionState.RETIRED),
    )


def names(bank, rows):
    found = {row.pk for row in rows}
    return {name for name, question in vars(bank).items() if question.pk in found}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("current", {"revised2", "changing1", "given_up1"}),
        ("standing", {"revised2", "changing2", "new1", "retired1", "twice10", "given_up1"}),
        (
            "all",
            {"revised1", "revised2", "changing1", "changing2", "new1", "retired1"}
            | {"twice1", "twice2", "twice10", "given_up1", "given_up2"},
        ),
    ],
)
def test_questions_by_word(bank, word, expected):
    assert names(bank, getattr(Question.objects, word)()) == expected


def test_standing_and_is_standing_agree(bank):
    standing = set(Question.objects.standing())
    assert {question for question in Question.objects.all() if question.is_standing} == standing


def test_former_are_those_that_are_not_the_standing(bank):
    assert set(Question.objects.former()) == set(Question.objects.all()) - set(Question.objects.standing())


def test_standing_looks_beyond_what_is_filtered(bank):
    """A key has one standing version, also where only the published are asked for."""
    published = Question.objects.filter(state=QuestionState.PUBLISHED)
    assert names(bank, published) == {"revised1", "revised2", "changing1", "given_up1"}
    assert names(bank, published.standing()) == {"revised2", "given_up1"}


def test_a_question_as_a_plain_value():
    question = QuestionFactory(
        section__number=3, number="3.7", kind=QuestionKind.MULTIPLE, text="Что?", enemies="plan",
        options__rights=2, options__count=3,
    )  # fmt: skip
    question.options.filter(position=1).update(position=9)
    assert question.item == Item(
        number="3.7",
        section=3,
        kind="multiple",
        text="Что?",
        options=(
            ItemOption("Ответ 2", True),
            ItemOption("Ответ 3", False),
            ItemOption("Ответ 1", True),
        ),
        explanation=question.explanation,
        enemies="plan",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_items_of_a_list_take_two_queries(django_assert_num_queries, count):
    QuestionFactory.create_batch(count)
    with django_assert_num_queries(2):
        items = [question.item for question in Question.objects.with_options()]
    assert [len(item.options) for item in items] == [4] * count


def test_questions_come_by_section_and_age():
    second, first = SectionFactory(number=2), SectionFactory(number=1)
    questions = [QuestionFactory(section=section) for section in (second, first, second, first)]
    expected = [questions[1], questions[3], questions[0], questions[2]]
    assert list(Question.objects.all()) == expected


def test_names_of_rows():
    question = QuestionFactory(section__number=3, section__title="Импорт", number="3.7", version=2)
    assert str(question) == "3.7 v2"
    assert str(question.section) == "3. Импорт"
    assert str(question.options.get(position=1)) == "Ответ 1"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Где задачи?", "Где задачи? v1"),
        ("Кто  и где\nвидит все задачи отдела продаж?", "Кто и где видит все задачи… v1"),
        ("а" * 100, "а" * 59 + "… v1"),
    ],
)
def test_a_question_without_a_number_is_named_by_its_first_words(text, name):
    assert str(QuestionFactory(text=text)) == name


def test_items_of_a_bank_are_those_of_its_rows(django_assert_num_queries):
    SectionFactory(number=1)
    for n in range(3):
        drawn = item(number=f"1.{n}", weight=n + 1, enemies="x" * n)
        banking.create(drawn, by=None, now=NOW, publish=True)
    banking.create(item(number="1.9"), by=None, now=NOW)
    rows = Question.objects.current().with_options()

    with django_assert_num_queries(2):
        items = Question.objects.current().items()

    assert items == {row.key: row.item for row in rows}
    assert len(items) == 3
