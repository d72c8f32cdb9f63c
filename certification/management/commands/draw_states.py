from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations

from certification.states import ATTEMPT_TRANSITIONS, AttemptState

PATH = settings.BASE_DIR / "docs" / "states.md"


class Command(BaseCommand):
    help = "Draws the states of an attempt, and the moves between them, into docs/states.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing, and fail if the file says otherwise"
        )

    @no_translations
    def handle(self, **options: Any) -> None:
        page = "".join(f"{line}\n" for line in lines())
        if not options["check"]:
            PATH.write_text(page, encoding="utf-8")
        elif not PATH.exists() or PATH.read_text(encoding="utf-8") != page:
            raise CommandError(
                "docs/states.md does not draw the moves of certification/states.py: "
                "run `manage.py draw_states` and commit what it writes."
            )


def lines() -> Iterator[str]:
    """The page: a Mermaid diagram with the action on each arrow, then what each state means."""
    yield "# The states of an attempt"
    yield ""
    yield "Drawn by `manage.py draw_states` from `certification/states.py`; do not edit. Only the actions on"
    yield "the arrows move an attempt, and the trigger `attempt_moves_as_known` refuses every other move."
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {AttemptState.OPEN}: start"
    for state, moves in ATTEMPT_TRANSITIONS.items():
        for target, action in moves.items():
            yield f"    {state} --> {target}: {action}"
    yield "```"
    for state in AttemptState:
        moves = ATTEMPT_TRANSITIONS.get(state, {})
        yield ""
        yield f"**{state}** – {state.label}. It may become {either(list(moves))}."


def either(states: list[AttemptState]) -> str:
    return " or ".join(states) or "nothing else"
