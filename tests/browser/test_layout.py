import pytest
from playwright.sync_api import expect

from tests.pages import words

# What sticks out of the window to the side, or is cut off by its own box.
OUTSIDE = """
() => {
  const wide = document.documentElement.scrollWidth;
  const said = wide > innerWidth ? [`the page is ${wide} wide`] : [];
  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (element.closest(".vh, .skip, [hidden]") || !box.width || style.clipPath !== "none") continue;
    if (element.closest("svg") && element.tagName !== "svg" && element.tagName !== "text") continue;
    if (element.closest("thead") && getComputedStyle(element.closest("thead")).clipPath !== "none") continue;
    const words = element.textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
    const name = `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} ${words}`;
    if (box.right > innerWidth + 1 || box.left < -1) said.push(`outside: ${name}`);
    const cut = [element.scrollHeight - element.clientHeight, element.scrollWidth - element.clientWidth];
    const scrolls = element.matches("input, textarea"); // what is typed there
    const cuts = style.overflow !== "visible" && style.display !== "inline" && !scrolls;
    if (cuts && Math.max(...cut) > 1) said.push(`cut off: ${name}`);
  }
  return said;
}
"""


@pytest.mark.parametrize(("height", "stays"), [(640, True), (256, False)])
def test_strip_of_time_stays_in_sight_where_there_is_room(page, sitting, height, stays):
    page.set_viewport_size({"width": 320, "height": height})

    page.evaluate("scrollTo(0, 300)")

    bottom = page.locator("#panel").evaluate("(panel) => panel.getBoundingClientRect().bottom")
    assert (bottom > 0) is stays


@pytest.mark.parametrize("width", [320, 1280])
def test_rows_of_options_are_large_targets(page, sitting, width):
    page.set_viewport_size({"width": width, "height": 800})

    rows = [label.bounding_box() for label in page.locator(".option label").all()]
    strikes = [button.bounding_box() for button in page.locator(".strike").all()]

    assert len(rows) == len(strikes) == 4
    assert min(row["height"] for row in rows) >= 44
    assert min(row["width"] for row in rows) >= width * 0.6 - 60
    assert min(min(strike["height"], strike["width"]) for strike in strikes) >= 44


def test_a_tap_on_the_edge_of_a_row_chooses_it(page, sitting):
    row = page.locator(".option label").nth(2)
    box = row.bounding_box()

    row.click(position={"x": box["width"] - 3, "y": 3})

    expect(sitting.option(2)).to_be_checked()


MARKS = """
(cell) => ({
  filled: !getComputedStyle(cell, "::after").backgroundColor.endsWith(", 0)"),
  corner: getComputedStyle(cell, "::before").content !== "none",
  frame: getComputedStyle(cell).outlineStyle !== "none",
})
"""


def marks(page, number):
    """What one cell of the sheet shows: the oval's filling, the folded corner, the frame."""
    return page.locator(".sheet a").nth(number - 1).evaluate(MARKS)


@pytest.mark.parametrize("forced", ["none", "active"])
def test_sheet_tells_states_by_shape_and_by_words(page, sitting, forced):
    page.emulate_media(forced_colors=forced)
    sitting.open(1)
    sitting.option(0).check()
    sitting.expect_saved(0)
    sitting.button("flag").click()
    expect(sitting.button("flag")).to_have_attribute("aria-pressed", "true")
    sitting.open(2)

    answered, empty = words("answered", context="question"), words("no answer")
    flagged = words("flagged", context="question")
    question = words("Question")
    assert sitting.cells.all_text_contents()[:3] == [
        f"{question} 1, {answered}, {flagged}",
        f"{question} 2, {empty}",
        f"{question} 3, {empty}",
    ]
    assert page.locator(".sheet [aria-current=step]").count() == 1
    assert [marks(page, number) for number in (1, 2, 3)] == [
        {"filled": True, "corner": True, "frame": False},
        {"filled": False, "corner": False, "frame": True},
        {"filled": False, "corner": False, "frame": False},
    ]


def test_chosen_option_is_seen_in_forced_colours(page, sitting):
    page.emulate_media(forced_colors="active")
    sitting.option(1).check()

    fillings = page.locator("[name=choice]").evaluate_all(
        "(inputs) => inputs.map((input) => getComputedStyle(input).backgroundColor)"
    )

    assert fillings[1] not in fillings[2:]
    assert len(set(fillings[2:])) == 1


@pytest.mark.parametrize(("motion", "animation"), [("reduce", "none"), ("no-preference", "land")])
def test_focus_moves_only_where_motion_is_welcome(page, sitting, motion, animation):
    page.emulate_media(reduced_motion=motion)
    page.keyboard.press("Tab")

    assert page.evaluate("getComputedStyle(document.activeElement).animationName") == animation
