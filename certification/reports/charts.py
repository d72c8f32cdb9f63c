"""What the charts of results show: counted by the database, whatever attempts are asked for."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Func, IntegerField, Max, Q
from django.db.models.functions import TruncWeek

from certification.models import Response, Section
from certification.models.attempts import AttemptQuerySet
from certification.rules import scoring
from certification.rules.intervals import wilson
from certification.rules.scoring import POINT

FEWEST = 5  # below it no percentage is told
MOST_POINTS = 60  # of a paper whose scores are counted point by point
PARTS = 20  # of any other's, by its share
MOST_WEEKS = 12
MOST_BARS = 12
STEPS = (1, 2, 5, 10, 15, 30, 60, 120)  # minutes
SAMPLE = 200  # attempts whose sections are scored anew; they stand nowhere


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many. In whole percent, with the interval of 95 %; of few there is none."""

    hits: int
    of: int

    @property
    def is_told(self) -> bool:
        return self.of >= FEWEST

    @property
    def percent(self) -> int:
        return round(100 * self.hits / self.of)

    @property
    def low(self) -> int:
        return round(100 * wilson(self.hits, self.of)[0])

    @property
    def high(self) -> int:
        return round(100 * wilson(self.hits, self.of)[1])


@dataclass(frozen=True, slots=True)
class Bin:
    """Attempts of whole points or percent from `first` to `last`, or of minutes above `first`; `last` None:
    and more.
    """

    first: int
    last: int | None
    passed: int
    failed: int = 0

    @property
    def count(self) -> int:
        return self.passed + self.failed


@dataclass(frozen=True, slots=True)
class Scores:
    """In points where all papers are of one size, `points`; else in percent of what was possible."""

    bins: tuple[Bin, ...]
    points: int | None
    marks: tuple[int, ...]  # what passes, in the same unit


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    rate: Rate


@dataclass(frozen=True, slots=True)
class SectionShare:
    """How much of its points a section brought, in hundredths of a point."""

    title: str
    earned: int
    possible: int
    answers: int

    @property
    def part(self) -> Fraction:
        """Exact: what is rounded makes ties that are none."""
        return Fraction(self.earned, self.possible)

    @property
    def share(self) -> int:
        """In whole percent, as it is told."""
        return round(100 * self.part)

    @property
    def is_told(self) -> bool:
        return self.answers >= FEWEST


@dataclass(frozen=True, slots=True)
class Charts:
    """Of attempts with a verdict. `sections`, the weakest first, are of the newest `sample` ones; `times`, in
    minutes, are without those that were reopened.
    """

    rate: Rate
    scores: Scores
    weeks: tuple[Week, ...]
    sections: tuple[SectionShare, ...]
    sample: int
    times: tuple[Bin, ...]


def charts(attempts: AttemptQuerySet) -> Charts:
    """Seven queries at most, nine where only some of the exams give parts of a point."""
    rows = attempts.counted()
    groups = list(
        rows.values("score", "max_score", "pass_percent", "passed")
        .annotate(sat=Count("pk"))
        .values_list("score", "max_score", "pass_percent", "passed", "sat", named=True)
        .order_by()
    )
    passed = sum(group.sat for group in groups if group.passed)
    sample = list(rows.order_by("-started_at", "-pk").values_list("pk", "partial_credit")[:SAMPLE])
    return Charts(
        rate=Rate(passed, sum(group.sat for group in groups)),
        scores=score_bins(groups),
        weeks=weeks(rows),
        sections=section_shares(sample),
        sample=len(sample),
        times=time_bins(rows),
    )


def score_bins(groups: Iterable[Any]) -> Scores:
    groups = list(groups)
    sizes = {group.max_score for group in groups}
    points = max(sizes, default=0) // POINT
    is_one_size = len(sizes) == 1 and sizes == {points * POINT} and points <= MOST_POINTS
    found: Counter[tuple[int, bool]] = Counter()
    for group in groups:
        if is_one_size:
            place = group.score // POINT
        else:
            place = min(PARTS * group.score // max(group.max_score, 1), PARTS - 1)
        found[place, group.passed] += group.sat
    if is_one_size:
        needed = (scoring.needed(pass_percent=g.pass_percent, max_score=g.max_score) for g in groups)
        marks = {score // POINT for score in needed}
        edges = [(point, point) for point in range(points + 1)]
    else:
        marks = {group.pass_percent for group in groups}
        width = 100 // PARTS
        edges = [(width * part, width * (part + 1) - (part < PARTS - 1)) for part in range(PARTS)]
    bins = tuple(
        Bin(first, last, passed=found[place, True], failed=found[place, False])
        for place, (first, last) in enumerate(edges)
    )
    return Scores(bins, points if is_one_size else None, tuple(sorted(marks)))


def weeks(rows: AttemptQuerySet) -> tuple[Week, ...]:
    """The last weeks in which somebody began, as far back as the newest of them allows."""
    counted = (
        rows.annotate(week=TruncWeek("started_at"))
        .values_list("week")
        .annotate(of=Count("pk"), hits=Count("pk", filter=Q(passed=True)))
        .order_by("-week")[:MOST_WEEKS]
    )
    found = [Week(week.date(), Rate(hits, of)) for week, of, hits in counted]
    oldest = found[0].monday - timedelta(weeks=MOST_WEEKS - 1) if found else date.min
    return tuple(week for week in reversed(found) if week.monday >= oldest)


def section_shares(sample: list[tuple[int, bool]]) -> tuple[SectionShare, ...]:
    """Of these attempts, by whether they give parts of a point."""
    earned: Counter[int] = Counter()
    possible: Counter[int] = Counter()
    answers: Counter[int] = Counter()
    for partial in sorted({partial for _pk, partial in sample}):
        papers = [pk for pk, is_partial in sample if is_partial == partial]
        for marked in Response.objects.filter(attempt__in=papers).marked():
            earned[marked.section] += scoring.credit(marked, partial=partial)
            possible[marked.section] += marked.weight * POINT
            answers[marked.section] += 1
    titles = dict(Section.objects.filter(number__in=possible).values_list("number", "title"))
    shares = (
        SectionShare(f"{number}. {titles[number]}", earned[number], points, answers[number])
        for number, points in sorted(possible.items())
    )
    return tuple(sorted(shares, key=lambda share: share.part))


class BegunMinutes(Func):
    """How many minutes have begun in a length of time, which the databases keep differently."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="((%(expressions)s) + 59999999) / 60000000")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CEIL(EXTRACT(EPOCH FROM (%(expressions)s)) / 60)::integer"
        return self.as_sql(compiler, connection, template=template)


def time_bins(rows: AttemptQuerySet) -> tuple[Bin, ...]:
    """From the start to the finish, by as many minutes as make a dozen bars of the longest exam."""
    time = ExpressionWrapper(F("finished_at") - F("started_at"), DurationField())
    counted = list(
        rows.filter(reopened_at__isnull=True)
        .values(used=BegunMinutes(time))
        .annotate(sat=Count("pk"), limit=Max("minutes"))
        .values_list("used", "sat", "limit")
        .order_by()
    )
    limit = max((limit for _used, _sat, limit in counted), default=0)
    step = next((step for step in STEPS if limit <= step * MOST_BARS), STEPS[-1])
    places = -(-limit // step)
    found: Counter[int] = Counter()
    for used, sat, _limit in counted:
        found[min(max(used - 1, 0) // step, places)] += sat
    bins = [Bin(step * place, step * (place + 1), passed=found[place]) for place in range(places)]
    return (*bins, Bin(step * places, None, passed=found[places])) if found[places] else tuple(bins)
