"""How long a question was on the screen, and out of sight, as the pages that showed it told."""

from collections.abc import Iterable


def grown(told: Iterable[tuple[str, int | None]]) -> int | None:
    """By how much a count has grown that every page begins anew; None where no script told.

    `told`: the page's name and its count at each save of one question, the oldest first. A page counts from
    the moment it turned to the question, so it begins anew wherever another page goes on, or the count
    starts over.
    """
    total, last_page, last = None, None, 0
    for page, count in told:
        if count is None:
            continue
        goes_on = page == last_page and count >= last
        total = (total or 0) + (count - last if goes_on else count)
        last_page, last = page, count
    return total
