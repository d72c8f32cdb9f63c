"""The rules of cues at their thresholds."""

from dataclasses import replace

import pytest

from certification.rules.items import ItemOption
from tests.items import SOUND, findings_of, rules_broken, with_options


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


def test_cues_of_a_question_without_right_or_without_wrong_options_are_none():
    for_the_key = {"key-longest", "stem-echo", "convergence", "absolute-cue", "vague-cue"}

    assert rules_broken(with_options(right=[], wrong=["Сделка", "Задача"])) & for_the_key == set()
    assert rules_broken(with_options(right=["Сделка"], wrong=[])) & for_the_key == set()


@pytest.mark.parametrize(("lengths", "is_flawed"), [((30, 10), False), ((30, 19), True)])
def test_key_of_a_multiple_choice_is_as_long_as_its_mean(lengths, is_flawed):
    item = with_options(right=["а" * length for length in lengths], wrong=["б" * 20] * 2, kind="multiple")

    assert ("key-longest" in rules_broken(item)) is is_flawed


def test_stem_echo_in_one_of_two_right_options_is_half():
    item = with_options(
        right=["Карточка отдела", "Переписка отдела"],
        wrong=["Список задач", "Запись звонка"],
        kind="multiple",
    )

    assert [finding.values for finding in findings_of(item, "stem-echo")] == [{"word": "переписка"}]


def test_each_echo_is_named_in_the_order_of_the_alphabet():
    item = with_options(right=["Переписка и история"], wrong=["Список задач", "Запись звонка"])

    words = [finding.values["word"] for finding in findings_of(item, "stem-echo")]
    assert words == ["история", "переписка"]


CONVERGING = ["Задача звонка", "Почта сделки", "Задача сделки"]


def options_with_keys(*keys):
    return tuple(ItemOption(text, is_correct=text in keys) for text in CONVERGING)


def test_convergence_looks_at_the_key_wherever_it_stands():
    key_last = replace(SOUND, options=options_with_keys("Задача сделки"))
    key_first = replace(SOUND, options=options_with_keys("Задача звонка"))

    assert [one.values["key"] for one in findings_of(key_last, "convergence")] == ["Задача сделки"]
    assert findings_of(key_first, "convergence") == []


def test_convergence_is_about_the_one_key_of_a_single_choice():
    multiple = replace(SOUND, kind="multiple", options=options_with_keys("Задача сделки"))
    two_keys = replace(SOUND, options=options_with_keys("Задача сделки", "Почта сделки"))

    assert findings_of(multiple, "convergence") == []
    assert findings_of(two_keys, "convergence") == []


@pytest.mark.parametrize("mark", [".", ";", ",", "!", "…"])
def test_mark_at_the_end_of_some_options_is_found(mark):
    item = with_options(right=["Сделка"], wrong=["Задача", f"Звонок{mark} "])

    assert [one.values for one in findings_of(item, "option-form")] == [{"option": f"Звонок{mark}"}]


@pytest.mark.parametrize(
    "texts",
    [
        ("Сделка.", "Задача.", "Звонок. "),
        ("сделка", "задача", " звонок"),
        ("Сделка", "Задача", " "),
        ("СделкаX", "Задача", "Звонок"),
        ("сделка", "amoCRM", "5 звонков"),
        ("Сделка", "(Задача)", "«Звонок»"),
    ],
)
def test_options_in_one_form_are_sound(texts):
    item = with_options(right=texts[:1], wrong=texts[1:])

    assert findings_of(item, "option-form") == []


@pytest.mark.parametrize(
    "small", ["адрес", "ящик", "ёлка", "«адрес»", "„адрес“", "(адрес)", '"адрес"', "'адрес'", "«(адрес)»"]
)
def test_small_letter_is_found_behind_an_opening_mark_too(small):
    item = with_options(right=["Сделка"], wrong=["Ящик", small])

    assert [one.values for one in findings_of(item, "option-form")] == [{"option": small}]
