import pytest
from playwright.sync_api import expect

from tests.browser.sitting import eventually
from tests.pages import words

SIZES = [
    pytest.param({"width": 320, "height": 640}, id="320"),
    pytest.param({"width": 1280, "height": 720}, id="1280"),
    pytest.param({"width": 320, "height": 256}, id="1280 at 400 %"),
]

# The focused control: what it is, whether it can be seen, and whether it follows the former one.
FOCUSED = """
() => {
  const focused = document.activeElement;
  if (focused === document.body) return null;
  const shown = focused.matches("input") ? focused.closest("label") : focused;
  const box = shown.getBoundingClientRect();
  const panel = document.getElementById("panel").getBoundingClientRect(); // may lie over the rest
  const hidden = box.top < 0 || box.bottom > innerHeight
    || (!focused.closest("#panel, .top, .skip") && box.top < panel.bottom);
  const order = window.former ? window.former.compareDocumentPosition(focused) : 4;
  window.former = focused;
  return {
    name: focused.getAttribute("aria-label") || focused.textContent.trim() || focused.value,
    fits: box.height < innerHeight - panel.height,
    hidden,
    follows: Boolean(order & Node.DOCUMENT_POSITION_FOLLOWING),
  };
}
"""


def walk(page, key):
    """Every control that the key reaches, until the focus leaves the page."""
    seen = []
    for _ in range(120):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        seen.append(focused)
    return seen


def focus_is_on(page, locator):
    return locator.evaluate("(element) => element === document.activeElement")


def tab_to(page, locator):
    for _ in range(60):
        if focus_is_on(page, locator):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never came there")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_focus_is_never_out_of_sight(page, sitting, size, key):
    page.set_viewport_size(size)
    if key == "Shift+Tab":
        page.locator(".sheet a").last.focus()

    seen = walk(page, key)

    assert len(seen) >= 12
    assert [focused["name"] for focused in seen if focused["hidden"] and focused["fits"]] == []


def test_tab_follows_the_order_of_the_page(page, sitting):
    names = [focused["name"] for focused in walk(page, "Tab") if not focused["follows"]]

    assert names == []


def test_order_of_the_page_is_the_order_on_the_screen(page, sitting):
    boxes = page.locator("#answer").evaluate(
        """(form) => Array.from(form.querySelectorAll("label, .strike, .act .btn, .turn .btn"), (control) => {
          const box = control.getBoundingClientRect();
          return [Math.round(box.top), Math.round(box.left)];
        })"""
    )

    assert len(boxes) >= 11
    assert boxes == sorted(boxes)


def test_question_is_answered_by_keyboard_alone(page, sitting):
    here = sitting.position
    tab_to(page, sitting.option(0))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(sitting.option(1)).to_be_checked()
    sitting.expect_saved(1)

    tab_to(page, sitting.button("flag"))
    page.keyboard.press("Space")
    expect(sitting.button("flag")).to_have_attribute("aria-pressed", "true")
    go = page.get_by_role("button", name="Далее")
    tab_to(page, go)
    page.keyboard.press("Enter")

    if here < sitting.total:
        sitting.expect_question(here + 1)
    else:
        sitting.expect_review()
    assert (sitting.stored(here), sitting.response(here).flagged) == ([1], True)


def test_several_answers_are_chosen_by_space(page, sitting):
    sitting.open(sitting.position_of("multiple"))

    for index in (0, 2):
        tab_to(page, sitting.option(index))
        page.keyboard.press("Space")

    sitting.expect_saved(0, 2)


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_enter_in_an_option_saves_and_stays(page, sitting, kind):
    here = sitting.position_of(kind)
    sitting.open(here)
    sitting.option(1).focus()
    page.keyboard.press("Space")

    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press("Enter")

    eventually(lambda: focus_is_on(page, sitting.option(1)))
    sitting.expect_question(here)
    sitting.expect_saved(1)
    assert sitting.response().shown_struck == []


def test_letters_and_digits_do_nothing(page, sitting):
    """WCAG 2.1.4: there are no shortcuts of one character."""
    before = sitting.response().revision
    sitting.option(0).focus()

    for key in ("1", "2", "a", "n", "f", "?"):
        page.keyboard.press(key)

    assert page.locator("[name=choice]:checked").count() == 0
    sitting.expect_question(sitting.position)
    assert sitting.response().revision == before


@pytest.mark.parametrize("way", ["next", "sheet"])
def test_focus_goes_to_the_heading_of_another_question(page, sitting, way):
    sitting.open(1)
    page.evaluate("scrollTo(0, 500)")

    if way == "next":
        page.get_by_role("button", name="Далее").click()
    else:
        sitting.cells.nth(1).click()

    sitting.expect_question(2)
    expect(page.locator("h1")).to_be_focused()
    assert page.evaluate("scrollY") == 0
    expect(page).to_have_title(
        words("Question %(position)s of %(total)s", position=2, total=5) + " — amoquiz"
    )


def test_back_returns_to_the_former_question(page, sitting):
    sitting.open(1)
    sitting.forward()

    page.go_back()

    sitting.expect_question(1)
    assert sitting.position == 1


def test_skip_link_leads_to_the_content(page, sitting):
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('#main') !== null")
