"""Two questions of a bank: one that repeats another, one that tells another's key."""

import random
import re
from dataclasses import replace

import pytest

from certification.rules.bank_pair_rules import BACKGROUND, grams_of
from certification.rules.item_lint import lint_against, lint_bank
from certification.rules.item_text import jaccard
from tests.items import SOUND, options

QUESTION = replace(
    SOUND,
    number="2.1",
    section=2,
    text="На что нажать в карточке контакта, чтобы появилась команда «Позвонить»?",
    options=options(right=["На номер телефона"], wrong=["На имя контакта", "На значок письма"]),
)
PAIR_RULES = {"near-duplicate", "hinge"}


def about_pairs(findings):
    return [
        (finding.number, finding.rule, finding.values["other"])
        for finding in findings
        if finding.rule in PAIR_RULES
    ]


def stem_of(likeness, *, of=QUESTION.text):
    """Another stem whose 3-grams are as like those of a stem as can be, but under `likeness`."""
    rng = random.Random(1)
    stem = of
    while jaccard(grams_of(of), grams_of(stem)) >= likeness:
        place = rng.randrange(len(stem))
        stem = stem[:place] + "ъ" + stem[place + 1 :]
    return stem


def other(text, number="2.9", **changes):
    return replace(
        QUESTION,
        number=number,
        text=text,
        **{"options": options(right=["Через поиск"], wrong=["Через меню", "Через чат"]), **changes},
    )


def test_stem_of_another_question_is_found():
    twin = other(QUESTION.text.replace("контакта", "клиента"))

    assert about_pairs(lint_against(twin, [QUESTION, SOUND])) == [("2.9", "near-duplicate", "2.1")]
    finding = lint_against(twin, [QUESTION, SOUND])[0]
    assert finding.level == "warning"
    assert finding.values == {"other": "2.1", "percent": 84, "stem": QUESTION.text}
    assert re.findall(r"[\d.]+", finding.sentence)[:2] == ["84", "2.1"]


def test_stem_less_alike_than_four_fifths_is_another():
    assert lint_against(other(stem_of(0.8)), [QUESTION]) == []


@pytest.mark.parametrize(
    ("changes", "is_found"),
    [
        ({"options": QUESTION.options}, True),
        ({"options": QUESTION.options, "section": 3}, False),
        ({}, False),
    ],
)
def test_three_fifths_are_enough_where_section_and_key_are_the_same(changes, is_found):
    like = other(stem_of(0.8), **changes)

    assert (about_pairs(lint_against(like, [QUESTION])) == [("2.9", "near-duplicate", "2.1")]) is is_found


def test_same_key_does_not_make_two_stems_one():
    assert lint_against(other(stem_of(0.6), options=QUESTION.options), [QUESTION]) == []


def test_most_alike_of_several_is_named():
    bank = [QUESTION, replace(QUESTION, number="2.2", text=QUESTION.text[:-1] + " снова?")]

    assert about_pairs(lint_against(other(QUESTION.text[:-1] + " снова?"), bank)) == [
        ("2.9", "near-duplicate", "2.2")
    ]


TELLING = "Как звонить из карточки контакта, если после нажатия на номер телефона ничего не происходит?"


def test_stem_that_tells_a_key_is_found_from_both_sides():
    telling = other(TELLING)

    assert about_pairs(lint_against(telling, [QUESTION])) == [("2.9", "hinge", "2.1")]
    assert about_pairs(lint_against(QUESTION, [telling])) == [("2.1", "hinge", "2.9")]
    sentences = [lint_against(telling, [QUESTION])[0].sentence, lint_against(QUESTION, [telling])[0].sentence]
    assert sentences[0] != sentences[1]
    assert all("На номер телефона" in sentence for sentence in sentences)


def test_key_is_told_in_other_forms_of_its_words():
    told = other("Что даёт карточке контакта клик по номеру телефона?")

    assert about_pairs(lint_against(told, [QUESTION])) == [("2.9", "hinge", "2.1")]


@pytest.mark.parametrize(
    "stem",
    [
        "Чем поможет клиенту второй номер телефона?",  # speaks of nothing else that 2.1 asks
        "Видны ли в карточке контакта телефон и его номер?",  # other words between
        "Что в карточке контакта важнее: имя контакта или номер телефона?",  # a wrong option stands there too
        "Где в карточке контакта сделки?",
    ],
)
def test_stem_that_tells_no_key_is_sound(stem):
    assert lint_against(other(stem), [QUESTION]) == []


