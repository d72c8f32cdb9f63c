"""People who answer as the page does: one request at a time, and the same one again until it is settled."""

import http.client
import json
import threading
import time
from collections import deque
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlencode

from bench.crash.history import UNAVAILABLE, History, Outcome
from bench.crash.world import Asked, Seat

THINKING = 0.1  # seconds at most between two saves
TIMEOUT = 4  # seconds until a request counts as lost
PAUSE = 0.2  # seconds before a request is sent again
PATIENCE = 60  # seconds until a save is given up
REFUSALS = {409, 422, UNAVAILABLE}
NO_SUCH_OPTION = (90,)
FINISHED = 302


class Interrupted(Exception):
    """A request was sent and its answer did not come."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One save, as it may be sent many times."""

    position: int
    client: str
    seq: int
    value: tuple[int, ...]


class Candidate(threading.Thread):
    """Answers until told to stop, then finishes the attempt. `trouble` says what broke the thread itself."""

    def __init__(self, seat: Seat, *, host: str, port: int, history: History, random: Random) -> None:
        super().__init__(name=f"candidate of attempt {seat.attempt}", daemon=True)
        self.seat = seat
        self.history = history
        self.random = random
        self.connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        self.told_to_finish = threading.Event()
        self.trouble: BaseException | None = None
        self.page = 1
        self.seq = 0
        self.last: dict[int, tuple[int, ...]] = {}
        self.sent: deque[Packet] = deque(maxlen=20)

    def run(self) -> None:
        try:
            with closing(self.connection):
                while not self.told_to_finish.is_set():
                    self.do_something()
                    self.told_to_finish.wait(self.random.uniform(0, THINKING))
                self.finish()
        except BaseException as error:  # noqa: BLE001  the scenario raises it
            self.trouble = error

    def do_something(self) -> None:
        """Mostly save an answer; at times what pages, networks and people do besides."""
        question = self.random.choice(self.seat.questions)
        dice = self.random.random()
        if dice < 0.80:
            self.deliver(self.packet(question))
        elif dice < 0.88:  # the network turns two saves round
            first, second = self.packet(question), self.packet(question)
            self.deliver(second)
            self.deliver(first)
        elif dice < 0.95 and self.sent:  # a packet of long ago arrives again
            self.deliver(self.random.choice(self.sent))
        elif dice < 0.98:
            self.deliver(self.packet(question, NO_SUCH_OPTION))
        else:  # the page is loaded again
            self.page, self.seq = self.page + 1, 0

    def packet(self, question: Asked, value: tuple[int, ...] | None = None) -> Packet:
        self.seq += 1
        client = f"a{self.seat.attempt}-p{self.page}"
        return Packet(question.position, client, self.seq, value or self.another_value(question))

    def another_value(self, question: Asked) -> tuple[int, ...]:
        """Not what was sent last, so that every save has something to store."""
        last = self.last.get(question.position)
        value = last
        while value == last:
            most = question.options if question.multiple else 1
            count = self.random.randint(1, most)
            value = tuple(sorted(self.random.sample(range(question.options), count)))
        assert value
        self.last[question.position] = value
        return value

    def deliver(self, packet: Packet) -> None:
        """Send it until it is stored or refused for good; the checker sees if that never was."""
        self.sent.append(packet)
        give_up = time.monotonic() + PATIENCE
        while not self.is_settled_by_sending(packet) and time.monotonic() < give_up:
            time.sleep(PAUSE)

    def is_settled_by_sending(self, packet: Packet) -> bool:
        self.connect()
        self.history.note(
            "invoke",
            attempt=self.seat.attempt,
            position=packet.position,
            client=packet.client,
            seq=packet.seq,
            value=packet.value,
        )
        path = f"/attempts/{self.seat.attempt}/questions/{packet.position}/"
        form = {"choice": packet.value, "client": packet.client, "seq": packet.seq, "go": "save"}
        try:
            status, _, body = self.post(path, urlencode(form, doseq=True), accept="application/json")
        except Interrupted as error:
            self.history.note(Outcome.UNKNOWN, attempt=self.seat.attempt, error=str(error))
            return False
        if status == 200:
            echo = json.loads(body)
            self.conclude(Outcome.OK, status, value=echo["value"], revision=echo["revision"])
        elif status in REFUSALS:
            self.conclude(Outcome.FAIL, status, reason=json.loads(body)["reason"])
        else:
            self.conclude(Outcome.UNKNOWN if status >= 500 else Outcome.FAIL, status)
        return status != UNAVAILABLE

    def conclude(self, outcome: Outcome, status: int, **facts: Any) -> None:
        self.history.note(outcome, attempt=self.seat.attempt, status=status, **facts)

    def connect(self) -> None:
        """Wait until somebody listens: what could not be sent is no request yet."""
        give_up = time.monotonic() + PATIENCE
        while self.connection.sock is None:
            try:
                self.connection.connect()
            except OSError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(PAUSE)

    def post(self, path: str, body: str, *, accept: str) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and body; Interrupted where the connection was cut or too slow."""
        headers = {
            "Accept": accept,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.seat.cookie,
            "X-CSRFToken": self.seat.token,
        }
        try:
            self.connection.request("POST", path, body, headers)
            response = self.connection.getresponse()
            return response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            raise Interrupted(f"{type(error).__name__}: {error}") from error

    def finish(self) -> None:
        """Twice, as a double click does, and then a save that comes too late."""
        for _ in range(2):
            give_up = time.monotonic() + PATIENCE
            while not self.is_finished_by_asking() and time.monotonic() < give_up:
                time.sleep(PAUSE)
        self.deliver(self.packet(self.seat.questions[0]))

    def is_finished_by_asking(self) -> bool:
        self.connect()
        path = f"/attempts/{self.seat.attempt}/finish/"
        try:
            status, headers, _ = self.post(path, "", accept="text/html")
        except Interrupted as error:
            self.history.note("finish", attempt=self.seat.attempt, error=str(error))
            return False
        self.history.note("finish", attempt=self.seat.attempt, status=status)
        return status == FINISHED and headers["Location"] == f"/attempts/{self.seat.attempt}/result/"
