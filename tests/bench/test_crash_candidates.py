"""One person who answers, against a site that does as it is told."""

import json
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from urllib.parse import parse_qs

import pytest

from bench.crash import candidates
from bench.crash.candidates import Candidate, Packet
from bench.crash.history import History, read
from bench.crash.world import Asked, Seat

PATH = "/attempts/1/questions/2/"
PACKET = Packet(position=2, client="a1-p1", seq=3, value=(0, 2))
ECHO = {"value": [0, 2], "revision": 4}
BUSY = {"reason": "busy", "sentence": "…", "value": None}
CUT = None  # the connection is closed without an answer


class Site(ThreadingHTTPServer):
    """Answers each POST with the next of `script`, (status, body) or CUT; keeps what it was sent."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = []
        self.received = []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.received.append((self.path, self.headers, parse_qs(body)))
        said = self.server.script.pop(0)
        if said is CUT:
            self.close_connection = True
            return
        status, facts = said
        body = json.dumps(facts).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", facts)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Nothing is said on the terminal."""


@pytest.fixture
def site():
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, args=[0.01])
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.fixture
def candidate(site, tmp_path, monkeypatch):
    monkeypatch.setattr(candidates, "PAUSE", 0)
    host, port = site.server_address
    seat = Seat(attempt=1, cookie="sessionid=s; csrftoken=t", token="t", questions=(Asked(2, 4, True),))
    with closing(History(tmp_path / "history")) as history:
        person = Candidate(seat, host=host, port=port, history=history, random=Random(1))
        with closing(person.connection):
            yield person


def said(tmp_path, candidate):
    """The history without its times."""
    candidate.history.file.flush()
    return [{key: line[key] for key in line if key != "at"} for line in read(tmp_path / "history")]


INVOKE = {"type": "invoke", "attempt": 1, "position": 2, "client": "a1-p1", "seq": 3, "value": [0, 2]}


def test_a_save_is_sent_as_a_page_sends_it(site, candidate, tmp_path):
    site.script = [(200, ECHO)]

    candidate.deliver(PACKET)

    [(path, headers, form)] = site.received
    assert path == PATH
    assert form == {"choice": ["0", "2"], "client": ["a1-p1"], "seq": ["3"], "go": ["save"]}
    assert [headers[name] for name in ("Accept", "Cookie", "X-CSRFToken")] == [
        "application/json",
        "sessionid=s; csrftoken=t",
        "t",
    ]
    assert said(tmp_path, candidate) == [INVOKE, {"type": "ok", "attempt": 1, "status": 200, **ECHO}]


def test_a_save_without_an_answer_or_with_503_is_sent_again_as_it_was(site, candidate, tmp_path):
    site.script = [CUT, (503, BUSY), (200, ECHO)]

    candidate.deliver(PACKET)

    assert len({json.dumps(form) for _, _, form in site.received}) == 1
    history = said(tmp_path, candidate)
    assert history[::2] == [INVOKE] * 3
    assert [line["type"] for line in history[1::2]] == ["unknown", "fail", "ok"]
    assert history[3] == {"type": "fail", "attempt": 1, "status": 503, "reason": "busy"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(409, {"reason": "ended"}, "fail"), (422, {"reason": "one_only"}, "fail"), (404, {}, "fail")],
)
def test_a_save_that_is_refused_for_good_is_not_sent_again(site, candidate, tmp_path, status, body, kind):
    site.script = [(status, body)]

    candidate.deliver(PACKET)

    assert said(tmp_path, candidate) == [INVOKE, {"type": kind, "attempt": 1, "status": status, **body}]


def test_an_error_of_the_server_may_have_stored_the_save(site, candidate, tmp_path):
    site.script = [(500, {})]

    candidate.deliver(PACKET)

    assert said(tmp_path, candidate)[1] == {"type": "unknown", "attempt": 1, "status": 500}


def test_a_save_is_given_up_when_patience_is_gone(site, candidate, tmp_path, monkeypatch):
    monkeypatch.setattr(candidates, "PATIENCE", 0)
    site.script = [CUT]

    candidate.deliver(PACKET)

    assert [line["type"] for line in said(tmp_path, candidate)] == ["invoke", "unknown"]


def test_every_answer_differs_from_the_last_and_fits_its_question(candidate):
    several, one = Asked(2, 4, True), Asked(3, 4, False)

    for question in (several, one):
        values = [candidate.another_value(question) for _ in range(200)]
        assert all(before != after for before, after in zip(values, values[1:], strict=False))
        assert {index for value in values for index in value} == {0, 1, 2, 3}
        assert {len(value) for value in values} == ({1, 2, 3, 4} if question.multiple else {1})


def test_the_end_is_asked_for_until_it_is_there_then_once_more_and_then_comes_a_late_save(site, candidate):
    result = (302, "/attempts/1/result/")
    site.script = [CUT, (503, ""), (302, "/accounts/login/"), result, result, (409, {"reason": "ended"})]

    candidate.finish()

    assert [path for path, *_ in site.received] == ["/attempts/1/finish/"] * 5 + [PATH]
    assert site.script == []
