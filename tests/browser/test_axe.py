from pathlib import Path

import axe_playwright_python

from tests.browser.places import make_world

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}

FINDINGS = """
async (runOnly) => {
  const found = await axe.run(document, {runOnly, resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id}: ${node.html.slice(0, 120)}: ${node.any.map((check) => check.message).join(" ")}`));
}
"""


def findings(page, scheme, rules):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return page.evaluate(FINDINGS, rules)


def test_axe_finds_nothing_on_any_page(page, sign_in):
    """In the dark only what colours can change is looked at once more."""
    found, places = {}, 0
    for place in make_world().visit(page, sign_in):
        places += 1
        page.evaluate(AXE)  # evaluated, because the policy refuses a script that is added to the page
        found[place.name, "light"] = findings(page, "light", RULES)
        found[place.name, "dark"] = findings(page, "dark", COLOURS)

    assert places == 152
    assert {where: said for where, said in found.items() if said} == {}


def test_axe_would_find_something(page, sitting):
    """That the tests above do look: an image without words, and grey on grey."""
    page.evaluate(
        """() => {
          document.querySelector("main").append(document.createElement("img"));
          document.querySelector("legend").style.color = "#ccc";
        }"""
    )

    page.evaluate(AXE)
    said = findings(page, "light", RULES)

    assert sorted(rule.split(":")[0] for rule in said) == ["color-contrast", "image-alt"]
