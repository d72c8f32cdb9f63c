"""Fills a scratch database of PostgreSQL: the bank, companies, people, and so many finished attempts.

`python -m bench.manager.prepare 100000`, with DATABASE_URL in the environment. Attempts and what belongs to
them go in by COPY, past triggers and foreign keys; afterwards the statistics are counted, as in production.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from random import Random
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.utils import timezone

from bench.manager.cohort import NOTES, Answer, Item, Sat, cohort, full_name
from certification.rules.search import folded

PEOPLE_OF_A_COMPANY = 20
MANAGERS = 40
AT_ONCE = 2_000  # attempts
LOGGED = 20  # of the newest attempts: they have a log of saves
NO_PASSWORD = "!"  # noqa: S105  nobody signs in with it
OPEN = 40


def main(attempts: int) -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    if model("Attempt").objects.exists():
        sys.exit("This database has attempts already: it is no scratch database.")
    call_command("seed", verbosity=0)
    call_command("seed_demo", verbosity=0)
    now, random = timezone.now(), Random(7)
    maker = Maker(attempts, now=now, random=random)
    maker.make()
    step("counting the statistics")
    call_command("refresh_statistics", once=True, verbosity=0)
    step("vacuuming")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    step("")


def model(name: str) -> Any:
    return apps.get_model("certification", name)


_begun: list[tuple[str, float]] = []


def step(what: str) -> None:
    """Say what goes on now, and how long what went on before it took."""
    if _begun and _begun[-1][0]:
        before, begun = _begun[-1]
        print(f"  {before}: {time.monotonic() - begun:.0f} s", flush=True)
    _begun.append((what, time.monotonic()))


@cache
def dumped(positions: tuple[int, ...]) -> str:
    return json.dumps(positions)


def literal(value: Any) -> str:
    """As COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        return dumped(value)
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class Copied:
    """A table that rows are copied into. `columns` differ from row to row; the others are what `fixed` says,
    or the model's defaults.
    """

    def __init__(self, name: str, columns: Sequence[str], **fixed: Any) -> None:
        self.model = model(name)
        own = [f for f in self.model._meta.concrete_fields if not f.primary_key or f.attname in columns]
        others = [field for field in own if field.attname not in columns]
        names = [*columns, *(field.attname for field in others)]
        values = [fixed.get(field.attname, field.get_default()) for field in others]
        self.end = "".join(f"\t{literal(value)}" for value in values) + "\n"
        quoted = ", ".join(f'"{self.model._meta.get_field(name).column}"' for name in names)
        self.statement = f"COPY {self.model._meta.db_table} ({quoted}) FROM STDIN"

    def copy(self, rows: Iterable[Sequence[Any]]) -> None:
        with connection.cursor() as cursor, cursor.copy(self.statement) as copy:
            for row in rows:
                copy.write("\t".join(map(literal, row)) + self.end)

    def next_key(self) -> None:
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                cursor.execute(statement)


