"""`make mutants`: what it changes, what it notices and what it writes, on code planted for it."""

import json
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.mutation import report
from tests.mutation.mutants import mutants_of
from tests.mutation.trials import BUDGET, Outcome, Survey

ROOT = Path(__file__).resolve().parent.parent


def mutants_in(tmp_path, source):
    path = tmp_path / "planted.py"
    path.write_text(source, encoding="utf-8")
    return mutants_of(path)


def changes(tmp_path, source):
    return [str(mutant).partition("py:")[2] for mutant in mutants_in(tmp_path, source)]


def test_constants_and_decorated_functions_are_mutated(tmp_path):
    source = "LIMIT = 3\n\n@cache\ndef is_over(count):\n    return count > LIMIT\n"

    assert changes(tmp_path, source) == [
        "1: LIMIT = 3  ->  LIMIT = None",
        "1: 3  ->  4",
        "5: > LIMIT  ->  >= LIMIT",
    ]


@pytest.mark.parametrize(
    "source",
    [
        '"""What this is."""\n',
        "from a import b\n",
        'Kind = Literal["single", "multiple"]\n',
        "@dataclass(frozen=True)\nclass A:\n    b: tuple[Literal[1], ...]\n",
        "len(items)\n",
    ],
)
def test_what_no_test_of_a_rule_should_notice_is_left_alone(source, tmp_path):
    assert changes(tmp_path, source) == []


def test_wording_of_a_sentence_is_left_alone_but_not_the_sentence(tmp_path):
    assert changes(tmp_path, '_("Too %(much)s.")\n') == ['1: _("Too %(much)s.")  ->  _(None)']


def test_arguments_of_a_rule_are_mutated(tmp_path):
    source = '@RULES.rule("key-count")\ndef key_count(item): ...\n'

    assert '1: "key-count"  ->  "KEY-COUNT"' in changes(tmp_path, source)


def test_mutant_is_the_module_with_one_change(tmp_path):
    mutants = mutants_in(tmp_path, "def f(a):\n    return a + 1  # one\n\n\nB = 2 < 1\n")

    assert [mutant.code for mutant in mutants] == [
        "def f(a):\n    return a - 1  # one\n\n\nB = 2 < 1\n",
        "def f(a):\n    return a + 2  # one\n\n\nB = 2 < 1\n",
        "def f(a):\n    return a + 1  # one\n\n\nB = None\n",
        "def f(a):\n    return a + 1  # one\n\n\nB = 3 < 1\n",
        "def f(a):\n    return a + 1  # one\n\n\nB = 2 <= 1\n",
        "def f(a):\n    return a + 1  # one\n\n\nB = 2 < 2\n",
    ]


def test_tests_of_a_mutant_are_those_that_run_its_function_fastest_first_within_the_budget(tmp_path):
    in_f, in_g, outside = mutants_in(tmp_path, "def f():\n    return 1\ndef g():\n    return 1\nB = not c\n")[
        :3
    ]
    survey = Survey(
        seconds={"slow": BUDGET - 2.0, "slower": BUDGET - 1.0, "fast": 0.5, "other": 0.2, "value": 0.1},
        tests_of_line={str(in_f.path): {2: {"slow", "fast", "slower"}}, "other.py": {1: {"other"}}},
    )

    assert survey.tests_of(in_f) == ["fast", "slow"]
    assert survey.tests_of(in_g) == ["value", "fast", "slow"]
    assert survey.tests_of(outside) == ["value", "fast", "slow"]
    assert Survey(seconds={"long": BUDGET + 1.0}).tests_of(in_f) == ["long"]


PLANTED = """
from functools import cache

LIMIT = 3
COLOUR = "red"

def is_over(count):
    return count > LIMIT

@cache
def doubled(count):
    return count * 2

def counted(end):
    at = 0
    while at != end:
        at += 1
    return at

def unwatched():
    return 7
"""
ITS_TESTS = """
import pytest
from planted.rule import COLOUR, LIMIT, counted, doubled, is_over, unwatched

def test_is_over():
    assert is_over(LIMIT + 1) and not is_over(LIMIT)

@pytest.mark.parametrize("limit", [LIMIT])
def test_limit(limit):
    assert limit == 3 and is_over(4)

def test_colour():
    assert COLOUR == "red"

def test_doubled():
    assert doubled(3) == 6

def test_counted():
    assert counted(2) == 2

def test_unwatched():
    unwatched()
"""
TRY_ALL = """
import json, sys
from pathlib import Path
from tests.mutation import trials
from tests.mutation.mutants import mutants_of

root = Path(sys.argv[1])
rule = root / "planted/rule.py"
trials.LIMIT = 2
trials.prepare()
package = trials.Package(root, {"planted.rule": rule}, root / "tests")
try:
    known = trials.survey(package)
except trials.TestsFailed as failure:
    sys.exit(str(failure))
results = trials.try_all(package, mutants_of(rule), known, jobs=2)
print(json.dumps([[str(mutant), outcome.value] for mutant, outcome in results]))
"""


