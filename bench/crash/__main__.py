"""`make crash`: people answer while the site is killed, frozen and starved. Is anything saved lost?"""

import argparse
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.crash.databases import may_mount
from bench.crash.processes import environment
from tests import system

SCENARIOS = {
    "sqlite": ["sqlite", "full-disk"],
    "postgresql": ["postgresql"],
    "both": ["sqlite", "full-disk", "postgresql"],
}
TITLES = {
    "sqlite": "SQLite",
    "full-disk": "SQLite on a disk that fills up",
    "postgresql": "PostgreSQL",
}
# A strike at the disk takes the time of four others.
SHARE_OF_ROUNDS = {"full-disk": 4}


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.crash", description=__doc__)
    parser.add_argument("--rounds", type=positive, default=24, help="strikes at each database (24)")
    parser.add_argument("--clients", type=positive, default=20, help="people who answer (20)")
    parser.add_argument("--database", choices=SCENARIOS, default="both")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="makes the same strikes again")
    return parser.parse_args(arguments)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where any scenario found a violation."""
    options = parse(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):  # so that the scenario's process is told as well
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    print(f"{options.clients} people answer, seed {options.seed}", flush=True)
    began = time.monotonic()
    passed = failed = skipped = 0
    for scenario in SCENARIOS[options.database]:
        print(f"\n{TITLES[scenario]}", flush=True)
        reason = why_not(scenario)
        if reason:
            print(f"  skipped: {reason}")
            skipped += 1
        elif play(scenario, options):
            failed += 1
        else:
            passed += 1
    seconds = time.monotonic() - began
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped in {seconds:.0f} s")
    return int(failed > 0)


def why_not(scenario: str) -> str | None:
    """What this machine lacks for a scenario."""
    if scenario == "postgresql" and system.postgresql() is None:
        return "PostgreSQL's programs are not installed"
    if scenario == "full-disk":
        with tempfile.TemporaryDirectory(prefix="amoquiz-crash-") as folder:
            if not may_mount(Path(folder)):
                return "a small disk can be mounted by root only"
    return None


def play(scenario: str, options: argparse.Namespace) -> int:
    """The scenario's exit code. In a group of its own: of Ctrl-C it hears once, from here."""
    rounds = max(1, options.rounds // SHARE_OF_ROUNDS.get(scenario, 1))
    command = [sys.executable, "-m", "bench.crash.scenario", scenario, "--rounds", str(rounds)]
    command += ["--clients", str(options.clients), "--seed", options.seed]
    process = subprocess.Popen(command, env=environment(), process_group=0)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
