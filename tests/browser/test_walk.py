"""Every page as everybody sees it: nothing sticks out, and axe finds nothing. Both on one walk, most of which
is the way from page to page.
"""

from tests.browser.places import make_world
from tests.browser.test_axe import AXE, COLOURS, RULES, findings
from tests.browser.test_layout import OUTSIDE

RESTYLE = """
(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}
"""
SPACED = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""
TWICE_AS_LARGE = ":root { font-size: 200% }"

# name: (width, height, what the reader's own style says)
VIEWS = {
    "320": (320, 640, ""),
    "1280": (1280, 800, ""),
    "text spaced wider (WCAG 1.4.12)": (320, 640, SPACED),
    "text twice as large (WCAG 1.4.4)": (640, 800, TWICE_AS_LARGE),
}
# As wide as the first, so that only what minds the height can differ: the strip of a sitting.
LOW = {"1280 at 400 % (WCAG 1.4.10)": (320, 256, "")}


def sticks_out(page):
    """{view: what is cut off or sticks out}."""
    found = {}
    views = VIEWS | LOW if page.locator("#panel").count() else VIEWS
    for name, (width, height, style) in views.items():
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(RESTYLE, style)
        found[name] = page.evaluate(OUTSIDE)
    return found


def test_every_page_fits_its_window_and_axe_finds_nothing(page, sign_in):
    """In the dark axe looks once more only at what colours can change."""
    found, places = {}, 0
    for place in make_world().visit(page, sign_in):
        places += 1
        page.evaluate(AXE)  # evaluated, because the policy refuses a script that is added to the page
        looked = {
            "axe, light": findings(page, "light", RULES),
            "axe, dark": findings(page, "dark", COLOURS),
            **sticks_out(page),
        }
        found |= {(place.name, how): said for how, said in looked.items() if said}

    assert found == {}
    assert places == 155
