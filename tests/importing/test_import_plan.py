"""What importing a file would do, over made-up banks: no database is asked."""

from dataclasses import replace
from uuid import UUID, uuid5

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.importing import said
from certification.importing.import_plan import Bank, Change, Known, Plan, Standing, make_plan
from certification.importing.question_file import FileRefused
from certification.rules.item_sheet import SheetRow
from certification.rules.items import ItemOption
from certification.states import QuestionState
from tests.factories import item
from tests.rules.test_item_sheet import ITEMS
from tests.sources import DOCUMENT, changed, file, row, workbook

KEY = UUID("00000000-0000-4000-8000-000000000001")
EMPTY = Bank({}, {}, frozenset())


@pytest.fixture(autouse=True)
def english():
    with translation.override(None):
        yield


def standing(question, *, key=KEY, pk=1, version=1, state=QuestionState.DRAFT):
    return Standing(pk, key, version, QuestionState(state), question)


def bank_of(*standings, known=None):
    return Bank({one.key: one for one in standings}, known or {}, frozenset(range(1, 10)))


def planned(text=DOCUMENT, bank=EMPTY, moves=None, **options):
    read = file(text, **options)
    return make_plan(read, read.entries(moves or {}), bank)


def after(plan: Plan, before: Bank = EMPTY) -> Bank:
    """The bank once everything in the plan is done."""
    questions, known = dict(before.questions), dict(before.known)
    for pk, step in enumerate(plan.steps, start=1):
        key = step.key or (step.standing.key if step.standing else uuid5(KEY, step.number))
        if step.change in (Change.CREATE, Change.REVISE):
            questions[key] = standing(step.item, key=key, pk=pk)
        if step.source:
            known[step.source] = Known(pk, key, step.says)
    return Bank(questions, known, before.sections | set(plan.new_sections))


def told(plan):
    """What is not as before: (kind, number, line, whether it is done, why)."""
    return [
        (step.change, step.number, step.place, step.is_chosen, step.why)
        for step in plan.steps
        if step.change != Change.UNCHANGED
    ]


def test_into_an_empty_bank_all_is_new():
    plan = planned()

    assert plan.new_sections == {1: "Знакомство", 2: "Склад и доставка", 3: "Возврат", 4: "Касса"}
    assert {step.change for step in plan.steps} == {Change.CREATE}
    assert [step.number for step in plan.steps] == [
        "2.1",
        "2.2",
        "2.3",
        "2.4",
        "3.1",
        "3.2",
        "3.3",
        "4.1",
        "4.2",
    ]
    assert plan.choosable == frozenset()


def test_a_document_gives_the_right_options_only():
    items = {step.number: step.item for step in planned().steps}

    assert items["2.1"].options == (ItemOption("Кладовщик.", is_correct=True),)
    assert (items["2.1"].kind, items["2.1"].explanation) == ("single", "")
    assert (items["2.2"].kind, len(items["2.2"].right)) == ("multiple", 2)
    assert (items["2.3"].kind, items["2.3"].right) == (
        "single",
        ("В базе знаний //wiki.example.com/akt?_ga=1.181",),
    )


@pytest.mark.parametrize("answer", ["а" * 501, "\n".join(f"Строка {n}" for n in range(11))])
def test_an_answer_that_is_no_option_is_kept_as_the_explanation(answer):
    first = planned(changed(("Кладовщик.", answer))).steps[0]

    assert (first.item.options, first.item.explanation) == ((), answer)


def test_an_answer_is_no_longer_than_an_explanation_may_be():
    most = changed(("Кладовщик.", "\n".join(["а" * 2_499, "б" * 2_500])))

    assert len(planned(most).steps[0].item.explanation) == 5_000
    with pytest.raises(FileRefused, match=r"^Line 6\. The answer is longer than 5000 characters\.$"):
        planned(most.replace("б" * 2_500, "б" * 2_501))


