"""The bank that is shipped: fixtures/ holds the whole document and nothing that is not of it."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from certification.importing.seed_plan import read_sections
from certification.rules.assembly import Candidate, Line, draw
from certification.rules.item_lint import lint_bank
from certification.rules.item_schema_rules import OPTION_COUNTS

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = {1: 9, 2: 10, 3: 10, 4: 16, 5: 10, 6: 15, 7: 15, 8: 16, 9: 14}
TITLES = [
    "Бизнес-часть",
    "Общие настройки",
    "Импорт и экспорт",
    "Почта",
    "Телефония",
    "Интеграция с сайтом",
    "Сделки, контакты, задачи",
    "Воронка продаж, дополнительные поля, бизнес-процессы",
    "Аналитика",
]
# The document's answers to these are lists.
CHOOSE_ALL = ["5.1", "6.2", "7.4", "8.12", "8.13", "9.2", "9.6", "9.7"]
TARIFFS = {
    "На любом тарифе",
    "На любом, кроме «Старт-апа»",
    "Только на расширенном и профессиональном",
    "Только на профессиональном",
}
# Words of the lecture notes and of the article that follow the document's last question.
TAIL = ["AlarmCRM", "z1.amocrm", "вашсубдомен", "SSL", "Sells bot"]


@pytest.fixture(scope="module")
def files():
    return read_sections(ROOT / "fixtures")


@pytest.fixture(scope="module")
def bank(files):
    return {item.number: item for file in files for item in file.items}


def test_bank_has_every_question_of_the_document_in_its_order(files):
    numbers = {file.number: [item.number for item in file.items] for file in files}

    assert numbers == {
        section: [f"{section}.{n}" for n in range(1, count + 1)] for section, count in QUESTIONS.items()
    }
    assert sum(QUESTIONS.values()) == 115
    assert [file.title for file in files] == TITLES


@pytest.mark.parametrize("number", CHOOSE_ALL)
def test_answer_that_is_a_list_makes_a_multiple_choice(bank, number):
    assert bank[number].kind == "multiple"


def test_every_question_has_the_options_that_its_kind_wants(bank):
    wrong = {
        number: (len(item.right), len(item.wrong))
        for number, item in bank.items()
        if not OPTION_COUNTS[item.kind][0] <= len(item.options) <= OPTION_COUNTS[item.kind][1]
        or (item.kind == "single" and len(item.right) != 1)
        or (item.kind == "multiple" and (len(item.right) < 2 or len(item.wrong) < 2))
    }

    assert OPTION_COUNTS == {"single": (3, 4), "multiple": (4, 6)}
    assert wrong == {}


def test_every_question_has_a_stem_and_an_explanation_of_its_own(bank):
    stems = Counter(item.text for item in bank.values())
    explanations = Counter(item.explanation for item in bank.values())

    assert [text for text, count in (stems + explanations).items() if count > 1] == []
    assert {number for number, item in bank.items() if len(item.explanation.split()) < 10} == set()


def test_no_group_of_enemies_is_more_than_a_third_of_a_section(bank):
    groups = Counter((item.section, item.enemies) for item in bank.values() if item.enemies)

    too_many = {group: n for group, n in groups.items() if 3 * n > QUESTIONS[group[0]]}

    assert groups.total() > 0
    assert too_many == {}


def test_group_of_enemies_has_two_at_least(bank):
    groups = Counter(item.enemies for item in bank.values() if item.enemies)

    assert [group for group, count in groups.items() if count < 2] == []


def test_a_paper_of_five_from_each_section_never_has_two_enemies(bank):
    numbers = dict(enumerate(bank))
    pool = [
        Candidate(id=pk, section=bank[number].section, enemies=bank[number].enemies, seen=0)
        for pk, number in numbers.items()
    ]
    lines = [Line(section=section, count=5) for section in QUESTIONS]

    for seed in range(300):
        paper = [bank[numbers[pk]] for pk in draw(lines, pool, rng=Random(seed))]
        enemies = Counter(item.enemies for item in paper if item.enemies)
        assert len(paper) == 45
        assert [group for group, count in enemies.items() if count > 1] == []


def sittings_of(bank, person, times):
    """The papers of «Тест 1» that one person gets, one after another."""
    numbers = dict(enumerate(bank))
    seen, papers = Counter(), []
    lines = [Line(section=section, count=5) for section in QUESTIONS]
    for time in range(times):
        pool = [Candidate(pk, bank[n].section, bank[n].enemies, seen[pk]) for pk, n in numbers.items()]
        papers.append(set(draw(lines, pool, rng=Random(f"{person}/{time}"), spare=time < 2)))
        seen.update(papers[-1])
    return papers


def test_retakes_bring_questions_that_the_person_has_not_seen(bank):
    """At least 80 % of the first retake and 50 % of the second, whoever it is."""
    unseen = {2: [], 3: []}
    for person in range(400):
        first, second, third = sittings_of(bank, person, 3)
        unseen[2].append(len(second - first))
        unseen[3].append(len(third - first - second))

    assert min(unseen[2]) >= 0.8 * 45
    assert min(unseen[3]) >= 0.5 * 45


def test_no_question_of_a_section_is_met_much_oftener_than_another(bank):
    """Exposure in first attempts; a section gives five of nine to sixteen."""
    numbers = list(bank)
    shown = Counter(numbers[pk] for person in range(400) for pk in sittings_of(bank, person, 1)[0])

    for section, size in QUESTIONS.items():
        shares = [shown[number] / 400 for number in numbers if bank[number].section == section]
        assert len(shares) == size
        assert sum(shares) == pytest.approx(5)
        assert max(shares) < 0.9
        assert min(shares) > 0.1


def test_every_tariff_question_offers_the_same_answers(bank):
    about_tariffs = {
        number: set(item.texts)
        for number, item in bank.items()
        if item.enemies in ("tariff-any", "tariff-upper") or number == "9.11"
    }

    assert len(about_tariffs) >= 9
    assert {number for number, texts in about_tariffs.items() if texts != TARIFFS} == set()


def test_tariff_answers_are_each_the_key_of_some_question(bank):
    keys = {item.right[0] for item in bank.values() if set(item.texts) == TARIFFS}

    assert len(keys) >= 3


def test_tail_of_the_document_is_in_no_question(bank):
    texts = {number: " ".join([i.text, *i.texts, i.explanation]) for number, i in bank.items()}
    pattern = re.compile("|".join(map(re.escape, TAIL)), re.IGNORECASE)

    assert {number for number, text in texts.items() if pattern.search(text)} == set()
    assert "amocrm" in " ".join(texts.values()).lower()


def test_no_option_is_a_filler(bank):
    filler = re.compile(r"перечисленн|ничего из|нет верного|вс[её] верно|оба вариант|верны", re.IGNORECASE)

    assert {number for number, item in bank.items() if any(map(filler.search, item.texts))} == set()


def test_lint_has_nothing_to_say_but_what_tariff_answers_must_be(bank):
    """The four answers of a tariff question are the same everywhere; one is long, one repeats the word."""
    flawed = {(finding.number, finding.rule) for finding in lint_bank(bank.values())}

    unavoidable = {number for number, item in bank.items() if set(item.texts) == TARIFFS}
    assert {(number, rule) for number, rule in flawed if number not in unavoidable} == set()
    assert {rule for _number, rule in flawed} <= {"key-longest", "stem-echo"}
