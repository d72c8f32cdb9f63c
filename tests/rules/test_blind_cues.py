"""What each cue sees of a question, in numbers and as a choice."""

from collections import Counter
from dataclasses import replace
from math import log

import pytest

from certification.rules.blind_cues import CUES, MEASURES, Reading, Wording, top
from certification.rules.items import Item, ItemOption


def question(*texts, stem="Что это?"):
    return Item("1.1", 1, "single", stem, tuple(ItemOption(text, is_correct=False) for text in texts))


def scores_of(name, *texts, stem="Что это?", wording=None):
    item = question(*texts, stem=stem)
    cue = next(cue for cue in CUES if cue.name == name)
    return cue.scores(Reading.of(item, wording or Wording.of([item])))


def chosen_by(name, *texts, **context):
    scores = scores_of(name, *texts, **context)
    return [texts[place] for place in top(scores)]


# Each measure by its first habit, and what it makes of some options.
SCORES = [
    ("longest", ("аа", "ббб", "в"), [2, 3, 1]),
    ("second longest", ("аа", "ббб", "в"), [1, 0, 0]),
    ("second longest", ("аа", "в"), [0, 1]),
    ("second longest", ("аа", "бб"), [0, 0]),
    ("second shortest", ("аа", "ббб", "в", "гггг"), [1, 0, 0, 0]),
    ("second shortest", ("аа", "в"), [1, 0]),
    ("second shortest", ("аа", "бб"), [0, 0]),
    ("median length", ("а" * 10, "б" * 20, "в" * 90), [-10, 0, -70]),
    ("closest to the mean length", ("а" * 10, "б" * 20, "в" * 90), [-30, -20, -50]),
    ("most words", ("раз два", "раз"), [2, 1]),
    ("longest words", ("аааа б", "вв"), [2.5, 2]),
    ("most absolutes", ("Всегда и только", "Почта"), [2, 0]),
    ("most hedges", ("Обычно и часто", "Почта"), [2, 0]),
    ("permits", ("Можно, может или могут", "Возможно", "Допускается", "РАЗРЕШЕНО", "Мочь"), [3, 1, 1, 1, 0]),
    (
        "demands",
        ("Нужно, надо", "Необходимо", "Обязательно", "Требуется", "Следует", "Долг"),
        [2, 1, 1, 1, 1, 0],
    ),
    ("demands", ("Должен и должна", "должно", "должны", "должник"), [2, 1, 1, 0]),
    ("denies", ("Не, нет и ни", "Нельзя", "Без", "Невозможно", "Никогда", "небо"), [3, 1, 1, 1, 1, 0]),
    ("most precise", ("а, б", "а; б", "а (б", "а: б", "а %", "а 5", "а «б", "а Б", "Аб"), [1] * 8 + [0]),
    ("most precise", ("До 5 и 17 %, «Да»; (раз): Почта", "да"), [10, 0]),
    ("most digits", ("5 и 17", "сто"), [2, 0]),
    ("most quotes", ("«а» и „б“", "в"), [2, 0]),
    ("most commas", ("а, б, в", "г"), [2, 0]),
    ("brackets", ("(а) и (б)", "в"), [2, 0]),
    ("most names", ("Раздел Почта, (Сделки), «Ёлка» и API", "«Почта» писем"), [4, 0]),
    ("most Latin words", ("API и crm", "код5"), [2, 0]),
    ("longest menu path", ("«А» — «Б» → В > Г", "«А»–«Б»", "а >б"), [3, 1, 0]),
    ("longest list", ("а, б; в и г или д ЛИБО е", "иной"), [5, 0]),
    ("subordinate clause", ("Да, если и когда", "чтобы", "которого", "Как только", "кто"), [2, 1, 1, 1, 0]),
    ("subordinate clause", ("пока", "хотя", "потому", "поскольку", "что", "где", "куда"), [1] * 7),
    ("most alike", ("Задача сделки", "Задача звонка", "Почта"), [1 / 6, 1 / 6, 0]),
    ("one of a pair", ("Задача сделки", "Задача звонка", "Почта"), [1 / 3, 1 / 3, 0]),
    ("one of a pair", ("Задача",), [0]),
    ("opens as most do", ("Да, сразу", "Да, потом", "Нет"), [2, 2, 1]),
    ("ends as most do", ("Список дел", "План дел", "Звонки"), [2, 2, 1]),
    ("«Да» first", ("Да, сразу", "Потом да", "Нет"), [1, 0, 0]),
    ("«Нет» first", ("Да, сразу", "Потом нет", "Нет"), [0, 0, 1]),
    ("common word pairs", ("На любом тарифе", "На любом", "Потом"), [1.5, 2, 0]),
    ("familiar option", ("Да", "«да».", "Нет"), [2, 2, 1]),
    ("rare words", ("раз два", "раз"), [-log(2) / 2, -log(2)]),
    ("greatest number", ("5 дней из 9", "30 дней", "7 дней"), [5, 30, 7]),
    ("greatest number", ("5 дней", "дни"), [0, 0]),
    ("middle number", ("5 дней", "30 дней", "7 дней"), [-2, -23, 0]),
]
STEM = "Где карточка сделки?"
STEM_SCORES = [
    ("most words of the stem", ("Карточка", "Где задача сделок", "Почта"), [1, 1, 0]),
    ("most words of the stem", ("Сделка и карточка", "Почта"), [2, 0]),
    ("greatest share of the stem", ("Карточка", "Где задача сделок", "Почта"), [1 / 2, 1 / 3, 0]),
]
# The other habit of each measure that has two.
OPPOSITES = {
    "longest": "shortest",
    "closest to the mean length": "furthest from the mean length",
    "most words": "fewest words",
    "longest words": "shortest words",
    "most words of the stem": "fewest words of the stem",
    "greatest share of the stem": "least share of the stem",
    "most absolutes": "fewest absolutes",
    "most hedges": "fewest hedges",
    "permits": "does not permit",
    "demands": "does not demand",
    "denies": "does not deny",
    "most precise": "least precise",
    "most digits": "fewest digits",
    "most quotes": "fewest quotes",
    "most commas": "fewest commas",
    "brackets": "no brackets",
    "most names": "fewest names",
    "most Latin words": "fewest Latin words",
    "longest menu path": "shortest menu path",
    "longest list": "shortest list",
    "subordinate clause": "no subordinate clause",
    "most alike": "odd one out",
    "one of a pair": "without a pair",
    "opens as most do": "opens by itself",
    "ends as most do": "ends by itself",
    "common word pairs": "uncommon word pairs",
    "familiar option": "unfamiliar option",
    "rare words": "common words",
    "greatest number": "least number",
}


