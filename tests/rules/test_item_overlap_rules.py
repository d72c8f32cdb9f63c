"""The rules of overlap: numbers and words of one option within another's."""

from dataclasses import replace

import pytest

from certification.rules.item_overlap_rules import interval
from tests.items import SOUND, findings_of, options


def overlapping(rule, texts):
    item = replace(SOUND, options=options(right=texts[:1], wrong=texts[1:]))
    return [(finding.values["option"], finding.values["other"]) for finding in findings_of(item, rule)]


@pytest.mark.parametrize(
    "texts",
    [
        ("1–10 дней", "10–20 дней"),
        ("От 1 до 10 дней", "От 10 до 20 дней"),
        ("Более 50 сделок", "Более 100 сделок"),
        ("Менее 5 минут", "Менее 10 минут"),
        ("Свыше 1 000 рублей", "1 500 рублей"),
        ("До 5", "От 3 до 10"),
        ("Не более 20 писем", "10 писем"),
        ("Не менее 3 дней", "Не более 5 дней"),
        ("От 2,5 часов", "1–3 часов"),
        ("Старше 30 дней", "40 дней"),
    ],
)
def test_numbers_that_overlap_are_named(texts):
    assert overlapping("option-overlap", texts) == [texts]


@pytest.mark.parametrize(
    "texts",
    [
        ("1–9 дней", "10–20 дней"),
        ("Не более 20 получателей", "Не более 500 получателей"),
        ("Не менее 3 месяцев", "Не менее 6 месяцев"),
        ("Более 50 сделок", "50 сделок"),
        ("Более 50 сделок", "Менее 50 сделок"),
        ("Более 50 сделок", "Более 100 писем"),
        ("5 минут", "15 минут"),
        ("500 писем не старше 6 месяцев", "300 писем не старше 6 месяцев"),
        ("До 10 %", "12 %"),
        ("Сделки", "Контакты"),
        ("1–10 дней", "1–10 дней"),
    ],
)
def test_numbers_that_exclude_one_another_are_sound(texts):
    assert overlapping("option-overlap", texts) == []


def test_first_pair_that_overlaps_is_named():
    texts = ("7 дней", "От 1 до 5 дней", "От 5 до 10 дней", "От 4 до 9 дней")

    assert overlapping("option-overlap", texts) == [("7 дней", "От 5 до 10 дней")]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("От 3 до 10 дней", 3, 10),
        ("с 9 до 18 часов", 9, 18),
        ("10–20 %", 10, 20),
        ("1 000 рублей", 1000, 1000),
        ("2,5 часа", 2.5, 2.5),
        ("до 15 минут", float("-inf"), 15),
        ("не позднее 5 дней", float("-inf"), 5),
        ("минимум 3", 3, float("inf")),
        ("дольше 40 секунд", 40, float("inf")),
    ],
)
def test_interval_of_an_option(text, low, high):
    found = interval(text)

    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("text", ["Сделки", "500 писем за 30 дней", "От 3 до 10 раз за 2 дня"])
def test_text_without_its_one_interval_has_none(text):
    assert interval(text) is None


@pytest.mark.parametrize(
    "texts",
    [
        ("Сделки", "Сделки и контакты"),
        ("Карточка", "Карточка сделки"),
        ("В карточке", "В карточке и в почте"),
        ("Администратор", "Администратор или менеджер"),
        ("Ящик отдела", "Общий ящик отдела"),
        ("Нажать кнопку", "Открыть сделку и нажать кнопку"),
        ("Ещё отчёт", "Еще отчет по звонкам"),
        ("Нет, письма не удаляются", "Нет, письма и вложения не удаляются"),
        ("Если есть шаблон", "Если есть шаблон и право"),
        ("500 писем", "500 писем за месяц"),
    ],
)
def test_option_within_another_is_named(texts):
    assert overlapping("option-subset", texts) == [texts]
    assert overlapping("option-subset", texts[::-1]) == [texts]


@pytest.mark.parametrize(
    "texts",
    [
        ("Только на профессиональном", "Только на расширенном и профессиональном"),
        ("На любом тарифе", "На любом, кроме «Старт-апа»"),
        ("Администратор", "Помощник администратора"),
        ("Письма удаляются", "Письма не удаляются"),
        ("Удалятся письма", "Удалятся все письма"),
        ("1 %", "0,1 %"),
        ("«Задачи» — «Типы задач»", "«Сделки» — «Типы задач»"),
        ("Да", "Да, после оплаты"),
        ("Сделки", "Сделки, если они открыты"),
        ("Сделки", "Сделки без контактов"),
        ("", "Сделки"),
        ("Через форму", "Через почту"),
    ],
)
def test_options_apart_are_sound(texts):
    assert overlapping("option-subset", texts) == []