class Maker:
    def __init__(self, attempts: int, *, now: datetime, random: Random) -> None:
        self.attempts, self.now, self.random = attempts, now, random
        self.exam = model("Exam").objects.get(slug="test-1")
        self.people: list[tuple[int, int, str]] = []  # key, company, name
        self.first = (model("Attempt").objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1

    def make(self) -> None:
        step("companies and managers")
        companies = self.companies()
        sections = list(self.sections())
        made = 0
        sittings = cohort(self.attempts, sections, now=self.now, random=self.random)
        with connection.cursor() as cursor:  # of this connection alone, the only one there is
            cursor.execute("SET session_replication_role = replica")
        step(f"{self.attempts} attempts")
        while batch := list(islice(sittings, AT_ONCE)):
            self.join(companies, up_to=batch[-1].person)
            self.write(list(enumerate(batch, start=self.first + made)))
            made += len(batch)
            if made % 10_000 == 0:
                print(f"    {made}", flush=True)
        self.in_progress(self.first + made, sections, companies)
        self.log()
        for name in ("Attempt", "Response", "Certificate"):
            Copied(name, ["id"]).next_key()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = origin")

    def companies(self) -> list[int]:
        users, partners = model("User").objects, model("Partner")
        managers = users.bulk_create(
            users.model(
                email=f"manager{n}@example.org",
                name=full_name(self.random),
                role="manager",
                password=NO_PASSWORD,
            )
            for n in range(MANAGERS)
        )
        count = max(self.attempts // 2 // PEOPLE_OF_A_COMPANY, 1)
        kinds = ("consultant", "developer")
        rows = partners.objects.bulk_create(
            partners(
                name=f"ООО «{full_name(self.random).split()[1]} {n}»",
                kind=kinds[n % 2],
                certified_needed=n % 4 + 1,
                manager=managers[n % MANAGERS],
            )
            for n in range(count)
        )
        return [row.pk for row in rows]

    def join(self, companies: Sequence[int], *, up_to: int) -> None:
        """Everybody up to this one is in some company."""
        users, rows = model("User"), []
        for number in range(len(self.people), up_to + 1):
            partner = companies[self.random.randrange(len(companies))]
            email = f"person{number}@example.org"
            rows.append(
                users(email=email, name=full_name(self.random), partner_id=partner, password=NO_PASSWORD)
            )
        for row in users.objects.bulk_create(rows, batch_size=1_000):
            self.people.append((row.pk, row.partner_id, row.name))

    def sections(self) -> Iterator[list[Item]]:
        questions = model("Question").objects.current().prefetch_related("options")
        for line in self.exam.lines.order_by("section__number"):
            yield [
                Item(
                    pk=question.pk,
                    hardness=self.random.gauss(-0.4, 0.9),
                    positions=tuple(sorted(o.position for o in question.options.all())),
                    right=tuple(sorted(o.position for o in question.options.all() if o.is_correct)),
                )
                for question in questions.filter(section=line.section_id)
            ]

    def write(self, batch: list[tuple[int, Sat]]) -> None:
        self.write_attempts(batch)
        self.write_responses(batch)
        self.write_certificates([(pk, sat) for pk, sat in batch if sat.passed])
        events = Copied("Event", ["kind", "at", "actor_id", "subject_table", "subject_id", "facts"])
        events.copy(row for pk, sat in batch for row in self.events(pk, sat))

    def write_attempts(self, batch: list[tuple[int, Sat]]) -> None:
        columns = [
            *("id", "candidate_id", "number", "started_at", "deadline", "holder_name", "holder_name_folded"),
            *("partner_id", "state", "finished_at", "score", "max_score", "passed"),
        ]
        promised = {name: getattr(self.exam, name) for name in model("Attempt").PROMISES}
        fixed = {**promised, "exam_id": self.exam.pk, "certificate_months": self.exam.certificate_months}
        Copied("Attempt", columns, **fixed).copy(self.attempt(pk, sat) for pk, sat in batch)

    def attempt(self, pk: int, sat: Sat) -> Sequence[Any]:
        person, partner, name = self.people[sat.person]
        deadline = sat.started_at + timedelta(minutes=self.exam.minutes)
        state = "expired" if sat.minutes > 55 else "submitted"
        finished = deadline if state == "expired" else self.finish(sat)
        return (
            *(pk, person, sat.number, sat.started_at, deadline, name, folded(name)),
            *(partner, state, finished, sat.score, sat.max_score, sat.passed),
        )

    def finish(self, sat: Sat) -> datetime:
        return sat.started_at + timedelta(minutes=sat.minutes)

    def write_responses(self, batch: list[tuple[int, Sat]]) -> None:
        columns = ["attempt_id", "position", "question_id", "order", "chosen", "note", "revision", "saved_at"]
        Copied("Response", columns).copy(
            (pk, position, answer.item.pk, answer.item.positions, *self.saved(position, answer, sat))
            for pk, sat in batch
            for position, answer in enumerate(sat.answers, start=1)
        )

    def saved(self, position: int, answer: Answer, sat: Sat) -> Sequence[Any]:
        note = NOTES if self.random.random() < 0.0002 else ""
        at = sat.started_at + timedelta(seconds=sat.minutes * 60 * position / (len(sat.answers) + 1))
        return answer.chosen, note, 1, at

    def write_certificates(self, batch: list[tuple[int, Sat]]) -> None:
        columns = [
            *("attempt_id", "candidate_id", "partner_id", "number", "code", "holder_name"),
            *("issued_at", "expires_at"),
        ]
        table = Copied("Certificate", columns, exam_id=self.exam.pk, wording={})
        table.copy(
            (
                *(pk, self.people[sat.person][0], self.people[sat.person][1], f"AQ-B-{pk:06}", f"{pk:026}"),
                *(self.people[sat.person][2], self.finish(sat), self.finish(sat) + timedelta(days=365)),
            )
            for pk, sat in batch
        )

    def events(self, pk: int, sat: Sat) -> Iterator[Sequence[Any]]:
        person, table = self.people[sat.person][0], model("Attempt")._meta.db_table
        yield "attempt_started", sat.started_at, person, table, pk, {"number": sat.number}
        facts = {"score": sat.score, "max_score": sat.max_score, "passed": sat.passed}
        yield "attempt_submitted", self.finish(sat), person, table, pk, facts

    def in_progress(self, first: int, sections: list[list[Item]], companies: Sequence[int]) -> None:
        """Some who sit now, in the middle of their papers."""
        start = len(self.people)
        self.join(companies, up_to=start + OPEN - 1)
        rows = []
        for place in range(OPEN):
            [sat] = cohort(1, sections, now=self.now, random=self.random)
            at = self.now - timedelta(minutes=self.random.randint(1, 50))
            rows.append((first + place, Sat(start + place, 1, at, 59, sat.answers)))
        columns = [
            "id",
            "candidate_id",
            "started_at",
            "deadline",
            "holder_name",
            "holder_name_folded",
            "partner_id",
        ]
        promised = {name: getattr(self.exam, name) for name in model("Attempt").PROMISES}
        fixed = {**promised, "exam_id": self.exam.pk, "number": 1, "certificate_months": 12}
        Copied("Attempt", columns, **fixed).copy(
            (
                *(pk, self.people[sat.person][0], sat.started_at, sat.started_at + timedelta(hours=1)),
                *(self.people[sat.person][2], folded(self.people[sat.person][2]), self.people[sat.person][1]),
            )
            for pk, sat in rows
        )
        self.write_responses(rows)

    def log(self) -> None:
        """What the newest were answered, in two saves each."""
        newest = (
            model("Attempt")
            .objects.finished()
            .filter(pk__gte=self.first)
            .order_by("-started_at")
            .values("pk")[:LOGGED]
        )
        responses = model("Response").objects.filter(attempt__in=list(newest.values_list("pk", flat=True)))
        columns = ["response_id", "revision", "chosen", "struck", "flagged", "shown_ms", "saved_at"]
        Copied("AnswerLog", columns).copy(
            (row.pk, revision, row.chosen, [], False, 9_000 * revision, row.saved_at)
            for row in responses
            for revision in (1, 2)
        )


if __name__ == "__main__":
    main(int(sys.argv[1]))
