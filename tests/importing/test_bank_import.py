"""An import carried out: all of the plan that was seen, or nothing."""

from unittest import mock

import pytest
from django.utils import translation

from certification.actions import bank, sources
from certification.importing import bank_import
from certification.importing.bank_import import Outcome, Outdated
from certification.models import Event, ExternalId, Question, Section
from certification.states import EventKind, QuestionState
from tests.factories import NOW, AdminFactory, QuestionFactory, SectionFactory, item
from tests.rows import all_rows, changed_tables
from tests.sources import changed, file, row, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


@pytest.fixture
def admin():
    return AdminFactory()


def bring(read, *, by=None, chosen=None, moves=None, plan=None):
    """Import it, with the plan's own choices unless others are named."""
    moves = bank_import.moves_before(read) if moves is None else moves
    plan = plan or bank_import.plan_of(read, moves)
    chosen = plan.chosen if chosen is None else chosen
    return bank_import.apply(read, moves=moves, digest=plan.digest, chosen=chosen, by=by and by.pk, now=NOW)


def plans_nothing(read):
    return bank_import.plan_of(read, bank_import.moves_before(read)).is_empty


def states():
    return dict(Question.objects.standing().order_by("number").values_list("number", "state"))


def test_document_makes_sections_and_drafts(admin):
    assert bring(file(), by=admin) == Outcome(created=9, revised=0, linked=0, retired=0)

    assert list(Section.objects.values_list("number", "title")) == [
        (1, "Знакомство"),
        (2, "Склад и доставка"),
        (3, "Возврат"),
        (4, "Касса"),
    ]
    assert set(states().values()) == {QuestionState.DRAFT}
    question = Question.objects.get(number="2.2")
    assert (question.section.number, question.text, question.kind, question.author) == (
        2,
        "Что делать, если товар повреждён?",
        "multiple",
        admin,
    )
    assert list(question.options.values_list("position", "text", "is_correct")) == [
        (1, "Составить акт.", True),
        (2, "Сфотографировать упаковку.", True),
    ]
    known = ExternalId.objects.get(section=2, number=2)
    assert (known.document, known.key, known.imported_at) == ("памятка", question.key, NOW)
    events = Event.objects.about([question]).values_list("kind", "actor", "facts")
    assert list(events) == [
        (EventKind.QUESTION_IMPORTED, admin.pk, {"document": "памятка", "place": 8}),
    ]


def test_imported_again_nothing_is_planned_and_nothing_written():
    bring(file())
    before = all_rows()

    assert plans_nothing(file())
    assert bring(file()) == Outcome(0, 0, 0, 0)
    assert changed_tables(before) == []


def test_changed_copy_is_carried_out_and_then_plans_nothing():
    bring(file())
    in_use = Question.objects.get(number="2.1")
    options = (*in_use.item.options, *item().options[1:])
    bank.revise(
        in_use.pk,
        item(number="2.1", section=2, text=in_use.text, options=options),
        by=None,
        now=NOW,
        publish=True,
    )
    copy = file(
        changed(
            ("1. Кто принимает", "1. Кто берёт"),
            ("Продавец.", "Магазин."),
            ("4. Выберите верное утверждение:\nДоставка занимает до 2 дней.\n", ""),
        )
    )

    assert bring(copy) == Outcome(created=0, revised=2, linked=0, retired=1)

    versions = Question.objects.filter(key=in_use.key).order_by("version")
    assert list(versions.values_list("text", "state", "is_current")) == [
        ("Кто принимает товар на склад?", QuestionState.PUBLISHED, True),
        ("Кто берёт товар на склад?", QuestionState.DRAFT, False),
    ]
    assert versions[1].item.options == options
    assert Question.objects.get(number="3.3").item.right == ("Магазин.",)
    assert states()["2.4"] == QuestionState.RETIRED
    retired = Event.objects.get(kind=EventKind.QUESTION_RETIRED)
    assert retired.facts == {"reason": "“памятка” has it no more."}
    assert plans_nothing(copy)


def test_question_of_the_bank_is_linked_and_stays_word_for_word():
    section = SectionFactory(number=2)
    ours = QuestionFactory(section=section, number="2.1", text="Кому сдают товар?")
    before = Question.objects.filter(pk=ours.pk).values().get(), ours.item

    assert bring(file()) == Outcome(created=8, revised=0, linked=1, retired=0)

    ours = Question.objects.get(number="2.1")
    assert (Question.objects.filter(pk=ours.pk).values().get(), ours.item) == before
    assert ExternalId.objects.get(section=2, number=1).key == ours.key
    assert plans_nothing(file())


