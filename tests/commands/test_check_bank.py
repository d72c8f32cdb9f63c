"""`manage.py check_bank`: what it says of the shipped bank, of a flawed one, and to machines."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certification.actions import bank
from certification.states import QuestionState
from tests.factories import NOW, ExamFactory, QuestionFactory, SectionFactory, item

pytestmark = pytest.mark.django_db


def check_bank(**options):
    """What is printed, and the error that makes the exit code 1."""
    out, error = StringIO(), None
    try:
        call_command("check_bank", stdout=out, **options)
    except CommandError as caught:
        error = caught
    return out.getvalue(), error


def errors_of(data):
    return [(f["number"], f["rule"]) for f in data["findings"] if f["level"] == "error"]


@pytest.fixture
def sound():
    """A bank of one question without a flaw."""
    SectionFactory(number=1)
    return bank.create(item(), by=None, now=NOW, publish=True)


def flawed(**changes):
    """A question in use without a right option, which no action would have published."""
    return QuestionFactory(number="1.2", section=SectionFactory(number=1), options__rights=0, **changes)


def test_shipped_bank_has_no_error_and_gives_no_key_away():
    call_command("seed", stdout=StringIO())

    out, error = check_bank(json=True)

    data = json.loads(out)
    assert error is None
    assert (data["errors"], errors_of(data)) == (0, [])
    *cues, combination = data["blind_solver"]
    assert combination["questions"] == 115
    assert combination["limit"] == 0.08
    assert {cue["limit"] for cue in cues} == {0.12}
    assert {score["cue"] for score in data["blind_solver"] if score["excess"] > score["limit"]} == set()
    assert len(cues) >= 5
    assert all(low < score["accuracy"] < high for score in cues for low, high in [score["interval"]])


def test_error_is_printed_and_makes_the_exit_code_1(sound):
    assert check_bank()[1] is None
    flawed()

    out, error = check_bank()

    assert str(error) == "1 errors"
    assert error.returncode == 1
    assert out.startswith("1.2    error    key-count: ")
    assert out.splitlines()[-1].startswith("1 error, ")


def test_error_is_told_to_machines_as_well(sound):
    flawed()

    out, error = check_bank(json=True)

    data = json.loads(out)
    assert error.returncode == 1
    assert data["errors"] == 1
    assert errors_of(data) == [("1.2", "key-count")]
    assert next(f for f in data["findings"] if f["level"] == "error")["sentence"]


@pytest.mark.parametrize("state", [QuestionState.DRAFT, QuestionState.RETIRED])
def test_only_questions_in_use_are_checked(sound, state):
    flawed(state=state)

    out, error = check_bank(json=True)

    assert error is None
    assert errors_of(json.loads(out)) == []


def test_what_is_stale_is_warned_of(sound):
    bank.check(sound.pk, by=None, now=NOW - timedelta(days=4000))

    out, error = check_bank(json=True)

    assert error is None
    assert [f["number"] for f in json.loads(out)["findings"] if f["rule"] == "stale"] == [sound.number]


@pytest.mark.parametrize(
    ("wanted", "found", "is_error"),
    [
        (1, [("warning", "blueprint-few")], False),
        (2, [("error", "blueprint-short")], True),
        (None, [], False),
    ],
)
def test_published_exams_are_held_against_the_bank(sound, wanted, found, is_error):
    ExamFactory(title="Тест 1", lines={sound.section: wanted})
    ExamFactory(title="Тест 2", lines={sound.section: 9}, is_published=False)

    out, error = check_bank(json=True)

    told = [f for f in json.loads(out)["findings"] if f["rule"].startswith("blueprint")]
    assert [(f["level"], f["rule"]) for f in told] == found
    assert ["Тест 1" in f["sentence"] for f in told] == [True] * len(found)
    assert (error is not None) is is_error


def test_empty_bank_is_checked():
    out, error = check_bank(json=True)

    assert error is None
    assert json.loads(out)["findings"] == []
