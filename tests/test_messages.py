"""The Russian catalogue: complete, as its workshop makes it, and in good Russian. See tests/messages.py."""

import ast
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import django
import polib
import pytest
from django.template import Context, Template
from django.utils import translation

from certification.rules.typography import typo
from certification.templatetags import exam
from tests import messages

CATALOGUE = polib.pofile(str(messages.PO))
REMEDY = "run `.venv/bin/python -m tests.messages` and translate what it lists"

PLACE = re.compile(r"</?[a-z][^<>]*>|%(?:\(\w+\))?[\d.]*[sdf%]|\{\w*\}")
TAG = re.compile(r"</?[a-z][^<>]*>")
NO_LETTER = "\ufffc"

# What must not stand in a translation, tags and places aside.
OFFENCES = {
    "straight or English quotes": r"[\"'`”]|(?<!„)“(?![^„]*$)",
    "a space beside a quote": r"«\s|\s»",
    "three dots for an ellipsis": r"\.\.",
    "a hyphen or an en dash for a dash": r"(?:^|\s)[-–](?:\s|$)",
    "a dash without spaces": r"\w—|—\w",
    "a hyphen for a minus or a range": r"(?<![\w-])-\d|\d-\d",
    "spaces in a range": r"\d\s–|–\s\d",
    "two spaces, or one before a punctuation mark": r"[ \u00a0]{2}|[ \u00a0][,.;:!?]",
    "Latin and Cyrillic letters in one word": r"[А-Яа-яЁё][A-Za-z]|[A-Za-z][А-Яа-яЁё]",
    "«Вы» within a sentence": r"(?<![.!?:…])\s«?(?:Вы|Вас|Вам|Вами|Ваш\w*)\b",
    "a gender for «вы»": (
        r"(?i)\bвы\s(?:\w+\s)?\w+(?:[аеёиоыяу]л|ла|шёл)(?:ся|сь)?\b|\bвы\s(?:долж[её]?на?|готова?|уверена?)\b"
        r"|\w\((?:а|ла|на|ся)\)|[её]л/"
    ),
    "е where ё is wanted": (
        r"(?i)\b(?:еще|ее|идет|пойдет|придет|пришлет|начнет|дает|партнер\w*|учетн\w*|сохранен|завершен|зачтен)\b"
    ),
}


def names_of(entry):
    return f"{entry.msgctxt}: {entry.msgid}" if entry.msgctxt else entry.msgid


def keys(entries):
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in entries}


def offences(text):
    """The names of the rules that `text` breaks."""
    prose = PLACE.sub(NO_LETTER, TAG.sub("", text))
    broken = [name for name, pattern in OFFENCES.items() if re.search(pattern, prose)]
    return [*broken, "unpaired quotes"] if prose.count("«") != prose.count("»") else broken


@pytest.fixture
def russian():
    with translation.override("ru"):
        yield


def test_mo_is_compiled_from_po():
    assert messages.MO.read_bytes() == CATALOGUE.to_binary(), REMEDY


def test_catalogue_has_every_message_and_no_other():
    wanted, there = keys(messages.extracted().values()), keys(CATALOGUE)

    assert (wanted - there, there - wanted) == (set(), set()), REMEDY
    assert CATALOGUE.obsolete_entries() == []


def test_every_message_is_translated():
    assert [names_of(entry) for entry in messages.untranslated(CATALOGUE)] == []


def test_extraction_knows_every_name_that_gettext_goes_by():
    aliases = {
        (path.name, name.asname or name.name)
        for path in messages.sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if "gettext" in name.name
    }

    assert {alias for alias in aliases if alias[1] not in messages.KEYWORDS} == set()


def test_templates_are_extracted_whatever_their_indentation(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "    <p>it's\n  {% translate 'One' context 'a' %} {{ _('Two')|upper }}\n"
        "{% blocktranslate trimmed count n=n %}\n  {{ n }} % fish\n{% plural %}{{ n }} % fishes"
        "{% endblocktranslate %}\n      ) ( \" {# Translators: short #}\n {% translate 'Three' %}"
    )

    assert [message for message, _comments in messages.messages_of(page)] == [
        messages.Message("One", context="a"),
        messages.Message("Two"),
        messages.Message("%(n)s %% fish", plural="%(n)s %% fishes"),
        messages.Message("Three"),
    ]


def test_merging_keeps_translations_and_leaves_the_rest_empty():
    former = polib.POFile()
    former.append(polib.POEntry(msgid="Passed", msgstr="Сдан и принят в срок"))
    former.append(polib.POEntry(msgid="Nobody says this", msgstr="Никто этого не говорит"))

    merged = messages.merged(former)

    assert merged.find("Passed").msgstr == "Сдан и\u00a0принят в\u00a0срок"
    assert merged.find("Nobody says this") is None
    assert len(messages.untranslated(merged)) == len(merged) - 1


def test_plural_forms_are_those_of_django():
    theirs = polib.pofile(str(Path(django.__file__).parent / "conf/locale/ru/LC_MESSAGES/django.po"))

    assert CATALOGUE.metadata["Plural-Forms"] == theirs.metadata["Plural-Forms"]


