"""Questions as plain values, for the tests of the lint: sound ones, and others that differ in one way."""

from dataclasses import replace

from certification.rules.item_lint import lint_item
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
    explanation="Контакты и сделки выгружают, а звонки и шаблоны остаются.",
)


def with_options(*, right, wrong, **changes):
    return replace(SOUND, options=options(right=right, wrong=wrong), **changes)


def findings_of(item, rule):
    return [finding for finding in lint_item(item) if finding.rule == rule]


def rules_broken(item):
    return {finding.rule for finding in lint_item(item)}
