"""Review, warnings and freshness: what is decided of a question beside its text."""

from datetime import date, timedelta

import pytest

from certification.actions import bank
from certification.actions.bank import Refused
from certification.models import Event, Question
from certification.rules.freshness import Freshness
from certification.rules.items import ItemOption
from certification.states import QuestionState
from tests.factories import NOW, AdminFactory, ExamFactory, SectionFactory, UserFactory, item, started
from tests.rows import all_rows, changed_tables

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
TODAY = date(2026, 11, 23)
# The check warns of it: a word of the stem is in the right option alone.
ECHO = {
    "text": "Где видны задачи отдела?",
    "options": (
        ItemOption("В календаре задач", True),
        ItemOption("В карточке сделки", False),
        ItemOption("В общей почте отдела", False),
    ),
}


@pytest.fixture(autouse=True)
def section(db, settings):
    settings.TEAM_OF_ONE = False
    return SectionFactory(number=1)


@pytest.fixture
def author():
    return AdminFactory()


@pytest.fixture
def reviewer():
    return AdminFactory()


@pytest.fixture
def draft(author):
    return bank.create(item(), by=author.pk, now=NOW)


@pytest.fixture
def in_use():
    return bank.create(item(), by=None, now=NOW, publish=True)


def events():
    rows = Event.objects.filter(subject_table="certification_question").order_by("id")
    return list(rows.values_list("kind", "at", "actor", "subject_id", "facts"))


def state_of(question):
    return Question.objects.values_list("state", "is_current").get(pk=question.pk)


def test_draft_goes_to_review_and_back_and_is_published_by_another(draft, author, reviewer):
    bank.send_to_review(draft.pk, by=author.pk, now=NOW)
    assert state_of(draft) == ("in_review", False)
    bank.send_back(draft.pk, by=reviewer.pk, now=LATER, reason="Два верных ответа")
    assert state_of(draft) == ("draft", False)
    bank.send_to_review(draft.pk, by=author.pk, now=LATER)
    bank.publish(draft.pk, by=reviewer.pk, now=LATER)

    assert state_of(draft) == ("published", True)
    assert events() == [
        ("question_sent_to_review", NOW, author.pk, draft.pk, {}),
        ("question_sent_back", LATER, reviewer.pk, draft.pk, {"reason": "Два верных ответа"}),
        ("question_sent_to_review", LATER, author.pk, draft.pk, {}),
        ("question_published", LATER, reviewer.pk, draft.pk, {"version": 1}),
    ]


def test_what_is_in_review_already_is_not_sent_again(draft, author):
    bank.send_to_review(draft.pk, by=author.pk, now=NOW)
    before = all_rows()

    bank.send_to_review(draft.pk, by=author.pk, now=LATER)

    assert changed_tables(before) == []


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (lambda q: bank.send_to_review(q.pk, by=None, now=LATER), "not_a_draft"),
        (lambda q: bank.send_back(q.pk, by=None, now=LATER, reason="Поздно"), "not_in_review"),
    ],
    ids=["to review", "back"],
)
def test_what_is_in_use_goes_neither_to_review_nor_back(in_use, move, code):
    before = all_rows()

    with pytest.raises(Refused) as caught:
        move(in_use)

    assert (caught.value.code, changed_tables(before)) == (code, [])


def test_retire_keeps_its_reason_and_again_writes_nothing(in_use, reviewer):
    bank.retire(in_use.pk, by=reviewer.pk, now=LATER, reason="Роль упразднена")
    before = all_rows()

    bank.retire(in_use.pk, by=reviewer.pk, now=LATER + timedelta(days=1), reason="Ещё раз")

    assert changed_tables(before) == []
    last = ("question_retired", LATER, reviewer.pk, in_use.pk, {"reason": "Роль упразднена"})
    assert events()[-1] == last


def test_a_warning_wants_an_excuse_which_is_kept(draft, reviewer, settings):
    bank.revise(draft.pk, item(**ECHO), by=None, now=NOW)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.publish(draft.pk, by=reviewer.pk, now=LATER)

    assert (caught.value.code, changed_tables(before)) == ("warnings", [])
    bank.publish(draft.pk, by=reviewer.pk, now=LATER, excuse="Так называется экран")
    facts = {"version": 1, "warnings": [caught.value.detail], "excuse": "Так называется экран"}
    assert events()[1:] == [("question_published", LATER, reviewer.pk, draft.pk, facts)]


def test_what_is_stale_wants_an_excuse_until_it_is_checked(author, reviewer):
    stale = Freshness("", TODAY - timedelta(days=90), TODAY - timedelta(days=1))
    question = bank.create(item(), by=author.pk, now=NOW, freshness=stale)

    with pytest.raises(Refused) as caught:
        bank.publish(question.pk, by=reviewer.pk, now=NOW)

    assert caught.value.code == "warnings"
    bank.check(question.pk, by=reviewer.pk, now=NOW)
    assert bank.publish(question.pk, by=reviewer.pk, now=NOW).is_current


