from pathlib import Path

import axe_playwright_python

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


def test_axe_would_find_something(page, sitting):
    """That who asks it does look: an image without words, and grey on grey."""
    page.evaluate(
        """() => {
          document.querySelector("main").append(document.createElement("img"));
          document.querySelector("legend").style.color = "#ccc";
        }"""
    )

    page.evaluate(AXE)
    said = findings(page, "light", RULES)

    assert sorted(rule.split(":")[0] for rule in said) == ["color-contrast", "image-alt"]