@pytest.mark.parametrize(("name", "texts", "scores"), SCORES)
def test_measure_of_the_options(name, texts, scores):
    assert scores_of(name, *texts) == pytest.approx(scores)


@pytest.mark.parametrize(("name", "texts", "scores"), STEM_SCORES)
def test_measure_of_the_options_against_the_stem(name, texts, scores):
    assert scores_of(name, *texts, stem=STEM) == pytest.approx(scores)


def test_every_measure_has_an_example():
    assert {name for name, *_ in SCORES + STEM_SCORES} == {measure.most for measure in MEASURES}


def test_every_cue_is_a_measure_or_its_opposite():
    assert {cue.name for cue in CUES} == {measure.most for measure in MEASURES} | set(OPPOSITES.values())


@pytest.mark.parametrize(("name", "texts", "scores"), SCORES + STEM_SCORES)
def test_opposite_habit_sees_the_same_upside_down(name, texts, scores):
    if name in OPPOSITES:
        assert scores_of(
            OPPOSITES[name], *texts, stem=STEM if "stem" in name else "Что это?"
        ) == pytest.approx([-score for score in scores])


@pytest.mark.parametrize(
    ("cue", "texts", "expected"),
    [
        ("longest", ("аа", "ббб", "в"), ["ббб"]),
        ("shortest", ("аа", "ббб", "в"), ["в"]),
        ("second longest", ("аа", "ббб", "в"), ["аа"]),
        ("second shortest", ("аа", "ббб", "в", "гггг"), ["аа"]),
        ("median length", ("аа", "ббб", "в"), ["аа"]),
        ("closest to the mean length", ("а" * 10, "б" * 20, "в" * 90), ["б" * 20]),
        ("most words", ("раз два", "раз", "раз"), ["раз два"]),
        ("fewest absolutes", ("Всегда в сделке", "Только в почте", "В задаче"), ["В задаче"]),
        ("most absolutes", ("Ни один контакт", "Почта", "Задача"), ["Ни один контакт"]),
        ("most hedges", ("Обычно в сделке", "Как есть", "В задаче"), ["Обычно в сделке"]),
        ("permits", ("Можно звонить", "Пора звонить", "Звонить"), ["Можно звонить"]),
        ("demands", ("Нужно звонить", "Пора звонить", "Звонить"), ["Нужно звонить"]),
        ("denies", ("Не звонить", "Писать", "Ждать"), ["Не звонить"]),
        (
            "most precise",
            ("До 5 сделок (на «Базовом»)", "До сделок", "Сделки"),
            ["До 5 сделок (на «Базовом»)"],
        ),
        ("least precise", ("До 5 сделок", "До 7 сделок", "Сделки"), ["Сделки"]),
        ("most commas", ("Раз, два", "Раз", "Два"), ["Раз, два"]),
        ("brackets", ("Раз (два)", "Раз", "Два"), ["Раз (два)"]),
        ("most names", ("Раздел Почта", "Раздел писем", "Почта"), ["Раздел Почта"]),
        ("most Latin words", ("Код API", "Код", "Ключ"), ["Код API"]),
        ("longest menu path", ("«Настройки» — «Почта»", "«Почта»", "«Сделки»"), ["«Настройки» — «Почта»"]),
        ("longest list", ("Имя и почта", "Имя", "Почта"), ["Имя и почта"]),
        ("subordinate clause", ("Да, если оплачен", "Да", "Нет"), ["Да, если оплачен"]),
        ("odd one out", ("Задача сделки", "Задача звонка", "Почта"), ["Почта"]),
        ("most alike", ("Задача сделки", "Задача звонка", "Почта сделки"), ["Задача сделки"]),
        ("without a pair", ("Задача сделки", "Задача звонка", "Почта"), ["Почта"]),
        ("opens by itself", ("Да, сразу", "Да, потом", "Нет"), ["Нет"]),
        ("ends as most do", ("Список дел", "План дел", "Звонки"), ["Список дел", "План дел"]),
        ("«Да» first", ("Да, сразу", "Да, потом", "Нет"), ["Да, сразу", "Да, потом"]),
        ("«Нет» first", ("Да, сразу", "Да, потом", "Нет"), ["Нет"]),
        ("greatest number", ("5 дней", "30 дней", "7 дней"), ["30 дней"]),
        ("middle number", ("5 дней", "30 дней", "7 дней"), ["7 дней"]),
    ],
)
def test_cue_chooses(cue, texts, expected):
    assert chosen_by(cue, *texts) == expected


