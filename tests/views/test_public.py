"""The two pages for machines."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.urls import reverse

from certification.models import JobRun
from certification.states import StandingJob
from tests.factories import NOW

pytestmark = pytest.mark.django_db


JOBS = list(StandingJob)


@pytest.fixture
def jobs():
    return [JobRun.objects.create(name=name, ran_at=NOW) for name in JOBS]


def test_healthz_answers_without_the_database(anonymous, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = anonymous.get(reverse("healthz"))

    assert (response.status_code, response.json()) == (200, {"ok": True})


def test_readyz_is_ready_while_the_jobs_run(anonymous, jobs):
    response = anonymous.get(reverse("readyz"))

    assert (response.status_code, response.json()) == (200, {"ok": True, "stopped": []})


@pytest.mark.parametrize(("age", "status"), [(60, 200), (61, 503)])
def test_readyz_minds_how_old_the_last_run_is(anonymous, jobs, clock, age, status):
    clock.shift(timedelta(seconds=age))

    response = anonymous.get(reverse("readyz"))

    assert response.status_code == status
    assert response.json() == {"ok": status == 200, "stopped": [] if status == 200 else JOBS}


@pytest.mark.parametrize("stopped", JOBS)
def test_readyz_names_the_job_that_has_stopped(anonymous, jobs, clock, stopped):
    clock.shift(timedelta(seconds=61))
    JobRun.objects.exclude(name=stopped).update(ran_at=NOW + timedelta(seconds=61))

    response = anonymous.get(reverse("readyz"))

    assert (response.status_code, response.json()) == (503, {"ok": False, "stopped": [stopped]})


def test_readyz_without_any_run_names_the_jobs(anonymous):
    JobRun.objects.create(name="another job", ran_at=NOW)

    response = anonymous.get(reverse("readyz"))

    assert (response.status_code, response.json()) == (503, {"ok": False, "stopped": JOBS})


def test_readyz_with_a_migration_missing_is_not_ready(anonymous, jobs):
    [newest] = MigrationLoader(connection).graph.leaf_nodes("certification")
    MigrationRecorder(connection).record_unapplied(*newest)

    response = anonymous.get(reverse("readyz"))

    assert (response.status_code, response.json()) == (503, {"ok": False, "migrations": 1})


def test_readyz_without_the_database_is_not_ready(anonymous, jobs):
    def away(execute, sql, params, many, context):
        raise OperationalError("could not connect")

    anonymous.raise_request_exception = False

    with connection.execute_wrapper(away):
        response = anonymous.get(reverse("readyz"))

    assert response.status_code == 503


@pytest.mark.parametrize("name", ["healthz", "readyz"])
def test_pages_for_machines_are_only_read(anonymous, name):
    assert anonymous.post(reverse(name)).status_code == 405