def tried(root, *, tests):
    for path, text in (("planted/rule.py", PLANTED), ("tests/test_rule.py", tests)):
        (root / path).parent.mkdir()
        (root / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", TRY_ALL, str(root)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_mutants_are_killed_stopped_or_survive_as_the_tests_have_it(tmp_path):
    done = tried(tmp_path, tests=ITS_TESTS)

    assert done.returncode == 0, done.stderr
    assert sorted(json.loads(done.stdout)) == [
        ["rule.py:12: 2  ->  3", "killed"],
        ["rule.py:12: count * 2  ->  count / 2", "killed"],
        ["rule.py:15: 0  ->  1", "survived"],
        ["rule.py:15: at = 0  ->  at = None", "killed"],
        ["rule.py:16: != end  ->  == end", "killed"],
        ["rule.py:17: 1  ->  2", "survived"],
        ["rule.py:17: at += 1  ->  at -= 1", "timeout"],
        ["rule.py:17: at += 1  ->  at = 1", "timeout"],
        ["rule.py:21: 7  ->  8", "survived"],
        ["rule.py:4: 3  ->  4", "killed"],
        ["rule.py:4: LIMIT = 3  ->  LIMIT = None", "killed"],
        ['rule.py:5: "red"  ->  "RED"', "killed"],
        ['rule.py:5: "red"  ->  "XXredXX"', "killed"],
        ['rule.py:5: COLOUR = "red"  ->  COLOUR = None', "killed"],
        ["rule.py:8: > LIMIT  ->  >= LIMIT", "killed"],
    ]


def test_nothing_is_tried_where_the_tests_fail_anyway(tmp_path):
    done = tried(tmp_path, tests=ITS_TESTS.replace("== 6", "== 7"))

    assert done.returncode == 1
    assert "fail without any mutant" in done.stderr
    assert done.stdout == ""


KILLED, TIMEOUT, SURVIVED = Outcome.KILLED, Outcome.TIMEOUT, Outcome.SURVIVED


def test_table_counts_each_module_and_all():
    found = report.tallies([("b", SURVIVED), ("a", KILLED), ("b", KILLED), ("a", TIMEOUT), ("b", KILLED)])

    assert report.table(found).splitlines()[2:] == [
        "| a | 2 | 2 | 1 | 0 | 100.0 |",
        "| b | 3 | 2 | 0 | 1 | 66.6 |",
        "| **total** | 5 | 4 | 1 | 1 | 80.0 |",
    ]


@pytest.mark.parametrize(
    ("killed", "stopped", "survived", "enough"),
    [(84, 1, 15, True), (848, 1, 151, False), (1, 0, 0, True), (0, 0, 0, False)],
)
def test_85_percent_killed_is_enough(killed, stopped, survived, enough):
    halves = {
        "a": Counter({KILLED: killed, SURVIVED: survived // 2}),
        "b": Counter({TIMEOUT: stopped, SURVIVED: survived - survived // 2}),
    }

    assert report.is_enough(halves) is enough


def test_table_takes_the_place_of_the_former_one(tmp_path):
    document = tmp_path / "mutation.md"
    document.write_text(f"Before.\n\n{report.BEGIN}old\n{report.END}\nAfter.\n", encoding="utf-8")

    report.rewrite(document, "| new |", day=date(2026, 11, 24), minutes=19)
    report.rewrite(document, "| newer |", day=date(2026, 11, 25), minutes=18)

    assert document.read_text(encoding="utf-8") == (
        f"Before.\n\n{report.BEGIN}\n2026-11-25, 18 minutes.\n\n| newer |\n\n{report.END}\nAfter.\n"
    )


def test_document_without_a_place_for_the_table_is_refused(tmp_path):
    document = tmp_path / "mutation.md"
    document.write_text("Nothing here.\n", encoding="utf-8")

    with pytest.raises(ValueError, match="no place"):
        report.rewrite(document, "| new |", day=date(2026, 11, 24), minutes=19)
    assert document.read_text(encoding="utf-8") == "Nothing here.\n"


def test_document_of_the_project_has_a_place_for_the_table():
    text = (ROOT / "docs/mutation.md").read_text(encoding="utf-8")

    assert (text.count(report.BEGIN), text.count(report.END)) == (1, 1)