def test_imported_again_it_plans_nothing():
    plan = planned()

    again = planned(bank=after(plan))

    assert (again.is_empty, told(again)) == (True, [])
    assert (plan.is_empty, plan.digest == again.digest) == (False, False)


def test_a_changed_copy_plans_its_changes_only():
    bank = after(planned())
    copy = changed(
        ("Кладовщик.", "Старший кладовщик."),
        (
            "4. Выберите верное утверждение:\nДоставка занимает до 2 дней.\n",
            "4. Сколько идёт доставка?\nДо 2 дней.\n",
        ),
        ("3. Кто платит за возврат?\nПродавец.\n", ""),
        ("Старший кассир.\n", "Старший кассир.\n3. А кто открывает?\nЛюбой.\n"),
    )

    plan = planned(copy, bank)

    assert told(plan) == [
        (Change.REVISE, "2.1", 6, True, ""),
        (Change.REVISE, "2.4", 14, True, ""),
        (Change.CREATE, "4.3", 27, True, ""),
        (Change.RETIRE, "3.3", None, True, ""),
    ]
    assert plan.chosen == plan.choosable == {"6", "14", f"gone-{bank.known[3, 3].pk}"}
    assert [step.changed for step in plan.steps if step.change == Change.REVISE] == [
        ("options",),
        ("text", "options"),
    ]


def test_a_revision_keeps_what_the_bank_added():
    bank = after(planned())
    [first] = [one for one in bank.questions.values() if one.item.number == "2.1"]
    wrong = (ItemOption("Водитель", is_correct=False), ItemOption("Кассир", is_correct=False))
    whole = replace(first.item, options=(*wrong, *first.item.options), explanation="Так заведено.", weight=3)
    bank = replace(bank, questions=bank.questions | {first.key: replace(first, item=whole)})

    assert planned(bank=bank).is_empty
    step = planned(changed(("Кладовщик.", "Старший кладовщик.")), bank).steps[0]

    right = ItemOption("Старший кладовщик.", is_correct=True)
    assert (step.change, step.item) == (Change.REVISE, replace(whole, options=(right, *wrong)))
    reworded = planned(changed(("1. Кто принимает", "1. Кто берёт")), bank).steps[0]
    assert reworded.item == replace(whole, text="Кто берёт товар на склад?")


def reworded(bank, number, **changes):
    """The bank after people have given a question other words, or another state."""
    [one] = [one for one in bank.questions.values() if one.item.number == number]
    state = changes.pop("state", one.state)
    new = replace(one, item=replace(one.item, **changes), state=state)
    return replace(bank, questions=bank.questions | {one.key: new})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"text": "Кто на складе главный?"}, "changed in the file, but worded anew in the bank"),
        ({"state": QuestionState.RETIRED}, "it is retired"),
        ({"state": QuestionState.IN_REVIEW}, "it is in review"),
    ],
)
def test_what_people_have_decided_is_left_unless_chosen(changes, why):
    bank = reworded(after(planned()), "2.1", **changes)

    plan = planned(changed(("Кладовщик.", "Старший кладовщик.")), bank)

    assert told(plan) == [(Change.LINK, "2.1", 6, False, why)]
    assert (plan.chosen, plan.revisable) == (frozenset(), {"6"})
    assert planned(bank=bank).is_empty


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({}, [(True, "")]),
        ({"text": "Кто платит?"}, [(False, "worded anew in the bank")]),
        ({"state": QuestionState.IN_REVIEW}, [(True, "")]),
        ({"state": QuestionState.RETIRED}, []),
    ],
)
def test_what_the_file_has_no_more_is_retired_unless_people_worded_it(changes, steps):
    bank = reworded(after(planned()), "3.3", **changes)

    plan = planned(changed(("3. Кто платит за возврат?\nПродавец.\n", "")), bank)

    assert told(plan) == [(Change.RETIRE, "3.3", None, *rest) for rest in steps]


