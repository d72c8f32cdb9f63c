"""The rules of reading: unfocused stems, negations, names, marks, spelling and explanations."""

from dataclasses import replace

import pytest

from tests.items import SOUND, findings_of, rules_broken, with_options


def values_of(item, rule):
    return [finding.values for finding in findings_of(item, rule)]


@pytest.mark.parametrize(
    "stem",
    [
        "Какое из утверждений верно?",
        "Какие из этих утверждений справедливы?",
        "Выберите верное утверждение.",
        "Укажите правильный ответ.",
        "Что из перечисленного есть в карточке?",
        "Кто из названных видит письма?",
        "Что верно о тегах?",
        "Какое утверждение о сделках ошибочно?",
    ],
)
def test_stem_that_leans_on_its_options_is_found(stem):
    assert "stem-unfocused" in rules_broken(replace(SOUND, text=stem))


@pytest.mark.parametrize(
    "stem",
    [
        "Что из этого ящика доступно администратору?",
        "Какой из ящиков лучше подключить?",
        "Укажите действие кнопки «Принять».",
        "Кто из сотрудников увидит письмо?",
    ],
)
def test_stem_that_stands_alone_is_sound(stem):
    assert "stem-unfocused" not in rules_broken(replace(SOUND, text=stem))


@pytest.mark.parametrize(
    "text",
    ["Нельзя не сохранить", "Не запрещено удалять", "Менеджер не может не видеть", "Нет отсутствующих"],
)
def test_two_negations_of_a_clause_are_found(text):
    item = with_options(right=[text], wrong=["В списке задач", "В отчёте"])

    assert values_of(item, "double-negation") == [{"words": text}]


@pytest.mark.parametrize(
    "text",
    [
        "Нет, письма не удаляются",
        "Не выгружаются задачи и не видны звонки",
        "Не более чем раз, если не оплачено",
        "Никто не увидит",
        "Нельзя меньше, но не более 5",
    ],
)
def test_negations_apart_are_sound(text):
    assert "double-negation" not in rules_broken(with_options(right=[text], wrong=["В задачах", "В отчёте"]))


def test_negative_option_of_a_negative_stem_is_found():
    item = with_options(right=["Не пишет"], wrong=["Звонит", "Шлёт"], text="Чего бот НЕ делает?")
    positive = replace(item, text="Что делает бот?")

    assert values_of(item, "double-negation") == [{"words": "Не пишет"}]
    assert values_of(positive, "double-negation") == []


@pytest.mark.parametrize("text", ["Кто такой ЛПР?", "Для чего нужен OKR отдела?", "Что такое «СЛА»?"])
def test_abbreviation_out_of_the_glossary_is_found(text):
    assert "abbreviation" in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(
    "text",
    [
        "Где взять API-ключ?",
        "Что такое UTM-метка?",
        "Что НЕ выгружают из CRM?",
        "Что под кнопкой «ЕЩЁ»?",
        "Кто такое лицо, принимающее решения (ЛПР)?",
        "Кто такой ЛПР (лицо, принимающее решения)?",
        "Как войти через СУБДОМЕН.z2.amocrm.ru?",
    ],
)
def test_abbreviation_that_is_known_or_explained_is_sound(text):
    assert "abbreviation" not in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(
    ("text", "wrong", "term"),
    [
        ("Что в AmoCRM есть?", "AmoCRM", "amoCRM"),
        ("Что в amo crm есть?", "amo crm", "amoCRM"),
        ("Что в «амоЦРМ» есть?", "амоЦРМ", "amoCRM"),
        ("Что умеет salesbot?", "salesbot", "Salesbot"),
        ("Что умеет Sells bot?", "Sells bot", "Salesbot"),
        ("Что умеет сейлз-бот?", "сейлз-бот", "Salesbot"),
        ("Что такое Digital pipeline?", "Digital pipeline", "Digital Pipeline"),
        ("Что есть на тарифе «стартап»?", "тарифе «стартап", "«Старт-ап»"),
        ("Как связать Wordpress?", "Wordpress", "WordPress"),
        ("Как открыть excel?", "excel", "Excel"),
        ("Как связать Google analytics?", "Google analytics", "Google Analytics"),
        ("Что такое utm-метка?", "utm-метка", "UTM-метка"),
        ("Где кнопка «ЕЩЕ»?", "«ЕЩЕ»", "«Ещё»"),
        ("Где «Бизнес процессы»?", "Бизнес процесс", "бизнес-процесс"),
        ("Как устроен вебсайт?", "вебсайт", "веб-сайт"),
    ],
)
def test_name_written_otherwise_is_found(text, wrong, term):
    assert values_of(replace(SOUND, text=text), "product-term") == [{"words": wrong, "term": term}]