def test_places_and_tags_are_those_of_the_message():
    def places(text):
        return Counter(PLACE.findall(text))

    wrong = {
        text: names_of(entry)
        for entry in CATALOGUE
        for text in messages.translations(entry)
        if places(text) != places(entry.msgid_plural or entry.msgid)
    }

    assert wrong == {}


def test_russian_is_well_written():
    broken = {text: offences(text) for entry in CATALOGUE for text in messages.translations(entry)}

    assert {text: rules for text, rules in broken.items() if rules} == {}


def test_no_break_spaces_are_set():
    loose = [
        text
        for entry in CATALOGUE
        for text in messages.translations(entry)
        if text != typo(text) or text != messages.set_spaces(text, counts=bool(entry.msgid_plural))
    ]

    assert loose == [], REMEDY


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('раздел "Почта"', "straight or English quotes"),
        ("раздел “Почта”", "straight or English quotes"),
        ("раздел «Почта", "unpaired quotes"),
        ("раздел « Почта»", "a space beside a quote"),
        ("подождите...", "three dots for an ellipsis"),
        ("Тест - это", "a hyphen or an en dash for a dash"),
        ("Тест – это", "a hyphen or an en dash for a dash"),
        ("Тест—это", "a dash without spaces"),
        ("от -5", "a hyphen for a minus or a range"),
        ("5-10 вопросов", "a hyphen for a minus or a range"),
        ("5 – 10", "spaces in a range"),
        ("два  пробела", "two spaces, or one before a punctuation mark"),
        ("слово , слово", "two spaces, or one before a punctuation mark"),
        ("вoпрос", "Latin and Cyrillic letters in one word"),  # the first «о» is Latin
        ("просим Вас", "«Вы» within a sentence"),
        ("когда вы прошёл", "a gender for «вы»"),
        ("вы уже сдала", "a gender for «вы»"),
        ("вы готова", "a gender for «вы»"),
        ("прошёл(а)", "a gender for «вы»"),
        ("партнера", "е where ё is wanted"),
    ],
)
def test_bad_russian_is_noticed(text, rule):
    assert rule in offences(text)


@pytest.mark.parametrize(
    "text",
    [
        'раздел <a class="x y" href="/">«Почта»</a> — %(count)s',
        "«Письмо от „Вектора“» и т. д.",
        "Готово. Вы на месте, ваш ответ сохранён.",
        "Всё, что вы сдали, остаётся за вами: 5–10 вопросов, −3…",
        "Напишите на ivanova@company.ru, CRM-система ответит",
    ],
)
def test_good_russian_passes(text):
    assert offences(text) == []


@pytest.mark.usefixtures("russian")
def test_our_words_win_over_those_of_libraries():
    def said(entry):
        if entry.msgctxt:
            return translation.pgettext(entry.msgctxt, entry.msgid)
        return translation.gettext(entry.msgid)

    entries = [entry for entry in CATALOGUE if not entry.msgid_plural]

    assert [names_of(entry) for entry in entries if said(entry) != entry.msgstr] == []


COUNTS = {1: 0, 2: 1, 5: 2, 11: 2, 21: 0, 22: 1, 25: 2, 101: 0, 111: 2}


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(("count", "form"), COUNTS.items())
def test_counts_take_their_form(count, form):
    words = [("день", "дня", "дней"), ("час", "часа", "часов"), ("минута", "минуты", "минут")]
    expected = [f"{count}\u00a0{forms[form]}" for forms in words]
    said = [
        translation.ngettext(f"%(count)d {unit}", f"%(count)d {unit}s", count) % {"count": count}
        for unit in ("day", "hour", "minute")
    ]

    assert said == expected


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(("count", "form"), COUNTS.items())
def test_every_plural_message_is_a_sentence_for_every_count(count, form):
    for entry in (entry for entry in CATALOGUE if entry.msgid_plural):
        assert translation.ngettext(entry.msgid, entry.msgid_plural, count) == entry.msgstr_plural[form]


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "Без ответа 1 вопрос"),
        (2, "Без ответа 2 вопроса"),
        (5, "Без ответа 5 вопросов"),
        (11, "Без ответа 11 вопросов"),
        (21, "Без ответа 21 вопрос"),
        (22, "Без ответа 22 вопроса"),
        (25, "Без ответа 25 вопросов"),
        (101, "Без ответа 101 вопрос"),
        (111, "Без ответа 111 вопросов"),
    ],
)
def test_a_count_in_a_template(count, sentence):
    page = Template(
        "{% load i18n %}{% blocktranslate trimmed count empty=count %}"
        "{{ empty }} question without an answer{% plural %}{{ empty }} questions without an answer"
        "{% endblocktranslate %}"
    )

    assert page.render(Context({"count": count})) == typo(sentence)


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(minutes=1), "1 минута"),
        (timedelta(minutes=60), "60 минут"),
        (timedelta(hours=24), "24 часа"),
        (timedelta(days=2), "2 дня"),
        (timedelta(days=7), "7 дней"),
        (timedelta(days=21), "21 день"),
    ],
)
def test_a_length_of_time(time, words):
    assert exam.duration(time) == typo(words)
