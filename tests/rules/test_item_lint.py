"""Each rule against a flawed and a sound question, and at its threshold."""

import re
from dataclasses import replace

import pytest

from certification.rules.item_lint import ITEM_RULES, lint_bank, lint_item
from certification.rules.items import Item, ItemOption


def options(*, right, wrong):
    return tuple(
        [ItemOption(text, is_correct=True) for text in right]
        + [ItemOption(text, is_correct=False) for text in wrong]
    )


SOUND = Item(
    number="3.7",
    section=3,
    kind="single",
    text="Где менеджер видит историю переписки?",
    options=options(
        right=["В карточке контакта"],
        wrong=["В списке задач", "В разделе аналитики", "В настройках телефонии"],
    ),
    explanation="Переписка хранится у контакта, а задачи её не показывают.",
)
SOUND_MULTIPLE = replace(
    SOUND,
    kind="multiple",
    text="Какие данные выгружают в файл?",
    options=options(right=["Список контактов", "Карточки сделок"], wrong=["Записи звонков", "Шаблоны писем"]),
)


def rules_broken(item):
    return {finding.rule for finding in lint_item(item)}


def findings_of(item, rule):
    return [finding for finding in lint_item(item) if finding.rule == rule]


def with_options(*, right, wrong, **changes):
    return replace(SOUND, options=options(right=right, wrong=wrong), **changes)


@pytest.mark.parametrize("item", [SOUND, SOUND_MULTIPLE])
def test_sound_question_has_no_findings(item):
    assert lint_item(item) == []


def test_each_rule_is_listed_once_and_documented():
    names = [rule.name for rule in ITEM_RULES]

    assert len(names) == len(set(names))
    assert all(rule.flaws.__doc__ for rule in ITEM_RULES)


# Each rule, a question that breaks it, and the word that the finding must name.
FLAWED = [
    ("key-count", "error", with_options(right=["Один", "Два"], wrong=["Три"]), "2"),
    ("key-count", "error", with_options(right=[], wrong=["Один", "Два", "Три"]), "0"),
    ("option-count", "error", with_options(right=["Один"], wrong=["Два"]), "2"),
    ("option-empty", "error", with_options(right=["Один"], wrong=["Два", " — "]), "3"),
    ("option-duplicate", "error", with_options(right=["Счёт"], wrong=["«счет» ", "Акт"]), "Счёт"),
    ("explanation-missing", "error", replace(SOUND, explanation=" "), ""),
    (
        "forbidden-phrase",
        "error",
        with_options(right=["Сделка"], wrong=["Задача", "Всё перечисленное"]),
        "Всё перечисленное",
    ),
    ("negative-stem", "warning", replace(SOUND, text="Чего в amoCRM НЕ выгружают?"), "НЕ"),
    ("negation-capitals", "warning", replace(SOUND, text="Чего в amoCRM не выгружают?"), "не"),
    ("stem-form", "warning", replace(SOUND, text="Место хранения переписки."), ""),
    ("stem-length", "warning", replace(SOUND, text="Что это?"), "2"),
    ("stem-question-marks", "warning", replace(SOUND, text="Где это хранится? И как это найти?"), "2"),
    (
        "sentence-length",
        "info",
        replace(SOUND, explanation="Переписка хранится у контакта " + "и " * 22 + "там."),
        "Переписка",
    ),
    ("mixed-script", "warning", replace(SOUND, explanation="Это cделка."), "cделка"),
    ("straight-quotes", "warning", replace(SOUND, explanation='Раздел "Почта".'), '"Почта"'),
    ("hyphen-for-dash", "warning", replace(SOUND, explanation="Контакт - это человек."), "Контакт - это"),
    (
        "absolute-cue",
        "warning",
        with_options(right=["В карточке сделки"], wrong=["Только в почте", "В списке задач"]),
        "Только",
    ),
    (
        "absolute-cue",
        "warning",
        with_options(right=["В любой карточке"], wrong=["В разделе почты", "В списке задач"]),
        "любой",
    ),
    (
        "vague-cue",
        "warning",
        with_options(right=["Обычно в сделке"], wrong=["В разделе почты", "В списке задач"]),
        "Обычно",
    ),
    ("key-longest", "warning", with_options(right=["а" * 30], wrong=["б" * 20, "в" * 20]), "30"),
    (
        "stem-echo",
        "warning",
        with_options(right=["В переписке сделки"], wrong=["В разделе почты", "В списке задач"]),
        "переписка",
    ),
    (
        "convergence",
        "warning",
        with_options(right=["Задача сделки"], wrong=["Задача звонка", "Почта сделки"]),
        "Задача сделки",
    ),
    ("option-form", "warning", with_options(right=["Сделка."], wrong=["Задача", "Звонок"]), "Сделка."),
    ("option-form", "warning", with_options(right=["Сделка"], wrong=["задача", "Звонок"]), "задача"),
]


