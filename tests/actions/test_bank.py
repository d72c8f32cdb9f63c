"""Writes to the bank: what was served stays, what is in work is edited, what is flawed is not used."""

from datetime import timedelta
from uuid import uuid4

import pytest

from certification.actions import attempts, bank
from certification.actions.bank import Refused
from certification.models import Event, Option, Question
from certification.rules.items import ItemOption
from certification.states import QuestionKind, QuestionState
from tests.factories import NOW, AdminFactory, ExamFactory, SectionFactory, UserFactory, item, started
from tests.rows import all_rows, changed_tables, rows_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
OTHER_TEXT = "Кто добавляет людей в аккаунт?"
ALL_RIGHT = tuple(ItemOption(o.text, is_correct=True) for o in item().options)


@pytest.fixture(autouse=True)
def section(db, settings):
    settings.TEAM_OF_ONE = False
    return SectionFactory(number=1)


@pytest.fixture
def author():
    return AdminFactory()


@pytest.fixture
def in_use():
    """A question in use, in version 1."""
    return bank.create(item(), by=None, now=NOW, publish=True)


@pytest.fixture
def served(in_use, section):
    """The same, in somebody's paper."""
    started(UserFactory(), ExamFactory(lines={section: None}))
    assert in_use.responses.count() == 1
    return in_use


def revise(question, *, by=None, publish=True, **changes):
    return bank.revise(question.pk, item(**changes), by=by, now=LATER, publish=publish)


def publish(question, *, by=None):
    return bank.publish(question.pk, by=by, now=LATER)


def standing(key):
    """(version, state, in use) of every version of a question."""
    versions = Question.objects.filter(key=key).order_by("version")
    return list(versions.values_list("version", "state", "is_current"))


def events():
    """What was recorded of questions, oldest first."""
    rows = Event.objects.filter(subject_table="certification_question").order_by("id")
    return list(rows.values_list("kind", "at", "actor", "subject_id", "facts"))


def rows_without(question, *columns):
    rows = rows_of(Question.objects.filter(pk=question.pk))
    return [{name: value for name, value in row.items() if name not in columns} for row in rows]


def test_create_makes_a_draft_in_version_1(author, section):
    key = uuid4()

    question = bank.create(item(number="1.4", enemies="staff", weight=3), by=author.pk, now=NOW, key=key)

    assert rows_of(Question.objects.all()) == [
        {
            "id": question.pk,
            "key": key,
            "version": 1,
            "section_id": section.pk,
            "number": "1.4",
            "kind": QuestionKind.SINGLE,
            "text": item().text,
            "explanation": item().explanation,
            "enemies": "staff",
            "weight": 3,
            "state": QuestionState.DRAFT,
            "is_current": False,
            "author_id": author.pk,
            "created_at": NOW,
            "searched": bank.searched(item(number="1.4")),
            "source": "",
            "checked_on": None,
            "review_by": None,
        }
    ]
    assert list(question.options.values_list("position", "text", "is_correct")) == [
        (1, "Администратор", True),
        (2, "Руководитель", False),
        (3, "Ответственный", False),
    ]
    assert events() == []


def test_create_gives_every_question_a_key_of_its_own():
    first, second = (bank.create(item(), by=None, now=NOW) for _ in range(2))

    assert first.key != second.key


def test_create_and_publish_puts_it_in_use_at_once():
    question = bank.create(item(), by=None, now=NOW, publish=True)

    assert standing(question.key) == [(1, "published", True)]
    assert events() == [("question_published", NOW, None, question.pk, {"version": 1})]


def test_create_of_a_flawed_question_makes_a_draft_but_does_not_publish():
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.create(item(options=ALL_RIGHT), by=None, now=NOW, publish=True)

    assert caught.value.code == "lint"
    assert "3" in caught.value.detail
    assert changed_tables(before) == []
    assert standing(bank.create(item(options=ALL_RIGHT), by=None, now=NOW).key) == [(1, "draft", False)]


def test_revise_of_a_served_question_leaves_its_rows_as_they_were(served):
    question = rows_without(served, "is_current")
    options = rows_of(served.options)
    paper = rows_of(served.responses)

    revised = revise(served, text=OTHER_TEXT, options=tuple(reversed(item().options)))

    assert rows_without(served, "is_current") == question
    assert rows_of(served.options) == options
    assert rows_of(served.responses) == paper
    assert standing(served.key) == [(1, "published", False), (2, "published", True)]
    assert revised.pk != served.pk
    changed = item(text=OTHER_TEXT, options=tuple(reversed(item().options)))
    assert Question.objects.with_options().get(pk=revised.pk).item == changed


