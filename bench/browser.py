"""A browser's share of the work: one connection that stays open, cookies, the CSRF token."""

import gzip
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.sitting import Reply

TIMEOUT = 30  # seconds until a request counts as lost, as gunicorn's own
FORM = "application/x-www-form-urlencoded"


class HttpBrowser:
    """Speaks to this machine's loopback. Pages come compressed, as every browser asks for them."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.cookies: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept": "text/html", "Accept-Encoding": "gzip", "Cookie": cookies, **(headers or {})}
        body = None
        if fields is not None:
            token = self.cookies.get("csrftoken", "")
            body = urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
            sent["Content-Type"] = FORM
        try:
            response = self.exchange(method, path, body, sent)
        except ConnectionError:  # it was idle for too long; the next request opens another
            self.connection.close()
            response = self.exchange(method, path, body, sent)
        data = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            data = gzip.decompress(data)
        self.remember(response)
        return Reply(response.status, response.headers.get("Location", ""), data.decode())

    def exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> HTTPResponse:
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()

    def remember(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value

    def close(self) -> None:
        self.connection.close()
