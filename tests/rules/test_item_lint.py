"""Each rule of the lint against a flawed and a sound question, and the rules of form at their limits."""

import re
from dataclasses import replace

import pytest

from certification.rules.item_lint import ITEM_RULES, lint_bank, lint_item
from tests.items import SOUND, SOUND_MULTIPLE, findings_of, rules_broken, with_options


@pytest.mark.parametrize("item", [SOUND, SOUND_MULTIPLE])
def test_sound_question_has_no_findings(item):
    assert lint_item(item) == []


def test_each_rule_is_listed_once_and_documented():
    names = [rule.name for rule in ITEM_RULES]

    assert len(names) == len(set(names))
    assert all(rule.flaws.__doc__ for rule in ITEM_RULES)


# Each rule, a question that breaks it, and what the finding must name.
FLAWED = [
    ("key-count", "error", with_options(right=["Один", "Два"], wrong=["Три"]), {"right": 2}),
    ("key-count", "error", with_options(right=[], wrong=["Один", "Два", "Три"]), {"right": 0}),
    (
        "key-count",
        "error",
        with_options(right=["Один"], wrong=["Два", "Три", "Пять"], kind="multiple"),
        {"right": 1, "wrong": 3},
    ),
    (
        "option-count",
        "error",
        with_options(right=["Один"], wrong=["Два"]),
        {"count": 2, "fewest": 3, "most": 4},
    ),
    ("option-empty", "error", with_options(right=["Один"], wrong=["Два", " — "]), {"place": 3}),
    (
        "option-duplicate",
        "error",
        with_options(right=["Счёт"], wrong=["«счет» ", "Акт"]),
        {"option": "Счёт", "count": 2},
    ),
    ("explanation-missing", "error", replace(SOUND, explanation=" "), {}),
    (
        "forbidden-phrase",
        "error",
        with_options(right=["Сделка"], wrong=["Задача", "Почта и всё перечисленное "]),
        {"phrase": "всё перечисленное"},
    ),
    ("negative-stem", "warning", replace(SOUND, text="Чего в amoCRM НЕ выгружают?"), {"word": "НЕ"}),
    ("negation-capitals", "warning", replace(SOUND, text="Чего в amoCRM не выгружают?"), {"word": "не"}),
    ("stem-form", "warning", replace(SOUND, text="Место хранения переписки."), {}),
    ("stem-length", "warning", replace(SOUND, text="Что это?"), {"count": 2, "fewest": 3, "most": 80}),
    (
        "stem-question-marks",
        "warning",
        replace(SOUND, text="Где это хранится? И как это найти?"),
        {"count": 2},
    ),
    (
        "sentence-length",
        "info",
        replace(SOUND, explanation="Переписка хранится у контакта " + "и " * 22 + "там."),
        {"count": 27, "start": "Переписка хранится у контакта"},
    ),
    ("mixed-script", "warning", replace(SOUND, explanation="Это cделка."), {"word": "cделка"}),
    ("straight-quotes", "warning", replace(SOUND, explanation='Раздел "Почта".'), {"words": '"Почта".'}),
    (
        "hyphen-for-dash",
        "warning",
        replace(SOUND, explanation="Контакт - это человек."),
        {"words": "Контакт - это"},
    ),
    (
        "stem-unfocused",
        "warning",
        replace(SOUND, text="Что из перечисленного верно?"),
        {"words": "Что из перечисленного"},
    ),
    (
        "double-negation",
        "info",
        with_options(right=["Нельзя не сохранить"], wrong=["В списке задач", "В отчёте"]),
        {"words": "Нельзя не сохранить"},
    ),
    ("abbreviation", "info", replace(SOUND, text="Где менеджер видит ЛПР?"), {"word": "ЛПР"}),
    (
        "product-term",
        "warning",
        replace(SOUND, text="Где в AmoCRM видна переписка?"),
        {"words": "AmoCRM", "term": "amoCRM"},
    ),
    (
        "punctuation",
        "warning",
        replace(SOUND, text="Где менеджер видит историю ?"),
        {"words": "историю ?"},
    ),
    (
        "spelling",
        "info",
        replace(SOUND, text="Где менеджер видит историю переписски?"),
        {"word": "переписски"},
    ),
    ("explanation-thin", "warning", replace(SOUND, explanation="Переписка хранится у контакта."), {}),
    (
        "option-mould",
        "warning",
        with_options(right=["Список задач"], wrong=["Раздел писем", "Открыть карточку"]),
        {"option": "Открыть карточку"},
    ),
    (
        "option-case",
        "warning",
        with_options(right=["Список задач"], wrong=["Раздел писем", "Карточкой контакта"]),
        {"option": "Карточкой контакта"},
    ),
    (
        "option-agreement",
        "warning",
        with_options(right=["Открытая"], wrong=["Закрытая", "Архивный"]),
        {"option": "Архивный"},
    ),
    (
        "option-overlap",
        "warning",
        with_options(right=["1–10 дней"], wrong=["10–20 дней", "30 дней"]),
        {"option": "1–10 дней", "other": "10–20 дней"},
    ),
    (
        "option-subset",
        "warning",
        with_options(right=["Сделки"], wrong=["Сделки и контакты", "Задачи"]),
        {"option": "Сделки", "other": "Сделки и контакты"},
    ),
    (
        "absolute-cue",
        "warning",
        with_options(right=["В карточке сделки"], wrong=["Только в почте", "Всегда в задаче"]),
        {"word": "Только"},
    ),
    (
        "absolute-cue",
        "warning",
        with_options(right=["В любой карточке всегда"], wrong=["В разделе почты", "В списке задач"]),
        {"word": "любой"},
    ),
    (
        "vague-cue",
        "warning",
        with_options(right=["Обычно в сделке, часто в задаче"], wrong=["В разделе почты", "В списке задач"]),
        {"word": "Обычно"},
    ),
    (
        "key-longest",
        "warning",
        with_options(right=["а" * 30], wrong=["б" * 20, "в" * 10]),
        {"right": 30, "longest": 20, "mean": 15},
    ),
    (
        "stem-echo",
        "warning",
        with_options(right=["В переписке сделки"], wrong=["В разделе почты", "В списке задач"]),
        {"word": "переписка"},
    ),
    (
        "convergence",
        "warning",
        with_options(right=["Задача сделки"], wrong=["Задача звонка", "Почта сделки"]),
        {"key": "Задача сделки", "margin": 0.17},
    ),
    (
        "option-form",
        "warning",
        with_options(right=["Сделка."], wrong=["Задача", "Звонок."]),
        {"option": "Сделка."},
    ),
    (
        "option-form",
        "warning",
        with_options(right=["Сделка"], wrong=["задача", "звонок"]),
        {"option": "задача"},
    ),
]