def test_an_excuse_that_was_not_wanted_is_kept(draft, reviewer):
    bank.publish(draft.pk, by=reviewer.pk, now=LATER, excuse="Похожих нет")

    facts = {"version": 1, "warnings": [], "excuse": "Похожих нет"}
    assert events() == [("question_published", LATER, reviewer.pk, draft.pk, facts)]


@pytest.mark.parametrize(
    ("changes", "publish"),
    [({"text": "Кто заводит людей?"}, False), ({}, True)],
    ids=["a draft", "nothing to publish"],
)
def test_an_excuse_that_would_be_kept_nowhere_is_refused(in_use, reviewer, changes, publish):
    said = {"by": reviewer.pk, "now": LATER, "publish": publish, "excuse": "Так называется экран"}
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.revise(in_use.pk, item(**changes), freshness=Freshness("Справка"), **said)

    assert (caught.value.code, changed_tables(before)) == ("excuse_alone", [])


def test_an_excuse_for_a_new_draft_is_refused(reviewer):
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.create(item(), by=reviewer.pk, now=NOW, excuse="Так называется экран")

    assert (caught.value.code, changed_tables(before)) == ("excuse_alone", [])


@pytest.mark.parametrize("move", ["revise", "publish"])
def test_an_exam_that_would_lack_questions_wants_an_excuse(in_use, section, reviewer, move):
    SectionFactory(number=2)
    ExamFactory(title="Тест 1", lines={section: 1})
    draft = bank.revise(in_use.pk, item(section=2), by=None, now=NOW)
    said = {"by": reviewer.pk, "now": LATER}
    moves = {
        "revise": lambda **more: bank.revise(draft.pk, item(section=2), publish=True, **said, **more),
        "publish": lambda **more: bank.publish(draft.pk, **said, **more),
    }
    before = all_rows()

    with pytest.raises(Refused) as caught:
        moves[move]()

    assert (caught.value.code, changed_tables(before)) == ("warnings", [])
    assert "«Тест 1»" in caught.value.detail or "“Тест 1”" in caught.value.detail
    moves[move](excuse="Тест снимают завтра")
    facts = {"version": 2, "warnings": [caught.value.detail], "excuse": "Тест снимают завтра"}
    assert events()[-1] == ("question_published", LATER, reviewer.pk, draft.pk, facts)


def test_nobody_is_asked_for_an_excuse_by_the_fixtures():
    question = bank.create(item(**ECHO), by=None, now=NOW, publish=True)
    SectionFactory(number=2)
    ExamFactory(lines={question.section: 1})

    moved = bank.revise(question.pk, item(**ECHO, section=2), by=None, now=NOW, publish=True)

    assert moved.is_current


def test_an_error_is_not_excused(draft, reviewer):
    bank.revise(draft.pk, item(explanation=""), by=None, now=NOW)

    with pytest.raises(Refused) as caught:
        bank.publish(draft.pk, by=reviewer.pk, now=LATER, excuse="И так сойдёт")

    assert caught.value.code == "lint"


def test_what_somebody_rewrote_meanwhile_is_not_overwritten(draft, author):
    seen = item().digest
    bank.revise(draft.pk, item(text="Кто заводит людей?"), by=AdminFactory().pk, now=NOW, seen=seen)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.revise(draft.pk, item(text="Кто добавляет людей?"), by=author.pk, now=LATER, seen=seen)

    assert (caught.value.code, changed_tables(before)) == ("rewritten", [])


def test_freshness_of_what_was_served_changes_without_a_version(in_use, section, reviewer):
    started(UserFactory(), ExamFactory(lines={section: None}))
    fresh = Freshness("https://www.amocrm.ru/support/", TODAY, TODAY + timedelta(days=90))

    bank.revise(in_use.pk, item(), by=reviewer.pk, now=LATER, publish=True, freshness=fresh)

    assert Question.objects.get().freshness == fresh
    facts = {
        "source": ["", "https://www.amocrm.ru/support/"],
        "checked_on": ["", "2026-11-23"],
        "review_by": ["", "2027-02-21"],
    }
    assert events()[1:] == [("question_checked", LATER, reviewer.pk, in_use.pk, facts)]


def test_the_next_version_has_the_freshness_of_the_former_unless_another_is_given(in_use):
    fresh = Freshness("Справка", TODAY, TODAY + timedelta(days=90))
    bank.revise(in_use.pk, item(), by=None, now=NOW, freshness=fresh)

    second = bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW, publish=True)
    third = bank.revise(
        second.pk, item(text="Кто добавит людей?"), by=None, now=NOW, freshness=Freshness("Экран")
    )

    assert (second.freshness, third.freshness) == (fresh, Freshness("Экран"))