def test_what_the_file_gave_up_before_is_not_planned_again():
    bank = after(planned())
    known = bank.known | {(3, 3): replace(bank.known[3, 3], said={})}

    plan = planned(changed(("3. Кто платит за возврат?\nПродавец.\n", "")), replace(bank, known=known))

    assert plan.is_empty


def test_a_question_that_the_bank_has_is_linked_and_not_revised():
    ours = standing(item(number="2.1", section=2, text="Кому сдают товар?"))
    same = standing(planned().steps[1].item, key=UUID(int=2), pk=2)
    bank = bank_of(ours, same)

    plan = planned(bank=bank)

    assert told(plan)[:3] == [
        (Change.LINK, "2.1", 6, False, "the bank has a question of this number"),
        (Change.LINK, "2.2", 8, True, "the bank says the same"),
        (Change.CREATE, "2.3", 11, True, ""),
    ]
    assert plan.new_sections == {}
    assert (plan.chosen, plan.choosable, plan.revisable) == (frozenset(), {"6"}, {"6"})
    wrong = tuple(option for option in ours.item.options if not option.is_correct)
    assert plan.steps[0].item == replace(
        ours.item,
        text="Кто принимает товар на склад?",
        options=(ItemOption("Кладовщик.", is_correct=True), *wrong),
    )
    assert planned(bank=after(plan, bank)).is_empty


def test_of_two_questions_with_a_number_the_first_is_linked_and_none_twice():
    first, second = (standing(item(number="2.1"), key=UUID(int=n), pk=n) for n in (1, 2))
    known = {(2, 2): Known(1, first.key, {})}

    assert planned(bank=bank_of(second, first)).steps[0].standing == first
    assert planned(bank=bank_of(second, first, known=known)).steps[0].standing == second


def test_lines_moved_to_an_answer_are_part_of_it_from_then_on():
    plan = planned(moves={29: (4, 2)})
    last = plan.steps[-1]

    assert last.item.right == ("Старший кассир.", "Смену закрывают каждый вечер.")
    assert last.says["moved"] == ["Смену закрывают каждый вечер."]
    assert planned(bank=after(plan), moves={29: (4, 2)}).is_empty
    assert told(planned(bank=after(plan))) == [(Change.REVISE, "4.2", 27, True, "")]


def test_rows_without_a_key_are_known_by_their_number():
    data = workbook(row(), row(number="1.2", text="Где?"))
    bank = after(planned(data, bank_of()), bank_of())

    assert planned(data, bank).is_empty
    assert told(planned(workbook(row(), row(number="1.2", text="Куда?")), bank)) == [
        (Change.REVISE, "1.2", 3, True, "")
    ]


def test_a_workbook_retires_nothing_unless_chosen():
    bank = after(planned(workbook(row(), row(number="1.2", text="Где?")), bank_of()), bank_of())
    data = workbook(row(number="1.3", text="А это?"))
    plan = planned(data, bank)

    assert told(plan) == [
        (Change.CREATE, "1.3", 2, True, ""),
        (Change.RETIRE, "1.1", None, False, ""),
        (Change.RETIRE, "1.2", None, False, ""),
    ]
    assert (plan.chosen, len(plan.choosable)) == (frozenset(), 2)
    assert list(plan.lines(file(data)))[-2] == "—: 1.2 not in the file: left"
    given_up = replace(bank, known={source: replace(one, said={}) for source, one in bank.known.items()})
    assert told(planned(workbook(row(text="А кто?")), given_up)) == [
        (Change.LINK, "1.1", 2, False, "the bank has a question of this number")
    ]


def exported(question=None, version=1, **changes):
    return SheetRow(key=KEY, version=version, title="Склад", item=question or item(**changes))


