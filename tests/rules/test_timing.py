import pytest

from certification.rules.timing import grown


@pytest.mark.parametrize(
    ("told", "total"),
    [
        ([], None),
        ([("a", None), ("", None)], None),
        ([("a", 0)], 0),
        ([("a", 5), ("a", 9)], 9),
        ([("a", 5), ("b", 3), ("b", 4)], 9),
        ([("a", 5), ("a", 2)], 7),
        ([("a", 5), ("b", 1), ("a", 6)], 12),
        ([("a", 5), ("", None), ("a", 6)], 6),
    ],
)
def test_what_each_page_counted_is_added_up(told, total):
    assert grown(told) == total