@pytest.mark.parametrize(("rule", "level", "item", "word"), FLAWED)
def test_flawed_question_is_found_and_the_flaw_named(rule, level, item, word):
    findings = findings_of(item, rule)

    assert [(finding.level, finding.number) for finding in findings] == [(level, "3.7")]
    assert word in findings[0].sentence


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


@pytest.mark.parametrize(
    "text",
    [
        "Все перечисленное",
        "Всё вышеперечисленное",
        "Все вышеуказанные способы",
        "Любое из перечисленного",
        "Все варианты верны",
        "Все ответы правильные",
        "Ничего из перечисленного",
        "Ни один из вариантов",
        "Нет верного ответа",
        "Нет правильного варианта",
        "Верны А и Б",
        "Верны варианты «а» и «б»",
        "Варианты 1 и 2",
        "А и Б",
        "Оба варианта верны",
        "Подходят оба варианта",
    ],
)
def test_option_that_points_at_other_options_is_forbidden(text):
    item = with_options(right=["Сделка"], wrong=["Задача", text])

    assert len(findings_of(item, "forbidden-phrase")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Все ответы клиента приходят в карточку",
        "Все сделки воронки",
        "На обоих тарифах",
        "Нет, верного пути к отчёту там не задать",
        "Одна из воронок аккаунта",
        "Из карточки и из списка",
        "Варианты и цены",
        "Верно указать почту и телефон",
    ],
)
def test_option_that_only_sounds_like_a_forbidden_phrase_is_allowed(text):
    item = with_options(right=["Сделка"], wrong=["Задача", text])

    assert findings_of(item, "forbidden-phrase") == []


@pytest.mark.parametrize(
    "text",
    [
        "Что не входит в карточку сделки?",
        "Что входит в карточку, кроме бюджета?",
        "Клиент пишет письмо. Какой раздел НЕ покажет его?",
        "Какое утверждение неверно для контакта?",
    ],
)
def test_negative_stem_is_found(text):
    assert "negative-stem" in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(
    "text",
    [
        "Почему менеджер не видит сделку?",
        "Клиент не получает писем. Что проверяет администратор?",
        "Что делает система, если почта не подключена?",
        "Какой тариф нужен, чтобы не терять заявки?",
        "Сколько воронок создают не менее чем на год?",
        "Где хранится контакт, который не связан со сделкой?",
    ],
)
def test_negation_in_the_situation_is_no_negative_stem(text):
    assert "negative-stem" not in rules_broken(replace(SOUND, text=text))


def test_negation_in_capitals_is_still_a_negative_stem():
    broken = rules_broken(replace(SOUND, text="Чего НЕ выгружают в файл?"))

    assert broken == {"negative-stem"}


@pytest.mark.parametrize(
    "text",
    [
        "Укажите место хранения переписки.",
        "Переписка потерялась. Выберите верный порядок действий:",
    ],
)
def test_instruction_is_a_full_stem(text):
    assert "stem-form" not in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(("count", "is_flawed"), [(2, True), (3, False), (80, False), (81, True)])
def test_stem_length_at_its_limits(count, is_flawed):
    item = replace(SOUND, text=" ".join(["слово"] * count) + "?")

    assert ("stem-length" in rules_broken(item)) is is_flawed