@pytest.mark.parametrize(
    "changes",
    [
        {"text": OTHER_TEXT},
        {"explanation": "Администратор добавляет людей; остальным это право не дано."},
        {"number": "1.2"},
        {"enemies": "staff", "weight": 2},
        {"options": item().options[:2] + (ItemOption("Любой менеджер", is_correct=False),)},
        {"options": tuple(reversed(item().options))},
        {"options": tuple(ItemOption(o.text, is_correct=o == item().options[1]) for o in item().options)},
    ],
)
def test_revise_with_any_change_makes_the_next_version(in_use, changes):
    revised = revise(in_use, **changes)

    assert standing(in_use.key) == [(1, "published", False), (2, "published", True)]
    assert Question.objects.with_options().get(pk=revised.pk).item == item(**changes)
    assert Question.objects.with_options().get(pk=in_use.pk).item == item()


def test_revise_is_recorded_and_names_who_wrote_the_version(in_use, author):
    reviewer = AdminFactory()

    revised = revise(in_use, by=author.pk, publish=False, text=OTHER_TEXT)
    publish(revised, by=reviewer.pk)

    assert revised.author == author
    assert revised.created_at == LATER
    assert events()[1:] == [
        ("question_revised", LATER, author.pk, revised.pk, {"former": in_use.pk}),
        ("question_published", LATER, reviewer.pk, revised.pk, {"version": 2}),
    ]


def test_revise_without_publishing_leaves_the_former_version_in_use(in_use):
    revised = revise(in_use, publish=False, text=OTHER_TEXT)

    assert standing(in_use.key) == [(1, "published", True), (2, "draft", False)]

    publish(revised)

    assert standing(in_use.key) == [(1, "published", False), (2, "published", True)]


@pytest.mark.parametrize("state", [QuestionState.DRAFT, QuestionState.IN_REVIEW])
def test_revise_of_a_version_in_work_edits_it_where_it_is(in_use, state):
    draft = revise(in_use, publish=False, text=OTHER_TEXT)
    Question.objects.filter(pk=draft.pk).update(state=state)
    new_section = SectionFactory(number=2)
    changed = item(
        section=2,
        number="2.1",
        kind="multiple",
        text="Кто и что видит в аккаунте?",
        options=(*item().options, ItemOption("Менеджер", is_correct=True)),
        explanation="Теперь иначе.",
        enemies="staff",
    )

    revised = bank.revise(draft.pk, changed, by=None, now=LATER)

    assert revised.pk == draft.pk
    assert standing(in_use.key) == [(1, "published", True), (2, state, False)]
    again = Question.objects.with_options().get(pk=draft.pk)
    assert (again.item, again.section) == (changed, new_section)
    assert list(again.options.values_list("position", flat=True)) == [1, 2, 3, 4]
    assert Question.objects.with_options().get(pk=in_use.pk).item == item()


@pytest.mark.parametrize("publish", [False, True])
def test_revise_with_the_same_content_adds_nothing(served, publish):
    before = all_rows()

    assert revise(served, publish=publish) == served

    assert changed_tables(before) == []


def test_revise_with_the_same_content_publishes_a_draft():
    draft = bank.create(item(), by=None, now=NOW)

    assert revise(draft) == draft

    assert standing(draft.key) == [(1, "published", True)]


def test_revise_of_a_retired_question_adds_a_version(in_use):
    bank.retire(in_use.pk, by=None, now=NOW)

    revise(in_use, text=OTHER_TEXT)

    assert standing(in_use.key) == [(1, "retired", False), (2, "published", True)]


@pytest.mark.parametrize("published", [False, True], ids=["draft beside it", "newer in use"])
def test_revise_of_an_outdated_version_is_refused(in_use, published):
    newer = revise(in_use, publish=published, text=OTHER_TEXT)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        revise(in_use, text="Кто заводит сотрудников?")

    assert (caught.value.code, caught.value.question_id) == ("outdated", newer.pk)
    assert changed_tables(before) == []
    assert revise(newer, text="Кто заводит сотрудников?").version == (3 if published else 2)