@pytest.mark.parametrize("publish", [False, True], ids=["draft", "in use"])
def test_freshness_that_changes_with_the_text_is_told_as_well(publish, reviewer):
    question = bank.create(item(), by=None, now=NOW, publish=publish)
    changed = item(text="Кто заводит людей?")

    revised = bank.revise(question.pk, changed, by=reviewer.pk, now=LATER, freshness=Freshness("Справка"))

    facts = {"source": ["", "Справка"]}
    assert events()[-1] == ("question_checked", LATER, reviewer.pk, revised.pk, facts)
    assert Question.objects.get(pk=revised.pk).freshness == Freshness("Справка")


def test_what_was_checked_since_it_was_seen_is_not_undone(draft, reviewer):
    seen = draft.seen
    bank.check(draft.pk, by=reviewer.pk, now=NOW)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.revise(draft.pk, item(), by=reviewer.pk, now=LATER, freshness=Freshness(), seen=seen)

    assert (caught.value.code, changed_tables(before)) == ("rewritten", [])


def test_a_check_leaves_the_text_as_a_reviewer_saw_it(draft, reviewer):
    seen = draft.item.digest
    bank.check(draft.pk, by=reviewer.pk, now=NOW)

    assert bank.publish(draft.pk, by=reviewer.pk, now=LATER, seen=seen).is_current


DECISIONS = {
    "retire": lambda q, **said: bank.retire(q.pk, by=None, now=LATER, reason="Роль упразднена", **said),
    "check": lambda q, **said: bank.check(q.pk, by=None, now=LATER, **said),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_nothing_is_decided_of_a_former_version(in_use, decide):
    newer = bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW, publish=True)
    before = all_rows()

    with pytest.raises(Refused) as caught:
        decide(in_use)

    refused = (caught.value.code, caught.value.question_id)
    assert (refused, changed_tables(before)) == (("outdated", newer.pk), [])


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_a_version_in_use_is_decided_of_beside_its_draft_however_often_it_is_sent(in_use, decide):
    bank.revise(in_use.pk, item(text="Кто заводит людей?"), by=None, now=NOW)

    decide(in_use, seen=in_use.seen)
    once = all_rows()
    decide(in_use, seen=in_use.seen)

    assert changed_tables(once) == []
    assert len(events()) == 3  # published, revised, decided


def test_what_was_retired_and_is_back_in_use_is_not_told_as_retired(in_use):
    bank.retire(in_use.pk, by=None, now=NOW)
    back = bank.revise(in_use.pk, item(), by=None, now=NOW, publish=True)

    with pytest.raises(Refused) as caught:
        bank.retire(in_use.pk, by=None, now=LATER)

    assert (caught.value.code, caught.value.question_id) == ("outdated", back.pk)


@pytest.mark.parametrize(
    "decide",
    [
        *DECISIONS.values(),
        lambda q, **said: bank.send_to_review(q.pk, by=None, now=LATER, **said),
        lambda q, **said: bank.send_back(
            bank.send_to_review(q.pk, by=None, now=NOW).pk, by=None, now=LATER, reason="Нет", **said
        ),
    ],
    ids=[*DECISIONS, "to review", "back"],
)
def test_nothing_is_decided_of_a_text_that_was_not_seen(draft, decide):
    seen = draft.item.digest
    bank.revise(draft.pk, item(text="Кто заводит людей?"), by=None, now=NOW)

    with pytest.raises(Refused) as caught:
        decide(draft, seen=seen)

    assert (caught.value.code, state_of(draft)[1]) == ("rewritten", False)


def test_nothing_is_checked_against_a_source_that_was_not_seen(draft):
    seen = draft.seen
    bank.revise(draft.pk, item(), by=None, now=NOW, freshness=Freshness("Новый экран"))
    before = all_rows()

    with pytest.raises(Refused) as caught:
        bank.check(draft.pk, by=None, now=LATER, seen=seen)

    assert (caught.value.code, changed_tables(before)) == ("rewritten", [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Freshness(), Freshness("", TODAY, date(2027, 5, 22))),
        (
            Freshness("Справка", date(2026, 10, 1), date(2026, 11, 1)),
            Freshness("Справка", TODAY, date(2026, 12, 24)),
        ),
    ],
    ids=["never before", "monthly"],
)
def test_checked_today_is_due_again_after_as_long_as_before(before, after, reviewer):
    question = bank.create(item(), by=None, now=NOW, freshness=before)

    bank.check(question.pk, by=reviewer.pk, now=NOW)

    assert Question.objects.get(pk=question.pk).freshness == after
    assert [kind for kind, *_ in events()] == ["question_checked"]


def test_what_a_question_is_found_by_is_kept_in_step(draft):
    assert Question.objects.matching("ЕЩЁ").count() == 0
    options = (ItemOption("Ещё один", True), *item().options[1:])

    bank.revise(draft.pk, item(number="7.7", options=options), by=None, now=NOW)

    found = [Question.objects.matching(words).count() for words in ("ЕЩЕ один", "7.7 КТО", "кто нигде", "")]
    assert found == [1, 1, 0, 1]
    assert Question.objects.get().state == QuestionState.DRAFT
