"""The site under gunicorn, with the flags of `manage.py serve`, and the ways to treat it badly."""

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings

from bench.crash import processes
from bench.crash.processes import until
from certification.management.commands.serve import gunicorn

HOST = "127.0.0.1"
WORKERS = 2  # of `manage.py serve`


def free_port() -> int:
    """Below the ports that clients get: one that tries again while nobody listens could be given the
    very port it calls, and would then talk to itself."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port


class Server:
    """gunicorn on one port; whatever ends it, `start` brings it back. Its log is kept."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.port = free_port()
        self.environment = processes.environment(DATABASE_URL=database_url)
        self.log = log.open("wb")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def master(self) -> subprocess.Popen[bytes]:
        assert self.process, "the server was never started"
        return self.process

    @property
    def workers(self) -> list[int]:
        return processes.children(self.master.pid)

    def start(self) -> None:
        """Return once it is whole: both workers there, and /healthz answers."""
        self.process = subprocess.Popen(
            gunicorn(HOST, self.port),
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            process_group=0,
        )
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        until(lambda: len(self.workers) == WORKERS and self.is_healthy(), "the server to be whole")

    def is_healthy(self) -> bool:
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=1)) as connection:
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def kill(self) -> None:
        """Everything at once, as when the machine's memory is out."""
        processes.kill_family(self.master)

    def kill_master(self) -> None:
        """The workers outlive it for a moment; `manage.py serve` tells them to stop."""
        self.master.kill()
        self.master.wait()
        self.signal_group(signal.SIGTERM)

    def kill_worker(self, pid: int) -> None:
        """gunicorn itself starts the next one."""
        processes.send(signal.SIGKILL, [pid])
        until(lambda: pid not in self.workers, "a killed worker to be noticed")

    def stop(self) -> int:
        """By SIGTERM, letting requests under way come to their end; gunicorn's exit code."""
        self.master.terminate()
        return self.master.wait(processes.PATIENCE)

    def signal_group(self, number: signal.Signals) -> None:
        """The master and its workers, which may have outlived it; no matter if all are gone."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.master.pid, number)

    def close(self) -> None:
        if self.process:
            self.signal_group(signal.SIGKILL)
            self.process.wait()
        self.log.close()
