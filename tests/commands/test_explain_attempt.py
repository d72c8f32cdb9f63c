import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certification.models import Event
from tests.factories import finished, started

pytestmark = pytest.mark.django_db


def test_decision_is_printed_as_json():
    attempt = finished(right=5)
    out = StringIO()

    call_command("explain_attempt", str(attempt.pk), stdout=out)

    told = json.loads(out.getvalue())
    assert (told["result"]["score"], told["result"]["passed"]) == (500, True)
    assert [mark["credit"] for mark in told["paper"]] == [100] * 5
    assert all(told["checks"].values())


def test_attempt_in_progress_and_unknown_one_are_refused():
    attempt = started()

    for number in (attempt.pk, attempt.pk + 1):
        with pytest.raises(CommandError, match=f"no finished attempt {number}"):
            call_command("explain_attempt", str(number))


def test_record_that_contradicts_itself_fails(monkeypatch):
    attempt = finished()
    monkeypatch.setattr(Event.objects, "about", lambda rows: Event.objects.none())

    with pytest.raises(CommandError, match="contradicts itself: event of the finish"):
        call_command("explain_attempt", str(attempt.pk), stdout=StringIO())