@pytest.mark.parametrize("word", sorted(BACKGROUND))
def test_what_every_question_speaks_of_is_nothing_in_common(word):
    short = replace(QUESTION, text=f"Что даёт {word}?")

    assert lint_against(other(f"Чем поможет {word} и номер телефона?"), [short]) == []
    assert lint_against(other("Чем поможет сделка и номер телефона?"), [replace(short, text="Сделка?")]) != []


def test_hinge_is_a_warning_and_names_the_key():
    telling = other(TELLING)
    findings = [*lint_against(telling, [QUESTION]), *lint_against(QUESTION, [telling])]
    findings += [finding for finding in lint_bank([telling, QUESTION]) if finding.rule == "hinge"]

    assert [(finding.level, finding.values["key"]) for finding in findings] == [
        ("warning", "На номер телефона")
    ] * 3


def test_key_at_either_end_of_a_stem_is_told():
    first = other("Номер телефона карточки: что с ним делает команда?")
    last = other("Что в карточке делает команда с номером телефона?")

    assert about_pairs(lint_against(first, [QUESTION])) == [("2.9", "hinge", "2.1")]
    assert about_pairs(lint_against(last, [QUESTION])) == [("2.9", "hinge", "2.1")]


def test_key_with_yo_is_told_by_a_stem_without():
    yo = replace(QUESTION, options=options(right=["Тёмный счёт"], wrong=["Имя", "Письмо"]))

    assert lint_against(other("Зачем в карточке контакта темный счет?"), [yo]) != []


def test_key_of_one_word_is_a_word_like_any_other():
    short = replace(QUESTION, options=options(right=["Телефон"], wrong=["Имя", "Письмо"]))

    assert lint_against(other(TELLING), [short]) == []


def test_enemies_never_meet_and_so_may_be_alike():
    twin = other(QUESTION.text, enemies="calls")
    telling = other(TELLING, enemies="calls")
    enemy = replace(QUESTION, enemies="calls")

    assert lint_against(twin, [enemy]) == lint_against(telling, [enemy]) == []
    assert about_pairs(lint_bank([enemy, twin, telling])) == []
    assert about_pairs(lint_against(twin, [replace(enemy, enemies="mail")])) != []


def test_bank_names_each_pair_once():
    bank = [other(TELLING, number="2.3"), QUESTION, other(QUESTION.text, number="2.2"), SOUND]

    assert about_pairs(lint_bank(bank)) == [("2.3", "hinge", "2.1"), ("2.2", "near-duplicate", "2.1")]


def test_bank_finds_what_each_question_finds_of_itself(bank):
    """The index leaves none out that a comparison with every earlier question finds."""
    slowly = [
        (item.number, finding.rule, finding.values["other"])
        for place, item in enumerate(bank)
        for finding in lint_against(item, bank[:place])
        if finding.rule == "near-duplicate"
    ]

    quickly = [one for one in about_pairs(lint_bank(bank)) if one[1] == "near-duplicate"]
    assert quickly == slowly
    assert len(slowly) > 20


@pytest.fixture(scope="module")
def bank():
    rng = random.Random(7)
    stems = [QUESTION.text, TELLING, SOUND.text, "Какие поля обязательны при создании счёта покупателю?"]
    return [
        other(blurred(rng, rng.choice(stems)), number=f"2.{place}", section=rng.choice([2, 3]))
        for place in range(80)
    ]


def blurred(rng, stem):
    for _ in range(rng.randrange(12)):
        place = rng.randrange(len(stem))
        stem = stem[:place] + rng.choice("абвг ") + stem[place + 1 :]
    return stem


@pytest.mark.parametrize("number", ["2.1", ""], ids=["one source", "none"])
def test_questions_of_one_number_are_two(number):
    """Which rows are versions of one question its key tells; a number tells only where it comes from."""
    one = replace(QUESTION, number=number)

    assert about_pairs(lint_against(one, [one])) == [(number, "near-duplicate", number)]


def test_question_beside_no_other_has_nothing_to_say():
    assert lint_against(QUESTION, []) == []
