"""The rules of wording: what they find, what they leave alone, and their limits."""

from dataclasses import replace

import pytest

from tests.items import SOUND, findings_of, rules_broken, with_options


@pytest.mark.parametrize(
    "text",
    [
        "Все перечисленное",
        "Всё вышеперечисленное",
        "Всё из этого",
        "Никакой из них",
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


@pytest.mark.parametrize(
    "text",
    [
        "Что происходит; если почта не подключена?",
        "Что происходит — если почта не подключена?",
        "Где искать: в карточке, которой не видно?",
        "Где карточка, и если её не видно?",
        "ПОЧЕМУ сделка не видна?",
        "Если почта не подключена, что видно?",
    ],
)
def test_clause_that_sets_the_scene_is_no_question(text):
    assert "negative-stem" not in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(
    "text",
    ["Если почта подключена, что НЕ видно?", "Что видно: всё, исключая почту?", "Что видно, КРОМЕ неё?"],
)
def test_clause_that_asks_is_found_beside_others(text):
    assert "negative-stem" in rules_broken(replace(SOUND, text=text))


def test_each_small_negation_is_to_be_in_capitals_though_one_makes_the_stem_negative():
    item = replace(SOUND, text="Что не видно и не слышно, кроме звонка?")

    assert [one.values for one in findings_of(item, "negative-stem")] == [{"word": "не"}]
    assert [one.values for one in findings_of(item, "negation-capitals")] == [{"word": "не"}] * 2


@pytest.mark.parametrize(
    ("text", "is_flawed"),
    [
        ("Где хранится переписка? ", False),
        ("Убедитесь в верности данных.", False),
        ("Укажите место переписки. Она хранится долго.", True),
        ("Укажи место переписки.", True),
        ("Переписка хранится в карте.", True),
        ("", True),
    ],
)
def test_stem_asks_or_instructs_politely_in_its_last_sentence(text, is_flawed):
    assert ("stem-form" in rules_broken(replace(SOUND, text=text))) is is_flawed


@pytest.mark.parametrize("word", ["Cделка", "Аpi", "ёmail", "Ёmail", "dЕL"])
def test_letters_of_two_scripts_in_a_word_are_found_in_any_case(word):
    item = replace(SOUND, explanation=f"Это {word}, да.")

    assert [one.values for one in findings_of(item, "mixed-script")] == [{"word": word}]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("sentence-length", "Слово " + "слово " * 25 + "слово?"),
        ("mixed-script", "Где тут cделка?"),
        ("straight-quotes", 'Где тут "Почта"?'),
        ("hyphen-for-dash", "Где тут - у контакта?"),
    ],
)
def test_stem_option_and_explanation_are_all_read(rule, text):
    everywhere = with_options(right=[text], wrong=["Звонок", text], text=text, explanation=text)

    assert len(findings_of(everywhere, rule)) == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Раздел - почта", "Раздел - почта"),
        ("- почта", "- почта"),
        ("От 5-10 минут", "5-10"),
    ],
)
def test_hyphen_is_named_with_its_neighbours(text, found):
    assert findings_of(replace(SOUND, explanation=text), "hyphen-for-dash")[0].values == {"words": found}
