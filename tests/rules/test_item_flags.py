import pytest

from certification.rules.item_analysis import Analysis, Choice, Facility
from certification.rules.item_flags import dead, flags, rivals
from certification.states import ItemFlag

KEY = frozenset({1})


def analysis(count=100, share=60, discrimination=0.3):
    return Analysis(Facility(count=count, marks=share * count), 0.4, discrimination, 0.5)


def options(**counts):
    """Of a: the key, b, c and none: the answers in each third."""
    ordinary = {"a": (10, 20, 25), "b": (10, 10, 5), "c": (13, 4, 3), "none": (0, 0, 0)}
    by_letter = ordinary | counts
    return {p: Choice(by_letter[letter]) for p, letter in enumerate(("none", "a", "b", "c"))}


def months(*shares, count=50):
    return [Facility(count=count, marks=share * count) for share in shares]


def test_ordinary_question_has_none():
    assert flags(analysis(), options(), KEY, months(58, 61, 60)) == ()


@pytest.mark.parametrize(
    ("count", "discrimination", "expected"),
    [
        (100, -0.01, (ItemFlag.NEGATIVE,)),
        (99, -0.5, ()),
        (100, 0, ()),
        (100, None, ()),
    ],
)
def test_strong_do_worse(count, discrimination, expected):
    assert flags(analysis(count, discrimination=discrimination), options(), KEY, []) == expected


@pytest.mark.parametrize(
    ("count", "top", "expected"),
    [(100, 26, {2}), (100, 25, set()), (99, 33, set())],
)
def test_option_that_the_strong_prefer_to_the_key(count, top, expected):
    chosen = options(b=(5, 5, top))

    assert rivals(analysis(count), chosen, KEY) == expected
    assert flags(analysis(count), chosen, KEY, []) == ((ItemFlag.WRONG_KEY,) if expected else ())


def test_of_several_right_ones_the_least_chosen_is_compared():
    assert rivals(analysis(), options(c=(0, 0, 4)), frozenset({1, 3})) == {2}


def test_question_without_a_key_has_no_rival():
    assert rivals(analysis(), options(), frozenset()) == frozenset()


@pytest.mark.parametrize(
    ("count", "chosen", "expected"),
    [(100, (4, 0, 0), {2}), (100, (5, 0, 0), set()), (99, (0, 0, 0), set())],
)
def test_option_that_nobody_takes(count, chosen, expected):
    found = options(b=chosen)

    assert dead(analysis(count), found, KEY) == expected
    assert flags(analysis(count), found, KEY, []) == ((ItemFlag.DEAD,) if expected else ())


@pytest.mark.parametrize(
    ("count", "share", "expected"),
    [(30, 95, (ItemFlag.EASY,)), (30, 94, ()), (29, 100, ())],
)
def test_too_easy(count, share, expected):
    assert flags(analysis(count, share), options(), KEY, []) == expected


@pytest.mark.parametrize(
    ("found", "is_leaked"),
    [
        (months(50, 50, 90), True),
        (months(90, 50, 50), False),  # harder: whatever that is, it is no leak
        (months(50, 60), False),  # within chance
        (months(95), False),
        ([], False),
        (months(40, 90, 90, 90, count=12), False),  # twelve before are too few
        (months(40, 40, 40, 95, 95, 95, count=12), True),  # three of twelve are taken together
    ],
)
def test_easier_of_late(found, is_leaked):
    assert flags(analysis(), options(), KEY, found) == ((ItemFlag.LEAKED,) if is_leaked else ())


def test_all_of_them_in_their_order():
    found = flags(
        analysis(share=96, discrimination=-0.2),
        options(a=(0, 0, 1), b=(0, 0, 2)),
        KEY,
        months(50, 96, 96),
    )

    assert found == tuple(ItemFlag)