def test_overlap_with_the_stem_counts_lemmas():
    texts = ("В карточках сделок", "В задачах", "В письме")

    assert chosen_by("most words of the stem", *texts, stem="Где карточка сделки?") == [texts[0]]
    assert chosen_by("fewest words of the stem", *texts, stem="Где карточка сделки?") == list(texts[1:])


def test_familiar_wording_is_what_the_bank_repeats():
    usual = Item("1.2", 1, "single", "Что?", (ItemOption("На любом тарифе", is_correct=False),) * 3)
    texts = ("На любом тарифе", "Иногда и везде", "Потом")
    wording = Wording.of([usual, question(*texts)])

    assert chosen_by("familiar option", *texts, wording=wording) == [texts[0]]
    assert chosen_by("common word pairs", *texts, wording=wording) == [texts[0]]


def test_wording_counts_each_word_and_pair_once_an_option():
    wording = Wording.of([question("Раз, два, раз, два", "раз"), question("Раз")])

    assert wording == Wording(
        options=Counter({"раз два раз два": 1, "раз": 2}),
        words=Counter({"раз": 3, "два": 1}),
        bigrams=Counter({("раз", "два"): 1, ("два", "раз"): 1}),
    )


def test_reading_is_the_question_in_words_and_lemmas_without_its_key():
    item = question("В задачах", "Нет", stem=STEM)
    wording = Wording.of([item])
    rekeyed = replace(item, options=tuple(replace(one, is_correct=True) for one in item.options))

    assert Reading.of(item, wording) == Reading.of(rekeyed, wording)
    assert Reading.of(item, wording) == Reading(
        stem=STEM,
        options=("В задачах", "Нет"),
        tokens=(("в", "задачах"), ("нет",)),
        lemmas=(frozenset({"задача"}), frozenset()),
        wording=wording,
    )


def test_scores_that_differ_by_rounding_are_tied():
    assert top([1.0, 0.3, 1.0 - 1e-12, 1.0 - 1e-6]) == [0, 2]


def test_cues_have_names_of_their_own():
    names = [cue.name for cue in CUES]

    assert len(names) == len(set(names))
