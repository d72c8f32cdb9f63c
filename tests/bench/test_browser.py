"""The browser against a small server on loopback."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from bench.browser import HttpBrowser
from bench.sitting import Reply


class Handler(BaseHTTPRequestHandler):
    """Notes what comes; hands out cookies, compresses, and closes where the path says so."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.client_address, self.path, self.headers["Cookie"], None))
        self.answer()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.seen.append(
            (self.client_address, self.path, self.headers["Cookie"], parse_qs(body, keep_blank_values=True))
        )
        self.answer()

    def answer(self):
        packed = self.headers["Accept-Encoding"] == "gzip" and self.path == "/packed"
        body = "Вопрос".encode()
        body = gzip.compress(body) if packed else body
        self.send_response(302 if self.path == "/moved" else 200)
        if self.path == "/moved":
            self.send_header("Location", "/elsewhere")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Set-Cookie", "csrftoken=secret; Path=/; SameSite=Lax")
        self.send_header("Set-Cookie", 'sessionid="a b"; HttpOnly')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        # Without a word, as a server does with a connection that was idle for too long.
        self.close_connection = self.path == "/then-close"

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def browser(server):
    browser = HttpBrowser(server.server_address[1])
    yield browser
    browser.close()  # its thread in the server is waited for


def test_one_connection_carries_cookies_and_the_token(server, browser):
    browser.send("GET", "/")
    browser.send("POST", "/save", {"choice": "1", "flagged": ""})

    [(first, *got), (second, *posted)] = server.seen
    assert first == second
    assert got == ["/", "", None]
    fields = {"choice": ["1"], "flagged": [""], "csrfmiddlewaretoken": ["secret"]}
    assert posted == ["/save", "csrftoken=secret; sessionid=a b", fields]


@pytest.mark.parametrize("path", ["/", "/packed"])
def test_page_is_read_whether_compressed_or_not(browser, path):
    assert browser.send("GET", path) == Reply(200, "", "Вопрос")


def test_redirect_is_not_followed(server, browser):
    assert browser.send("GET", "/moved") == Reply(302, "/elsewhere", "Вопрос")
    assert len(server.seen) == 1


def test_connection_that_was_closed_is_opened_anew(server, browser):
    browser.send("GET", "/then-close")

    assert browser.send("GET", "/") == Reply(200, "", "Вопрос")
    assert [path for _, path, _, _ in server.seen] == ["/then-close", "/"]
    assert len({address for address, *_ in server.seen}) == 2