def test_a_draft_that_was_given_up_leaves_the_version_in_use_to_be_revised(in_use):
    draft = revise(in_use, publish=False, text=OTHER_TEXT)
    bank.retire(draft.pk, by=None, now=LATER)

    revised = revise(in_use, publish=False, text="Кто заводит сотрудников?")

    assert standing(in_use.key) == [(1, "published", True), (2, "retired", False), (3, "draft", False)]
    assert revised.version == 3
    with pytest.raises(Refused) as caught:
        revise(draft, text="Кто приглашает сотрудников?")
    assert (caught.value.code, caught.value.question_id) == ("outdated", revised.pk)


@pytest.mark.parametrize(
    "flaw",
    [{"options": ALL_RIGHT}, {"options": item().options[:2]}, {"explanation": ""}],
    ids=["all right", "two options", "no explanation"],
)
def test_revise_with_a_flaw_is_not_published_and_writes_nothing(served, flaw):
    before = all_rows()

    with pytest.raises(Refused) as caught:
        revise(served, **flaw)

    assert caught.value.code == "lint"
    assert caught.value.detail
    assert changed_tables(before) == []
    assert revise(served, publish=False, **flaw).state == QuestionState.DRAFT


def test_flaw_in_a_version_in_work_keeps_its_former_text():
    draft = bank.create(item(), by=None, now=NOW)
    before = all_rows()

    with pytest.raises(Refused):
        revise(draft, options=ALL_RIGHT)

    assert changed_tables(before) == []


def test_publish_puts_a_draft_in_use(author):
    draft = bank.create(item(), by=author.pk, now=NOW)
    reviewer = AdminFactory()

    published = publish(draft, by=reviewer.pk)

    assert published.is_current
    assert standing(draft.key) == [(1, "published", True)]
    assert events() == [("question_published", LATER, reviewer.pk, draft.pk, {"version": 1})]


def test_publish_of_what_is_in_use_writes_nothing(in_use):
    before = all_rows()

    assert publish(in_use) == in_use

    assert changed_tables(before) == []


def test_publish_of_a_flawed_draft_is_refused():
    draft = bank.create(item(explanation=""), by=None, now=NOW)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        publish(draft)

    assert (caught.value.code, caught.value.question_id) == ("lint", draft.pk)
    assert changed_tables(before) == []


@pytest.mark.parametrize("which", ["retired", "former"])
def test_publish_brings_back_nothing_that_was_taken_out_of_use(served, which):
    newest = bank.retire(revise(served, text=OTHER_TEXT).pk, by=None, now=LATER)
    row = {"retired": newest, "former": served}[which]
    before = all_rows()

    with pytest.raises(Refused) as caught:
        publish(row, by=None)

    assert caught.value.code == "not_in_work"
    assert changed_tables(before) == []


def test_revise_of_a_retired_question_brings_its_wording_back_as_the_next_version(served, author):
    bank.retire(served.pk, by=author.pk, now=LATER)
    back = bank.revise(served.pk, served.item, by=None, now=LATER, publish=True)

    assert (back.version, back.state, back.is_current) == (served.version + 1, "published", True)
    assert Question.objects.get(pk=served.pk).state == "retired"


def test_revise_of_a_retired_question_with_the_same_content_adds_nothing(in_use):
    bank.retire(in_use.pk, by=None, now=NOW)
    before = all_rows()

    assert revise(in_use, publish=False) == in_use

    assert changed_tables(before) == []


def test_retire_takes_a_question_out_of_use_and_keeps_the_papers_that_have_it(served, author):
    paper = rows_of(served.responses)
    content = rows_without(served, "state", "is_current")
    options = rows_of(served.options)

    bank.retire(served.pk, by=author.pk, now=LATER)

    assert standing(served.key) == [(1, "retired", False)]
    assert rows_without(served, "state", "is_current") == content
    assert rows_of(Option.objects.all()) == options
    assert rows_of(served.responses) == paper
    assert events()[1:] == [("question_retired", LATER, author.pk, served.pk, {})]


def test_attempt_under_way_keeps_the_wording_and_a_new_one_has_the_revised(served, section):
    under_way = served.responses.get().attempt
    revised = revise(served, text=OTHER_TEXT)

    new = started(UserFactory(), under_way.exam, now=LATER)

    assert new.responses.get().question == revised
    assert under_way.responses.get().question == served
    assert attempts.submit(under_way.pk, by=None, now=NOW).max_score == 100