@pytest.mark.parametrize(("rule", "level", "item", "values"), FLAWED)
def test_flawed_question_is_found_and_the_flaw_named(rule, level, item, values):
    findings = findings_of(item, rule)

    found = [(finding.level, finding.number, finding.values) for finding in findings]
    assert found == [(level, "3.7", values)]
    assert all(str(value) in findings[0].sentence for name, value in values.items() if name != "margin")


def test_every_rule_has_a_flawed_example():
    assert {rule for rule, *_ in FLAWED} == {rule.name for rule in ITEM_RULES}


@pytest.mark.parametrize(
    ("right", "wrong", "is_flawed"), [(1, 3, True), (2, 1, True), (2, 2, False), (3, 3, False)]
)
def test_multiple_choice_needs_two_right_and_two_wrong(right, wrong, is_flawed):
    item = with_options(
        right=[f"Пункт {n}" for n in range(right)],
        wrong=[f"Строка {n}" for n in range(wrong)],
        kind="multiple",
    )

    assert ("key-count" in rules_broken(item)) is is_flawed


@pytest.mark.parametrize(
    ("kind", "count", "is_flawed"),
    [
        ("single", 2, True),
        ("single", 3, False),
        ("single", 4, False),
        ("single", 5, True),
        ("multiple", 3, True),
        ("multiple", 4, False),
        ("multiple", 6, False),
        ("multiple", 7, True),
    ],
)
def test_option_count_at_its_limits(kind, count, is_flawed):
    item = with_options(right=["Ключ"], wrong=[f"Пункт {n}" for n in range(count - 1)], kind=kind)

    assert ("option-count" in rules_broken(item)) is is_flawed


def test_bank_findings_come_after_those_of_the_questions():
    flawed = replace(SOUND, number="3.8", explanation="")

    findings = [(finding.number, finding.rule) for finding in lint_bank([SOUND, flawed])]
    assert findings == [("3.8", "explanation-missing"), ("3.8", "near-duplicate")]


def test_every_place_in_a_sentence_is_filled():
    for _rule, _level, item, _values in FLAWED:
        for finding in lint_item(item):
            assert not re.search(r"%\(", finding.sentence)