@pytest.mark.parametrize(
    "text",
    [
        "Как amoCRM шлёт письма с partners@amocrm.ru через z2.amocrm.ru?",
        "Что умеет Salesbot в Digital Pipeline на тарифе «Старт-ап»?",
        "Как WordPress, Excel и Google Analytics ставят UTM-метки?",
        "Где кнопка «Ещё» и бизнес-процесс веб-сайта?",
    ],
)
def test_name_as_in_the_product_is_sound(text):
    assert "product-term" not in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Где  сделки?", "Где  сделки?"),
        ("Где сделки ?", "сделки ?"),
        ("Где сделки,контакты?", "сделки,контакты?"),
        ("Где « сделки»?", "« сделки»?"),
        ("Где сделки...", "сделки..."),
        ("Где сделки,, где?", "сделки,,"),
        ("Где ( сделки)?", "( сделки)?"),
    ],
)
def test_wrong_spaces_and_marks_are_found(text, words):
    assert values_of(replace(SOUND, text=text), "punctuation") == [{"words": words}]


@pytest.mark.parametrize(
    "text",
    [
        "Где сделки, контакты и т. д.?",
        "Сколько ждать: 2,5 ч или 3:15?",
        "Файл .csv, .xlsx…",
        "Где (там) «то»?",
    ],
)
def test_right_spaces_and_marks_are_sound(text):
    assert "punctuation" not in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize("word", ["переписски", "ответсвенный", "аккаунд", "Коммуникацыя"])
def test_misspelt_word_is_found(word):
    assert values_of(replace(SOUND, explanation=f"{word} здесь."), "spelling") == [{"word": word}]


def test_each_misspelt_word_is_named_once():
    item = replace(SOUND, explanation="Аккаунд и ещё аккаунд, в нём переписска.")

    assert [values["word"] for values in values_of(item, "spelling")] == ["Аккаунд", "аккаунд", "переписска"]


@pytest.mark.parametrize(
    "text",
    [
        "Субдомены и обзвоны с лидогенерацией.",
        "Менеджер Зюзькин звонит.",
        "Почта на вашсубдомен.ru",
        "Счёт, ещё.",
    ],
)
def test_words_of_the_trade_names_and_addresses_are_sound(text):
    assert "spelling" not in rules_broken(replace(SOUND, explanation=text))


@pytest.mark.parametrize(
    ("explanation", "is_thin"),
    [
        ("Переписка хранится у контакта.", True),
        ("Так устроена система.", True),
        ("Переписка у контакта, а аналитика её не знает.", False),
        ("Переписка у контакта, остальные места её не хранят.", False),
        ("Задачами её не показывают.", False),
        ("", False),
    ],
)
def test_explanation_speaks_of_the_wrong_options_too(explanation, is_thin):
    item = replace(SOUND, explanation=explanation)

    assert ("explanation-thin" in rules_broken(item)) is is_thin


def test_wrong_options_without_words_of_their_own_need_no_explanation():
    item = with_options(right=["1"], wrong=["!", "?"], explanation="Так и есть.")

    assert "explanation-thin" not in rules_broken(item)


@pytest.mark.parametrize("text", ["Что видно под “Ещё”?", "Что в «Поле «Бюджет»»?", "Что за”слово?"])
def test_quotes_that_are_not_russian_are_found(text):
    assert "straight-quotes" in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize("text", ["Где «Поле „Бюджет“»?", "Где «Поле» и «Бюджет»?", "Где „Бюджет“?"])
def test_quotes_within_quotes_are_sound(text):
    assert "straight-quotes" not in rules_broken(replace(SOUND, text=text))


@pytest.mark.parametrize(
    "text", ["Контакт c телефоном", "Задача и звонoк", "B карточке сделки", "Это почта. B ней письма"]
)
def test_latin_letter_for_a_russian_one_is_found(text):
    assert "mixed-script" in rules_broken(replace(SOUND, text=f"{text}?"))


@pytest.mark.parametrize("text", ["Пункт A. Сделка", "Вариант C", "Тариф и API"])
def test_latin_letter_as_a_name_is_sound(text):
    assert "mixed-script" not in rules_broken(replace(SOUND, text=f"{text}?"))


@pytest.mark.parametrize(
    "stem", ["Видит ли запись тот, кто не звонил?", "Кому пишут те, с кем не связались?"]
)
def test_negation_of_a_relative_clause_is_none_of_the_stem(stem):
    assert "negative-stem" not in rules_broken(replace(SOUND, text=stem))


def test_negation_of_the_stem_itself_stays_one():
    assert "negative-stem" in rules_broken(replace(SOUND, text="Кто не видит запись?"))
