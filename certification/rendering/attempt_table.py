"""The list of attempts as a file: the columns of the page, a cell for each fact."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from certification.models import Attempt
from certification.models.attempts import AttemptQuerySet
from certification.rendering.spreadsheet import Column, Kind, Row
from certification.reports import pages
from certification.rules.scoring import POINT
from certification.rules.typography import NBSP
from certification.states import AttemptState

READ = (
    "number",
    "state",
    "passed",
    "score",
    "max_score",
    "started_at",
    "finished_at",
    "deadline",
    "candidate__name",
    "candidate__email",
    "partner__name",
    "exam__title",
)


def columns() -> list[Column]:
    return [
        Column(_("Candidate"), Kind.TEXT, 28),
        Column(_("E-mail"), Kind.TEXT, 28),
        Column(_("Company"), Kind.TEXT, 28),
        Column(_("Exam"), Kind.TEXT, 28),
        Column(_("Attempt"), Kind.NUMBER, 9),
        Column(_("Verdict"), Kind.TEXT, 14),
        Column(_("Score"), Kind.NUMBER, 9),
        Column(pgettext("score", "Of possible"), Kind.NUMBER, 12),
        Column(_("Started"), Kind.MOMENT, 16),
        Column(_("Finish or deadline"), Kind.MOMENT, 16),
    ]


def batches(attempts: AttemptQuerySet, order: Sequence[str]) -> Iterator[list[Row]]:
    """The rows of these attempts, so many at a time; between two of them no query is open."""
    rows = attempts.select_related("candidate", "partner", "exam").only(*READ)
    for batch in pages.batches(rows, order):
        yield [row_of(attempt) for attempt in batch]


def row_of(attempt: Attempt) -> Row:
    return (
        str(attempt.candidate),
        attempt.candidate.email,
        attempt.partner.name if attempt.partner else None,
        attempt.exam.title,
        attempt.number,
        verdict(attempt),
        points(attempt.score),
        points(attempt.max_score),
        attempt.started_at,
        attempt.finished_at or attempt.deadline,
    )


def verdict(attempt: Attempt) -> str:
    """In the words of the page, certification/_verdict.html, with plain spaces: it is searched for."""
    return words(attempt).replace(NBSP, " ")


def words(attempt: Attempt) -> str:
    if attempt.state == AttemptState.VOIDED:
        return _("Voided")
    if attempt.is_open:
        return _("In progress")
    return _("Passed") if attempt.passed else _("Not passed")


def points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / POINT