@pytest.mark.parametrize(("count", "is_flawed"), [(24, False), (25, False), (26, True)])
def test_sentence_length_at_its_limit(count, is_flawed):
    item = replace(SOUND, explanation="Коротко. " + " ".join(["Слово"] + ["слово"] * (count - 1)) + ".")

    assert ("sentence-length" in rules_broken(item)) is is_flawed


@pytest.mark.parametrize("text", ["CRM-система и API-ключ", "Версия 2 amoCRM", "e-mail клиента"])
def test_latin_and_cyrillic_parts_of_a_compound_are_no_mix(text):
    assert "mixed-script" not in rules_broken(replace(SOUND, explanation=text))


@pytest.mark.parametrize(
    ("text", "is_flawed"),
    [
        ("От 5-10 минут", True),
        ("От 5–10 минут", False),
        ("Номер 8-800-100", False),
        ("Сделка -- это продажа", True),
        ("Сделка — это продажа", False),
        ("Бизнес-процесс", False),
    ],
)
def test_hyphen_for_dash(text, is_flawed):
    assert ("hyphen-for-dash" in rules_broken(replace(SOUND, explanation=text))) is is_flawed


def test_absolutes_on_both_sides_are_no_cue():
    item = with_options(right=["На любом тарифе"], wrong=["Только на базовом", "На двух тарифах"])

    assert "absolute-cue" not in rules_broken(item)


def test_vague_word_in_a_wrong_option_is_no_cue():
    item = with_options(right=["Может менеджер"], wrong=["Может аналитик", "Иногда клиент"])

    assert "vague-cue" not in rules_broken(item)


@pytest.mark.parametrize(
    ("key", "wrong", "is_flawed"),
    [
        (119, (100, 100), False),
        (120, (100, 100), False),
        (121, (100, 100), True),
        (1039, (1000, 600), False),
        (1040, (1000, 600), False),
        (1041, (1000, 600), True),
        (100, (100, 20), False),
    ],
)
def test_key_longest_at_its_thresholds(key, wrong, is_flawed):
    item = with_options(right=["а" * key], wrong=["б" * length for length in wrong])

    assert ("key-longest" in rules_broken(item)) is is_flawed


def test_stem_word_in_a_wrong_option_too_is_no_echo():
    item = with_options(right=["В переписке сделки"], wrong=["В переписке с коллегой", "В списке задач"])

    assert "stem-echo" not in rules_broken(item)


@pytest.mark.parametrize(("echoing", "is_flawed"), [(1, False), (2, True)])
def test_stem_echo_of_multiple_choice_needs_half_of_the_right_options(echoing, is_flawed):
    item = with_options(
        right=["Переписка отдела"] * echoing + ["Карточка отдела"] * (3 - echoing),
        wrong=["Список задач", "Запись звонка"],
        kind="multiple",
    )

    assert ("stem-echo" in rules_broken(item)) is is_flawed


@pytest.mark.parametrize(("own_words", "is_flawed"), [(5, False), (4, False), (3, True)])
def test_convergence_at_its_threshold(own_words, is_flawed):
    """A wrong option has three of the key's six words and others of its own: margins 3/22, 3/20 and 3/18."""
    item = with_options(
        right=["ka kb kc kd ke kf"],
        wrong=[
            " ".join(["ka kb kc", *(f"l{n}" for n in range(own_words))]),
            " ".join(["kd ke kf", *(f"m{n}" for n in range(own_words))]),
        ],
    )

    assert ("convergence" in rules_broken(item)) is is_flawed


def test_options_that_are_all_alike_do_not_converge():
    item = with_options(right=["Задача сделки"], wrong=["Задача звонка", "Задача письма"])

    assert "convergence" not in rules_broken(item)


def test_brand_and_digit_may_begin_options_of_any_case():
    item = with_options(right=["amoCRM"], wrong=["5 сделок", "«Почта»"])

    assert "option-form" not in rules_broken(item)


def test_bank_findings_come_after_those_of_the_questions():
    flawed = replace(SOUND, explanation="")

    assert [finding.rule for finding in lint_bank([SOUND, flawed])] == ["explanation-missing"]


def test_every_place_in_a_sentence_is_filled():
    for _rule, _level, item, _word in FLAWED:
        for finding in lint_item(item):
            assert not re.search(r"%\(", finding.sentence)
