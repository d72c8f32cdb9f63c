"""`make mutants`: how many small changes of certification/rules/ the tests in tests/rules/ notice.

`python -m tests.mutation scoring items` tries these modules alone and leaves docs/mutation.md as it is. What
survived is listed in var/mutants.txt. Leaves with 1 under 85 %.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.mutation import report, trials
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.trials import Outcome, Package

ROOT = Path(__file__).resolve().parent.parent.parent
RULES = ROOT / "certification/rules"
SURVIVORS = ROOT / "var/mutants.txt"
DOCUMENT = ROOT / "docs/mutation.md"


def main(names: list[str]) -> int:
    start = time.monotonic()
    modules = {path.stem: path for path in sorted(RULES.glob("*.py")) if path.stem != "__init__"}
    if unknown := set(names) - set(modules):
        sys.exit(f"No such module: {', '.join(sorted(unknown))}. There are {', '.join(modules)}.")
    # So that no trial outlives it.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    mutants = [mutant for name in names or modules for mutant in mutants_of(modules[name])]
    results = run(modules, mutants)
    write_survivors(mutant for mutant, outcome in results if outcome is Outcome.SURVIVED)
    tallies = report.tallies((mutant.path.stem, outcome) for mutant, outcome in results)
    table = report.table(tallies)
    print(f"{table}\n\nSurvivors: {SURVIVORS.relative_to(ROOT)}")
    if not names:
        minutes = round((time.monotonic() - start) / 60)
        report.rewrite(DOCUMENT, table, day=datetime.now(UTC).date(), minutes=minutes)
    return int(not report.is_enough(tallies))


def run(modules: Mapping[str, Path], mutants: Sequence[Mutant]) -> list[tuple[Mutant, Outcome]]:
    """Try the mutants on every processor, counting them on the terminal."""
    package = Package(
        root=ROOT,
        modules={f"certification.rules.{name}": path for name, path in modules.items()},
        tests=ROOT / "tests/rules",
    )
    trials.prepare()
    print("Running the tests once without a mutant…", file=sys.stderr)
    known = trials.survey(package)
    results = []
    for result in trials.try_all(package, mutants, known, jobs=os.cpu_count() or 1):
        results.append(result)
        print(f"\r{len(results)} of {len(mutants)} mutants", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def write_survivors(mutants: Iterable[Mutant]) -> None:
    ordered = sorted(mutants, key=lambda mutant: (mutant.path.name, mutant.line))
    SURVIVORS.parent.mkdir(exist_ok=True)
    SURVIVORS.write_text("".join(f"{mutant}\n" for mutant in ordered), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
