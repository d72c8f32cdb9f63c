"""What the run stands on: an exam, people who sit it, their sessions; and what is there in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQLWrapper
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from bench.crash.checker import Ended, Logged, Stored
from bench.crash.databases import SAFEGUARDS
from certification.actions import attempts
from certification.models import Attempt, Exam, Response, User
from certification.states import QuestionKind

EXAM = "test-1"
QUESTIONS = 10  # of each paper that are answered: few, so that each is answered many times


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a page shows it."""

    position: int
    options: int
    multiple: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """An open attempt, and a browser that is signed in."""

    attempt: int
    cookie: str
    token: str
    questions: tuple[Asked, ...]


def unsafe() -> dict[str, object]:
    """What the database, as Django connects to it, does otherwise than a durable one must."""
    found = {}
    with connection.cursor() as cursor:
        for question, wanted in SAFEGUARDS[connection.vendor].items():
            cursor.execute(question)
            [answer] = cursor.fetchone()
            if answer != wanted:
                found[question] = answer
    return found


def prepare(people: int) -> list[Seat]:
    """Make the database with the project's own commands, and seat so many people."""
    call_command("migrate", verbosity=0)
    call_command("seed", stdout=StringIO())
    exam = Exam.objects.get(slug=EXAM)
    return [take_seat(exam, number) for number in range(1, people + 1)]


def take_seat(exam: Exam, number: int) -> Seat:
    """Signed in without a password: hashing one takes longer than many a round."""
    user = User.objects.create_user(f"crash{number}@example.com", name=f"Участник {number}")
    attempt = attempts.start(exam.pk, by=user.pk, now=timezone.now(), name=user.name)
    assert isinstance(attempt, Attempt), attempt
    browser = Client()
    browser.force_login(user)
    token = get_random_string(32)
    cookies = {"sessionid": browser.cookies["sessionid"].value, "csrftoken": token}
    return Seat(
        attempt=attempt.pk,
        cookie="; ".join(f"{name}={value}" for name, value in cookies.items()),
        token=token,
        questions=tuple(
            Asked(response.position, len(response.order), response.question.kind == QuestionKind.MULTIPLE)
            for response in attempt.responses.select_related("question")[:QUESTIONS]
        ),
    )


def stored() -> list[Stored]:
    """Every question of every paper with its log."""
    return [
        Stored(
            attempt=response.attempt_id,
            position=response.position,
            value=shown(response.order, response.chosen),
            revision=response.revision,
            log=tuple(
                Logged(row.revision, row.client, row.seq, shown(response.order, row.chosen))
                for row in sorted(response.log.all(), key=lambda row: row.revision)
            ),
        )
        for response in Response.objects.prefetch_related("log")
    ]


def shown(order: Sequence[int], chosen: Sequence[int]) -> tuple[int, ...]:
    """Displayed indices, as requests and answers speak."""
    return tuple(index for index, position in enumerate(order) if position in chosen)


def ended() -> list[Ended]:
    found = []
    for attempt in Attempt.objects.all():
        result = attempt.result()
        found.append(
            Ended(
                attempt=attempt.pk,
                state=attempt.state,
                scored=(attempt.score, attempt.max_score, attempt.passed),
                rescored=(result.score, result.max_score, result.passed),
            )
        )
    return found


def disconnect() -> None:
    """Hold no connection, nor a pool of them, while the database is killed under the server."""
    database = connections["default"]
    database.close()
    if isinstance(database, PostgreSQLWrapper):
        database.close_pool()
