"""Asks for each page of the manager's a few times, inside of the process, and counts what it sends.

`python -m bench.manager.pages` prints the figures of the scratch database that DATABASE_URL names, as JSON;
with `--export csv` it makes one file instead, and prints how long and how much memory that took.
"""

import importlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import django
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

ASKED = 5  # times each
DEEP = 0.5  # of the list lies before the late page

Page = tuple[str, str, dict[str, Any], dict[str, str]]  # what it is, its name and arguments, its query


def model(name: str) -> Any:
    return apps.get_model("certification", name).objects


def all_pages(user: Any) -> Iterator[Page]:
    """Every page of this manager's, whether it is there or not."""
    newest = model("Attempt").visible_to(user).counted().filter(partner__isnull=False).order_by("-started_at")
    attempt = newest.select_related("partner").first()
    yield "today", "manage_today", {}, {}
    yield from results(attempt)
    yield "charts", "manage_charts", {}, {}
    yield "charts of the failed", "manage_charts", {}, {"outcome": "failed"}
    yield "companies", "manage_partners", {}, {}
    yield "companies by a word", "manage_partners", {}, {"q": "шмел"}
    yield "companies under their number", "manage_partners", {}, {"coverage": "short"}
    yield "a company", "manage_partner", {"partner_id": attempt.partner_id}, {}
    yield "a person", "manage_person", {"person_id": attempt.candidate_id}, {}
    yield "an attempt", "manage_attempt", {"attempt_id": attempt.pk}, {}
    question = model("Response").filter(attempt=attempt).earliest("position").question
    yield "a question", "manage_item", {"question_key": question.key}, {"exam": attempt.exam.slug}
    for name in ("certificates", "invitations", "notes", "letters", "items", "audit", "jobs", "help"):
        yield name, f"manage_{name}", {}, {}
    yield "certificates by a word", "manage_certificates", {}, {"q": "шмел"}
    yield "audit of a kind", "manage_audit", {}, {"kind": "attempt_submitted"}


def results(attempt: Any) -> Iterator[Page]:
    queries: dict[str, dict[str, str]] = {
        "results": {},
        "results: late page": {"after": late("-started_at")},
        "results: failed": {"outcome": "failed"},
        "results: of an exam": {"exam": str(attempt.exam_id)},
        "results: of a company": {"company": str(attempt.partner_id)},
        "results: of a kind of company": {"kind": "developer"},
        "results: of a manager": {"manager": str(attempt.partner.manager_id)},
        "results: of a month": {"since": "2026-03-01", "until": "2026-03-31"},
        "results: a name": {"q": "Алёна шмел"},
        "results: a name that nobody has": {"q": "несуществующий"},
        "results: third failures": {"need": "third_failures"},
        "results: borderline": {"need": "borderline"},
        "results by name": {"sort": "name"},
        "results by name: late page": {"sort": "name", "after": late("candidate__name_folded")},
        "results by company": {"sort": "company"},
        "results by score": {"sort": "-score"},
        "results by finish": {"sort": "-finished"},
        "results by finish: late page": {"sort": "-finished", "after": late("-finished_at")},
    }
    for what, query in queries.items():
        yield what, "manage_attempts", {}, query


def late(*order: str) -> str:
    """The token of a row in the middle of the list."""
    pages = importlib.import_module("certification.reports.pages")
    listed = pages.Order(model("Attempt").all(), order)
    rows = listed.rows.order_by(*(key.ordered(backwards=False) for key in listed.keys))
    place = int(rows.count() * DEEP)
    return listed.token(rows[place], place)


def browsers() -> dict[str, tuple[Any, Client]]:
    """A manager who sees every company, and one who sees some, each with a browser."""
    users = model("User")
    found = {}
    for who, email in (("all", "manager@example.com"), ("own", "manager1@example.org")):
        user = users.get(email=email)
        users.filter(pk=user.pk).update(all_companies=who == "all")
        found[who] = (users.get(pk=user.pk), Client(SERVER_NAME="localhost"))
        found[who][1].force_login(user)
    return found


def measured(client: Client, address: str) -> dict[str, Any]:
    """Milliseconds: of the page, median and best, and of its slowest statement."""
    response = client.get(address)
    times = []
    for _time in range(ASKED):
        begun = time.perf_counter()
        client.get(address)
        times.append(1000 * (time.perf_counter() - begun))
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    slowest = max(captured.captured_queries, key=lambda query: float(query["time"]))
    return {
        "status": response.status_code,
        "kilobytes": len(response.content) / 1000,
        "ms": statistics.median(times),
        "best_ms": min(times),
        "statements": len(captured),
        "slowest_ms": 1000 * float(slowest["time"]),
        "slowest": slowest["sql"],
    }


def measure() -> list[dict[str, Any]]:
    found = []
    for who, (user, client) in browsers().items():
        for what, name, arguments, query in all_pages(user):
            if who == "own" and not what.startswith(("today", "results", "certificates", "audit")):
                continue
            try:
                address = reverse(name, kwargs=arguments)
            except NoReverseMatch:
                continue
            address += f"?{urlencode(query)}" if query else ""
            row = {"who": who, "page": what, "address": address, **measured(client, address)}
            print(f"  {who} {row['ms']:7.0f} ms {row['statements']:3} {what}", file=sys.stderr, flush=True)
            found.append(row)
    return found


def export(form: str, **query: str) -> dict[str, Any]:
    _user, client = browsers()["all"]
    client.get(reverse("manage_attempts"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.perf_counter()
    address = f"{reverse('export_attempts')}?{urlencode(query)}"
    response = client.post(address, {"as": form})
    size = sum(len(part) for part in response)
    seconds = time.perf_counter() - begun
    return {
        "form": form,
        "query": query,
        "status": response.status_code,
        "seconds": seconds,
        "megabytes": size / 1e6,
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


def main(words: list[str]) -> None:
    django.setup()
    if words:
        _option, form, *query = words
        print(json.dumps(export(form, **dict(word.split("=") for word in query))))
    else:
        print(json.dumps(measure(), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
