"""The CPU of other processes, read while they live and after they have ended."""

import os
import subprocess
import sys
import time

import pytest

from bench import processes

# Starts a child, tells its number when that has worked for 0.2 s, and lets it go on being told to.
SERVER = """
import subprocess, sys
WORKER = '''
import time
while time.process_time() < 0.2: pass
print(flush=True)
input()
'''
worker = subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
worker.stdout.readline()
print(worker.pid, flush=True)
input()
worker.communicate(b"\\n")
print(flush=True)
input()
"""
WORKED = 0.2  # seconds
TICK = 1 / processes.TICKS


@pytest.fixture
def server():
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    with process:
        yield process
        process.kill()


def test_cpu_of_a_process_is_what_it_counts_itself():
    before = time.process_time()
    read = processes.cpu_seconds(os.getpid())

    assert before <= read <= time.process_time()


def test_cpu_of_a_process_that_is_gone_is_an_error():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()

    with pytest.raises(OSError, match="Invalid argument"):
        processes.cpu_seconds(process.pid)


def test_server_counts_a_worker_that_lives_and_one_that_has_ended(server):
    worker = int(server.stdout.readline())
    assert processes.children(server.pid) == [worker]
    assert processes.server_seconds(server.pid) - processes.cpu_seconds(server.pid) >= WORKED

    server.stdin.write("\n")
    server.stdout.readline()

    assert processes.children(server.pid) == []
    assert processes.server_seconds(server.pid) - processes.cpu_seconds(server.pid) >= WORKED - 2 * TICK


def test_worker_that_ends_while_it_is_read_is_passed_over(monkeypatch):
    used = {7: 2.0, 8: 0.5}

    def cpu_seconds(pid):
        if pid not in used:
            raise OSError
        return used[pid]

    monkeypatch.setattr(processes, "cpu_seconds", cpu_seconds)
    monkeypatch.setattr(processes, "children", lambda pid: [8, 9])
    monkeypatch.setattr(processes, "Path", lambda path: Stat(path))

    assert processes.server_seconds(7) == 2.5 + 0.25


class Stat:
    """In place of /proc/7/stat: its children that ended had used 20 and 5 ticks."""

    def __init__(self, path):
        assert path == "/proc/7/stat"

    def read_text(self):
        return "7 (gunicorn) S 1 7 7 0 -1 4194304 900 80 0 0 150 50 20 5 20 0 1 0 900 1 1"


@pytest.mark.parametrize("name", ["gunicorn", "a b", "x) S 1 (y"])
def test_reaped_children_are_read_behind_any_name(name):
    fields = "S 1 42 42 0 -1 4194304 900 80 0 0 150 50 1234 66 20 0 1 0 900 1 1"

    assert processes.reaped_seconds(f"42 ({name}) {fields}") == 13.0


def test_read_at_rest_waits_until_two_looks_agree(monkeypatch):
    looks = iter([[1.0, 5.0], [1.5, 5.0], [1.5, 5.5], [1.5, 5.5], [9.0, 9.0]])
    seen = (value for look in looks for value in look)
    monkeypatch.setattr(processes, "REST", 0)
    monkeypatch.setattr(processes, "server_seconds", lambda pid: next(seen))

    assert processes.rested_seconds([1, 2]) == [1.5, 5.5]
    assert list(seen) == [9.0, 9.0]


def test_server_that_never_rests_is_read_all_the_same(monkeypatch):
    seen = iter(range(1000))
    monkeypatch.setattr(processes, "REST", 0)
    monkeypatch.setattr(processes, "server_seconds", lambda pid: next(seen))

    assert processes.rested_seconds([1]) == [processes.LOOKS]