def test_question_of_the_bank_is_revised_where_that_is_chosen():
    section = SectionFactory(number=2)
    ours = QuestionFactory(section=section, number="2.1", text="Кому сдают товар?")
    plan = bank_import.plan_of(file(), {})

    assert bring(file(), chosen=plan.revisable) == Outcome(created=8, revised=1, linked=0, retired=0)

    draft = Question.objects.get(key=ours.key, version=2)
    assert (draft.text, draft.state, draft.item.right) == (
        "Кто принимает товар на склад?",
        QuestionState.DRAFT,
        ("Кладовщик.",),
    )
    assert draft.item.wrong == ours.item.wrong
    assert plans_nothing(file())


def test_change_not_wanted_is_not_proposed_again():
    bring(file())
    copy = file(
        changed(("Продавец.", "Магазин."), ("1. Как открыть смену?\nКнопкой «Открыть смену»\n2.", "2."))
    )

    outcome = bring(copy, chosen=())

    assert outcome == Outcome(created=0, revised=0, linked=0, retired=0, left=2)
    assert outcome.sentence == "Done: new 0, changed 0, linked 0, retired 0. Not chosen and left: 2."

    assert Question.objects.get(number="3.3").item.right == ("Продавец.",)
    assert set(states().values()) == {QuestionState.DRAFT}
    assert plans_nothing(copy)


def test_retired_with_its_draft_is_what_is_in_use_as_well():
    bring(workbook_file(row()))
    [question] = Question.objects.all()
    bank.publish(question.pk, by=None, now=NOW)
    bank.revise(question.pk, item(explanation="Иначе."), by=None, now=NOW)
    other = workbook_file(row(number="1.2", text="Где?"))
    chosen = bank_import.plan_of(other, {}).choosable

    assert bring(other, chosen=chosen) == Outcome(created=1, revised=0, linked=0, retired=1)

    versions = Question.objects.filter(key=question.key)
    assert set(versions.values_list("state", "is_current")) == {(QuestionState.RETIRED, False)}


def workbook_file(*rows):
    return file(workbook(*rows), name="вопросы.xlsx")


def test_lines_that_a_person_moved_stay_where_they_are():
    bring(file(), moves={29: (4, 2)})

    assert bank_import.moves_before(file()) == {29: (4, 2)}
    assert plans_nothing(file())
    longer = file(changed(("Старший кассир.\n", "Старший кассир.\nЕщё одна заметка.\n")))
    assert bank_import.moves_before(longer) == {30: (4, 2)}
    assert plans_nothing(longer)


def test_line_moved_to_a_question_that_is_there_no_more_is_a_line_of_the_tail_again():
    bring(file(), moves={29: (4, 2), 30: (3, 3)})
    copy = file(changed(("3. Кто платит за возврат?\nПродавец.\n", "")))

    assert bank_import.moves_before(copy) == {27: (4, 2)}
    bring(copy)
    assert Question.objects.get(number="4.2").item.right[1:] == ("Смену закрывают каждый вечер.",)
    assert plans_nothing(copy)


def test_plan_that_is_not_the_one_seen_is_refused_and_writes_nothing():
    plan = bank_import.plan_of(file(), {})
    QuestionFactory(section=SectionFactory(number=2), number="2.1")
    before = all_rows()

    with pytest.raises(Outdated):
        bring(file(), plan=plan)

    assert changed_tables(before) == []


def test_what_fails_on_the_way_leaves_nothing():
    before = all_rows()

    with (
        mock.patch.object(sources, "remember", side_effect=ZeroDivisionError),
        pytest.raises(ZeroDivisionError),
    ):
        bring(file())

    assert changed_tables(before) == []


def test_question_that_changed_in_the_last_moment_is_not_overwritten():
    bring(file())
    copy = file(changed(("Продавец.", "Магазин.")))
    real = bank.revise_many

    def late(changes, **options):
        pks = [pk for pk, _item, _seen in changes]
        assert Question.objects.filter(pk__in=pks).update(explanation="Только что дописано.") == 1
        return real(changes, **options)

    with mock.patch.object(bank, "revise_many", late), pytest.raises(Outdated):
        bring(copy)

    assert Question.objects.get(number="3.3").item.right == ("Продавец.",)
