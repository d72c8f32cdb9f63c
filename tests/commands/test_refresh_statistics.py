"""`manage.py refresh_statistics`: one pass, or passes until it is told to stop."""

from io import StringIO
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command

from certification.actions import statistics
from certification.actions.statistics import Refresh
from certification.management.commands import refresh_statistics
from certification.management.commands.refresh_statistics import LONGEST_PASS
from certification.models import JobRun, PaperTally
from certification.states import StandingJob
from tests.factories import NOW, finished


def run(**options):
    out, err = StringIO(), StringIO()
    call_command("refresh_statistics", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_one_pass_counts_and_says_so():
    finished()

    with time_machine.travel(NOW, tick=False):
        assert run(once=True) == ("Counted 1, could not count 0.\n", "")
        assert run(once=True) == ("", "")

    assert JobRun.objects.values_list("name", "ran_at", "failures").get() == (StandingJob.KEEPER, NOW, 0)


@pytest.mark.django_db
def test_anew_forgets_what_was_counted_wrongly():
    finished()
    run(once=True)
    PaperTally.objects.update(count=7)

    assert run(once=True, anew=True) == ("Counted 1, could not count 0.\n", "")
    assert PaperTally.objects.get().count == 1


@pytest.mark.parametrize(
    ("once", "told", "passed", "ends"),
    [
        (False, [], LONGEST_PASS, False),
        (False, [], LONGEST_PASS + 1, True),
        (False, [15], 0, True),
        (True, [], 10 * LONGEST_PASS, False),
    ],
)
def test_standing_pass_ends_in_time_for_readyz(monkeypatch, once, told, passed, ends):
    clock = [1000.0]
    monkeypatch.setattr(refresh_statistics.time, "monotonic", lambda: clock[0])
    command = refresh_statistics.Command(stdout=StringIO())
    command.once, command.told = once, told

    with mock.patch.object(statistics, "refresh", return_value=Refresh(0, 0)) as refresh:
        command.make_pass()

    clock[0] += passed
    assert refresh.call_args.kwargs["enough"]() == ends
