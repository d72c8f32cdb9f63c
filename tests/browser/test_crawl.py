"""Every page with what an attacker would write in it: shown as it was typed, and nothing complains."""

from dataclasses import asdict, fields

import pytest

from tests.browser.place import Texts
from tests.browser.places import make_world
from tests.browser.test_layout import OUTSIDE
from tests.pages import plain

# The end of an attribute, a tag, a variable of a template, letters turned round, a script, a handler, and
# a word without an end. Whatever of it became markup is known by `planted`.
HOSTILE = (
    "{field}\"' planted=1><b planted>{{{{7*7}}}}\u202e<script planted>__xss=1</script>"
    "<img planted src=/planted onerror=__xss=1>{tail}"
)
BEGINNING = "{field}\"' planted"
SHORTEST = 60  # what the pages that shorten a text leave of it at least
# How much of it there is room for, where 200 characters would be too many.
MOST = {"name": 120, "passkey": SHORTEST, "line": 100}

# All that is written on the page, its title and what stands in its fields among it.
WRITTEN = """
() => {
  const typed = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
  return [document.documentElement.textContent, ...typed].join("\\n");
}
"""
PLANTED = """
() => [...document.querySelectorAll("[planted]")].map((element) => `markup: ${element.outerHTML}`)
    .concat(window.__xss === undefined ? [] : ["a script ran"])
"""


ELSEWHERE = "https://example.com/pixel.png"


def hostile(field):
    return HOSTILE.format(field=field, tail="Ж" * 200)[: MOST.get(field, 190)]


TEXTS = Texts(**{field.name: hostile(field.name) for field in fields(Texts)})


def injected(page):
    """What of the texts became something else than words."""
    written = plain(page.evaluate(WRITTEN))
    found = page.evaluate(PLANTED)
    for field, text in asdict(TEXTS).items():
        begun, literal = written.count(BEGINNING.format(field=field)), written.count(plain(text[:SHORTEST]))
        if begun != literal:
            found.append(f"{field}: begun {begun} times, literal {literal} times")
    return found


def seen(page):
    written = plain(page.evaluate(WRITTEN))
    return {field for field, text in asdict(TEXTS).items() if plain(text) in written}


@pytest.fixture
def statuses(page):
    """Of the documents that were asked for."""
    found = []
    page.on("response", lambda got: found.append(got.status) if got.request.is_navigation_request() else None)
    return found


@pytest.fixture
def dialogs(page):
    found = []

    def note(dialog):
        found.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", note)
    return found


def complaints(place, faults):
    """What is wrong. A page that is an error by its status is called one by the browser, and the icon is not
    waited for by whoever presses a button at once.
    """
    called = f"Failed to load resource: the server responded with a status of {place.status} "
    expected = (called,) if place.status != 200 else ()
    return [fault for fault in faults if not fault.startswith(expected) and not fault.endswith("/icon.svg")]


def test_every_page_shows_what_was_typed_and_nothing_complains(page, sign_in, faults, statuses, dialogs):
    page.set_viewport_size({"width": 320, "height": 640})
    found, answered, shown = {}, {}, set()
    world = make_world(TEXTS)
    for place in world.visit(page, sign_in):
        page.wait_for_load_state()
        answered[place.name] = statuses[-1]
        shown |= seen(page)
        said = [*injected(page), *page.evaluate(OUTSIDE), *complaints(place, faults), *dialogs]
        if said and not place.is_offline:
            found[place.name] = said
        faults.clear()
        dialogs.clear()

    assert found == {}
    assert answered == {place.name: place.status for place in world.places}
    assert shown == set(asdict(TEXTS))


def test_crawl_would_find_markup(page, sign_in, faults, dialogs):
    """That the test above does look: a name that is taken for markup, an image of elsewhere, a dialog."""
    world = make_world(TEXTS)
    world.places = [place for place in world.places if place.name == "account"]
    for place in world.visit(page, sign_in):
        assert injected(page) + complaints(place, faults) == []
        page.evaluate(
            "() => { const lead = document.querySelector('.lead'); lead.innerHTML = lead.textContent }"
        )
        with page.expect_event("requestfailed", lambda asked: asked.url == ELSEWHERE):
            page.evaluate("(src) => { document.body.append(Object.assign(new Image(), {src})) }", ELSEWHERE)
        page.evaluate("alert('!')")

        kinds = [said.split(":")[0] for said in injected(page)]
        assert kinds == ["markup", "markup", "markup", "name"]
        assert len(complaints(place, faults)) >= 2
        assert dialogs == ["alert: !"]
