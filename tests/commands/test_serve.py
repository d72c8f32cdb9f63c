"""The supervisor with small children of its own, and once for real."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from certification.management.commands import serve
from certification.management.commands.serve import LONGEST_PAUSE, STEADY, next_pause

PATIENCE = 20  # seconds before a test gives up
SUPERVISE = """
import signal, sys
from django.conf import settings
settings.configure(BASE_DIR=".")
from certification.management.commands.serve import Child, Supervisor
children = [Child(f"Child {i}", [sys.executable, "-c", code]) for i, code in enumerate(sys.argv[1:])]
supervisor = Supervisor(children, say=lambda sentence: print(sentence, flush=True), patience=1)
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, supervisor.stop)
supervisor.run()
"""
# Each child writes its process id to a file, complete at once, and goes on.
NOTE_PID = (
    "import os, signal, time; open('{0}.new', 'w').write(str(os.getpid())); os.rename('{0}.new', '{0}')"
)
LIVES = NOTE_PID + "; time.sleep(60)"
DIES = NOTE_PID + "; raise SystemExit(3)"
# Deaf before it is heard of, so that the signal cannot come too early.
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LIVES


def until(found):
    """What `found` returns, as soon as it is true."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        value = found()
        if value:
            return value
        time.sleep(0.05)
    pytest.fail(f"Waited {PATIENCE} s in vain.")


def pid_in(path: Path) -> int:
    return until(lambda: path.exists() and int(path.read_text()))


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # Whoever adopts an orphan may take a moment to collect it.
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def start():
    """Start a program of ours; it does not outlive the test."""
    processes = []

    def start(*arguments, **environment):
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(settings.BASE_DIR)} | environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_its_children_and_ends_well(start, tmp_path, number):
    files = [tmp_path / "first", tmp_path / "second"]
    supervisor = start("-c", SUPERVISE, *(LIVES.format(file) for file in files))
    pids = [pid_in(file) for file in files]

    supervisor.send_signal(number)
    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert (supervisor.returncode, said) == (0, "")
    assert all(is_gone(pid) for pid in pids)


def test_a_child_that_does_not_listen_is_killed(start, tmp_path):
    supervisor = start("-c", SUPERVISE, DEAF.format(tmp_path / "deaf"))
    pid = pid_in(tmp_path / "deaf")

    supervisor.terminate()
    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert (supervisor.returncode, said) == (0, "Child 0 did not stop within 1 s and is killed.\n")
    assert is_gone(pid)


def test_what_dies_is_started_again_and_the_other_stays(start, tmp_path):
    supervisor = start("-c", SUPERVISE, LIVES.format(tmp_path / "lives"), DIES.format(tmp_path / "dies"))
    lives, first = pid_in(tmp_path / "lives"), pid_in(tmp_path / "dies")

    until(lambda: pid_in(tmp_path / "dies") != first)
    assert pid_in(tmp_path / "lives") == lives
    assert not is_gone(lives)

    supervisor.terminate()
    said, _ = supervisor.communicate(timeout=PATIENCE)
    assert said.splitlines()[0] == "Child 1 ended with code 3; it is started again in 1 s."


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux can tie a child's life to its parent's.")
def test_children_do_not_outlive_a_supervisor_that_was_killed(start, tmp_path):
    supervisor = start("-c", SUPERVISE, LIVES.format(tmp_path / "lives"))
    pid = pid_in(tmp_path / "lives")

    supervisor.kill()

    until(lambda: is_gone(pid))


def test_pauses_grow_while_a_child_dies_at_once_and_end_with_a_steady_life():
    pauses = [0]
    for _ in range(6):
        pauses.append(next_pause(pauses[-1], lived=STEADY - 0.1))

    assert pauses == [0, 1, 2, 4, 8, LONGEST_PAUSE, LONGEST_PAUSE]
    assert next_pause(LONGEST_PAUSE, lived=STEADY) == 0


def test_a_taken_port_is_refused_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Cannot listen on port {port} of 127\.0\.0\.1 .*--port"):
            call_command("serve", port=port)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_serve_runs_the_site_and_the_jobs_and_letters_lead_to_it(monkeypatch, capsys):
    ran = []
    monkeypatch.setenv("SITE_URL", "")
    monkeypatch.delenv("SITE_URL")  # and what is set meanwhile goes away afterwards
    monkeypatch.setattr(serve.Supervisor, "run", lambda supervisor: ran.extend(supervisor.children))
    monkeypatch.setattr(serve.signal, "signal", lambda number, handler: None)
    port = free_port()

    call_command("serve", port=port)

    jobs = ["close_overdue_attempts", "send_notices", "refresh_statistics"]
    assert [child.command[2] for child in ran] == ["gunicorn", *jobs]
    assert os.environ["SITE_URL"] == f"http://localhost:{port}"
    assert f"http://localhost:{port}\n" in capsys.readouterr().out


def test_serve_answers_prints_the_way_in_and_stops(start, tmp_path):
    port = free_port()
    serve = start("manage.py", "serve", PORT=str(port), DATABASE_URL=f"sqlite:///{tmp_path / 'database'}")

    def answer():
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5) as response:
                return response.status
        except OSError:
            return None

    assert until(answer) == 200

    serve.send_signal(signal.SIGINT)
    said, _ = serve.communicate(timeout=PATIENCE)
    assert serve.returncode == 0
    assert f"http://localhost:{port}\n" in said
    assert "partner@example.com" in said
    assert "amoquiz-demo" in said
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
