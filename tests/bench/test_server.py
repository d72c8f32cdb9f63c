"""Real servers on scratch databases: two seconds each."""

import os
import signal
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest

from bench import server
from bench.browser import HttpBrowser
from bench.processes import children
from bench.server import AMOQUIZ, BARE, Database
from tests.system import postgresql


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_site_is_served_by_two_workers_and_stopped(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/bare.sqlite3")
    server.prepare(BARE, database, people=1)

    with server.serving(BARE, database) as served, closing(HttpBrowser(served.port)) as browser:
        reply = browser.send("GET", "/accounts/login/")
        workers = children(served.pid)

    assert reply.status == 200
    assert 'name="csrfmiddlewaretoken"' in reply.text
    assert "amoquiz" not in reply.text  # it is the bare project that answers
    assert len(workers) == 2
    assert [is_gone(pid) for pid in [served.pid, *workers]] == [True] * 3


DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.alarm(10)
print(flush=True)
signal.pause()
"""


def test_server_that_does_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr(server, "PATIENCE", 0.1)
    command = [sys.executable, "-c", DEAF]

    with subprocess.Popen(command, stdout=subprocess.PIPE, process_group=0) as process:
        process.stdout.readline()
        server.stop(process)

    assert process.returncode == -signal.SIGKILL


def test_server_that_does_not_start_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "gunicorn", lambda bind, port: ["false"])

    with (
        pytest.raises(RuntimeError, match="did not start"),
        server.serving(BARE, Database(f"sqlite:///{tmp_path}/bare.sqlite3")),
    ):
        pass


@pytest.mark.skipif(not postgresql(), reason="TEST_DATABASE_URL stands in for a server")
def test_postgresql_keeps_what_it_acknowledges():
    durable = ["fsync", "synchronous_commit", "full_page_writes"]

    with server.postgresql_databases() as databases:
        folder = databases[AMOQUIZ].url.removeprefix("postgres:///").removesuffix("/amoquiz")
        with psycopg.connect(host=folder, dbname="bare") as connection:
            shown = [connection.execute(f"SHOW {name}").fetchone() for name in durable]
            workers = children(databases[AMOQUIZ].pid)
            assert connection.info.backend_pid in workers

    assert shown == [("on",)] * 3
    assert databases[BARE].pid == databases[AMOQUIZ].pid
    assert [is_gone(pid) for pid in workers] == [True] * len(workers)


def test_nothing_of_the_environment_reaches_the_site(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "of a real installation")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///real.sqlite3")

    environment = server.environment(BARE, Database("sqlite:///scratch.sqlite3"))

    assert "SECRET_KEY" not in environment
    assert environment["DATABASE_URL"] == "sqlite:///scratch.sqlite3"
    assert environment["DJANGO_SETTINGS_MODULE"] == "bench.bare.settings"


def test_database_with_people_is_not_prepared(tmp_path, capfd):
    database = Database(f"sqlite:///{tmp_path}/site.sqlite3")
    server.prepare(AMOQUIZ, database, people=1)

    with pytest.raises(subprocess.CalledProcessError):
        server.prepare(AMOQUIZ, database, people=1)
    assert "no scratch database" in capfd.readouterr().err
