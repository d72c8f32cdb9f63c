"""`manage.py draw_states`: docs/states.md shows the table of moves, and is refused once it does not."""

import re

import pytest
from django.core.management import CommandError, call_command

from certification.management.commands import draw_states
from certification.states import ATTEMPT_TRANSITIONS, AttemptState

DRIFTED = (
    "docs/states.md does not draw the moves of certification/states.py: "
    "run `manage.py draw_states` and commit what it writes."
)


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Where the page is written instead."""
    path = tmp_path / "states.md"
    monkeypatch.setattr(draw_states, "PATH", path)
    return path


def arrows(text):
    """(from, to, action) of each arrow of the diagram."""
    drawn = text.split("```mermaid\nstateDiagram-v2\n")[1].split("```")[0]
    return [tuple(re.fullmatch(r" {4}(\S+) --> (\S+): (.+)", line).groups()) for line in drawn.splitlines()]


def test_page_in_docs_is_the_one_drawn():
    call_command("draw_states", check=True)


def test_every_move_is_an_arrow_with_its_action(page):
    call_command("draw_states")

    moves = [(old, new, action) for old, to in ATTEMPT_TRANSITIONS.items() for new, action in to.items()]
    assert arrows(page.read_text()) == [("[*]", "open", "start"), *moves]


def test_every_state_is_explained_in_english(page):
    call_command("draw_states")

    explained = [line for line in page.read_text().splitlines() if line.startswith("**")]
    assert explained == [
        "**open** – in progress. It may become submitted or expired.",
        "**submitted** – finished by the candidate. It may become voided or open.",
        "**expired** – finished when time ran out. It may become voided or open.",
        "**voided** – voided. It may become open.",
    ]


def test_a_page_just_drawn_passes(page):
    call_command("draw_states")
    call_command("draw_states", check=True)


@pytest.mark.parametrize(
    "moves",
    [
        {**ATTEMPT_TRANSITIONS, AttemptState.VOIDED: {}},
        {**ATTEMPT_TRANSITIONS, AttemptState.VOIDED: {AttemptState.OPEN: "forgive"}},
    ],
    ids=["a move less", "another action"],
)
def test_a_page_of_another_table_is_refused_and_kept(page, monkeypatch, moves):
    call_command("draw_states")
    before = page.read_text()
    monkeypatch.setattr(draw_states, "ATTEMPT_TRANSITIONS", moves)

    with pytest.raises(CommandError) as caught:
        call_command("draw_states", check=True)

    assert (str(caught.value), caught.value.returncode) == (DRIFTED, 1)
    assert page.read_text() == before


def test_a_page_that_is_missing_is_refused_and_not_written(page):
    with pytest.raises(CommandError, match=r"docs/states\.md"):
        call_command("draw_states", check=True)

    assert not page.exists()