@settings(max_examples=15, deadline=None)
@given(st.lists(ITEMS, max_size=4))
def test_an_exported_bank_plans_nothing(items):
    standings = [standing(one, key=UUID(int=n + 1), version=n + 1) for n, one in enumerate(items)]
    rows = [SheetRow(one.key, one.version, "Раздел", one.item) for one in standings]

    bank = bank_of(*standings, standing(item()))
    plan = planned(workbook(*rows, exported()), bank)
    added = row(section=9, number="9.999", text="А это?")
    longer = planned(workbook(*rows, exported(), added), bank)
    whole = after(longer, bank)
    again = [SheetRow(one.key, one.version, "Раздел", one.item) for one in whole.questions.values()]

    assert plan.is_empty
    assert told(longer) == [(Change.CREATE, "9.999", len(items) + 3, True, "")]
    assert planned(workbook(*again), whole).is_empty


def test_an_exported_question_that_was_changed_is_revised_by_its_key():
    plan = planned(workbook(exported(text="Кто теперь?", number="9-А")), bank_of(standing(item())))

    assert told(plan) == [(Change.REVISE, "9-А", 2, True, "")]
    assert (plan.steps[0].changed, plan.steps[0].source) == (("number", "text"), None)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"version": 2}, "the file has version 1, the bank 2"),
        ({"state": QuestionState.IN_REVIEW}, "it is in review"),
        ({"state": QuestionState.RETIRED}, "it is retired"),
    ],
)
def test_an_exported_question_that_went_on_in_the_bank_is_left_unless_chosen(facts, why):
    plan = planned(workbook(exported(text="Кто теперь?")), bank_of(standing(item(), **facts)))

    assert told(plan) == [(Change.LINK, "1.1", 2, False, why)]
    assert planned(workbook(exported()), bank_of(standing(item(), **facts))).is_empty


def test_an_exported_question_is_new_to_another_bank_under_its_own_key():
    plan = planned(workbook(exported()), EMPTY)

    assert told(plan) == [(Change.CREATE, "1.1", 2, True, "")]
    assert (plan.steps[0].key, plan.new_sections) == (KEY, {1: "Склад"})


def test_a_new_section_needs_a_title():
    data = workbook(row(), replace(row(section=8, number="8.1"), title=""))

    with pytest.raises(FileRefused, match=r"^Row 3\. The bank has no section 8: say how it is called\.$"):
        planned(data, EMPTY)


def test_a_question_by_its_key_and_by_its_number_is_refused_with_both_rows():
    bank = bank_of(standing(item()))

    with pytest.raises(FileRefused, match=r"^Row 3\. This question is in row 2 already\.$"):
        planned(workbook(exported(text="Кто теперь?"), row(text="А кто?")), bank)


def test_digest_is_of_what_is_done_and_of_what_it_is_done_to():
    bank = after(planned())
    copy = changed(("Кладовщик.", "Старший кладовщик."))
    digest = planned(copy, bank).digest

    assert planned(copy, bank).digest == digest
    assert planned(copy, reworded(bank, "4.1", text="Как?")).digest == digest
    assert planned(copy, reworded(bank, "2.1", explanation="Так.")).digest != digest
    assert planned(changed(("Кладовщик.", "Завскладом.")), bank).digest != digest
    assert planned(copy, bank, document="другой").digest != digest


def test_plan_is_told_line_by_line():
    bank = after(planned())
    read = file(changed(("Кладовщик.", "Завскладом."), ("3. Кто платит за возврат?\nПродавец.\n", "")))
    plan = make_plan(read, read.entries({}), reworded(bank, "2.1", text="Кто?"))

    assert list(plan.lines(read)) == [
        "Line 6: 2.1 linked, unchanged (changed in the file, but worded anew in the bank)",
        "—: 3.3 not in the file: retired",
        "In all: new 0; changed 0; linked, unchanged 1; not in the file 1; as before 7.",
    ]
    assert list(planned().lines(file()))[3:5] == ["Line 24: section 4 “Касса” is new", "Line 6: 2.1 new"]


def test_nothing_said_holds_of_nothing():
    assert said.holds({}, item()) is False
