"""Counts the SQL statements of one exam, inside of the process that runs them.

`python -m bench.statements` takes the exam as the first candidate of the scratch database that
DATABASE_URL names, and prints [step, whether it is of the exam, statements] of each, as JSON.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

import django
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.browser import FORM
from bench.sitting import Candidate, Reply, Step, email, sit

ASIDES = 5


class InProcessBrowser:
    def __init__(self) -> None:
        self.client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")

    def send(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        body = ""
        if fields is not None:
            body = urlencode({**fields, "csrfmiddlewaretoken": self.client.cookies["csrftoken"].value})
        response = self.client.generic(method, path, body, content_type=FORM, headers=headers)
        return Reply(response.status_code, response.headers.get("Location", ""), response.content.decode())


class StatementMeter:
    """Statements of transactions count; those that open a connection do not."""

    def __init__(self) -> None:
        self.samples: list[tuple[Step, bool, int]] = []

    @contextmanager
    def __call__(self, step: Step, *, of_exam: bool = False) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        self.samples.append((step, of_exam, len(captured)))


def main() -> None:
    django.setup()
    connection.ensure_connection()
    meter = StatementMeter()
    sit(Candidate(InProcessBrowser(), email(0)), meter, asides=ASIDES)
    print(json.dumps(meter.samples))


if __name__ == "__main__":
    main()
