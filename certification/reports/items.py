"""How the questions of an exam did, worked out of the counts of its finished attempts.

Counts are those of the whole programme, whoever looks: a question is as good or bad everywhere.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When

from certification.models import (
    Exam,
    JobRun,
    MarkTally,
    MonthTally,
    Option,
    OptionTally,
    PaperTally,
    Question,
    SectionTally,
    TimeTally,
)
from certification.models.statistics import Tally, untallied
from certification.rules import item_analysis, item_flags, reliability
from certification.rules.item_analysis import THIRDS, Analysis, Answered, Choice, Facility, Scores
from certification.rules.reliability import Reliability
from certification.rules.scoring import POINT
from certification.states import ItemFlag, StandingJob


@dataclass(frozen=True, slots=True)
class Scope:
    """Which attempts: those at one exam, the first of each person alone or all."""

    exam: Exam
    firsts: bool

    def of(self, model: type[Tally]) -> QuerySet[Any]:
        rows = model._default_manager.filter(exam=self.exam)
        return rows.filter(is_first=True) if self.firsts else rows


@dataclass(slots=True)
class Counts:
    """Of one version of a question. `marks`: how many papers of a score earned so many percent by it;
    `options`: by position, how many chose it in each third; `months`: how many earned so many percent.
    """

    marks: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    options: dict[int, list[int]] = field(default_factory=dict)
    months: dict[date, Counter[int]] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)

    def answered(self, weight: int) -> list[Answered]:
        return [
            Answered(score, max_score, mark, weight * POINT, count)
            for (score, max_score, mark), count in self.marks.items()
        ]


@dataclass(frozen=True, slots=True)
class Cohort:
    """`papers`: how many have each score; `thirds`: to which third that belongs; `counts`: by question."""

    papers: Counter[Scores]
    thirds: Mapping[Scores, int]
    counts: Mapping[int, Counts]

    @property
    def size(self) -> int:
        return self.papers.total()

    def third(self, scores: Scores) -> int:
        """Of a paper with this score. The keeper may count between two of our questions, so an answer can be
        of a score that no paper had yet: it belongs where `third_of` has it.
        """
        if scores in self.thirds:
            return self.thirds[scores]
        score, max_score = scores
        found = (third for size, third, top in bounds(self.thirds) if size == max_score and score <= top)
        return next(found, THIRDS[-1])


def cohort(scope: Scope, question_ids: Iterable[int] | None = None) -> Cohort:
    """With the counts of these questions, or of all. Five queries."""
    papers: Counter[Scores] = Counter()
    for score, max_score, count in scope.of(PaperTally).values_list("score", "max_score", "count"):
        papers[score, max_score] += count
    thirds = item_analysis.thirds(papers)
    chosen = {} if question_ids is None else {"question__in": list(question_ids)}
    counts: defaultdict[int, Counts] = defaultdict(Counts)

    def rows(model: type[Tally], *names: str) -> Iterable[tuple[Any, ...]]:
        """The counts by question and these columns, added up over the others."""
        found, by = scope.of(model).filter(**chosen), ("question_id", *names)
        if "third" in names:
            found = found.annotate(third=third_of(thirds))
        elif scope.firsts:
            return found.order_by().values_list(*by, "count")
        return found.order_by().values(*by).annotate(total=Sum("count")).values_list(*by, "total")

    for pk, score, max_score, mark, count in rows(MarkTally, "score", "max_score", "mark"):
        counts[pk].marks[score, max_score, mark] += count
    for pk, position, third, count in rows(OptionTally, "position", "third"):
        counts[pk].options.setdefault(position, [0 for _ in THIRDS])[third] += count
    for pk, month, mark, count in rows(MonthTally, "month", "mark"):
        counts[pk].months.setdefault(month, Counter())[mark] += count
    for pk, seconds, count in rows(TimeTally, "seconds"):
        counts[pk].times[seconds] += count
    return Cohort(papers, thirds, dict(counts))


def bounds(thirds: Mapping[Scores, int]) -> list[tuple[int, int, int]]:
    """The highest score of each third of papers of one size: size, third, score, in this order."""
    found: dict[tuple[int, int], int] = {}
    for (score, max_score), third in thirds.items():
        found[max_score, third] = max(score, found.get((max_score, third), 0))
    return [(max_score, third, score) for (max_score, third), score in sorted(found.items())]


def third_of(thirds: Mapping[Scores, int]) -> Case:
    """The third of a row's paper, in SQL; see also `Cohort.third`."""
    whens = [
        When(Q(max_score=max_score, score__lte=score), then=Value(third))
        for max_score, third, score in bounds(thirds)
    ]
    return Case(*whens, default=Value(THIRDS[-1]), output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Did:
    """How a question did, in one version or in several. `latest`, `choices` (by position, NO_ANSWER among
    them) and `flags` are of the last of the versions alone: another one has other options, and what was wrong
    with it may be mended. `months`: the oldest first.
    """

    questions: tuple[Question, ...]
    papers: int
    analysis: Analysis
    latest: Analysis
    median: float | None
    choices: Mapping[int, Choice]
    right: frozenset[int]
    months: tuple[tuple[date, Facility], ...]
    flags: tuple[ItemFlag, ...]

    @property
    def question(self) -> Question:
        return self.questions[-1]

    @property
    def exposure(self) -> float | None:
        """The share of papers that had it: of all at most, though the keeper may have counted one more since
        the papers were read.
        """
        return min(self.analysis.count / self.papers, 1) if self.papers else None

    @property
    def rivals(self) -> frozenset[int]:
        return item_flags.rivals(self.latest, self.choices, self.right)

    @property
    def dead(self) -> frozenset[int]:
        return item_flags.dead(self.latest, self.choices, self.right)


def did(questions: Sequence[Question], group: Cohort, options: Mapping[int, Mapping[int, bool]]) -> Did:
    """`questions`: versions of one key, the oldest first; `options`: whether each is right, by question."""
    of_each = [group.counts.get(question.pk, Counts()) for question in questions]
    analysis = item_analysis.analyse(
        row
        for question, counts in zip(questions, of_each, strict=True)
        for row in counts.answered(question.weight)
    )
    times: Counter[int] = Counter()
    months: dict[date, Counter[int]] = {}
    for counts in of_each:
        times += counts.times
        for month, marks in counts.months.items():
            months.setdefault(month, Counter()).update(marks)
    last, known = of_each[-1], options.get(questions[-1].pk, {})
    choices = {position: choice(last, position) for position in {*known, *last.options}}
    right = frozenset(position for position, is_right in known.items() if is_right)
    latest = item_analysis.analyse(last.answered(questions[-1].weight))
    latest_months = [share for _, share in by_month(last.months)]
    return Did(
        questions=tuple(questions),
        papers=group.size,
        analysis=analysis,
        latest=latest,
        median=item_analysis.median(times),
        choices=choices,
        right=right,
        months=by_month(months),
        flags=item_flags.flags(latest, choices, right, latest_months),
    )


def by_month(months: Mapping[date, Counter[int]]) -> tuple[tuple[date, Facility], ...]:
    return tuple((month, facility(marks)) for month, marks in sorted(months.items()))


def choice(counts: Counts, position: int) -> Choice:
    low, middle, top = counts.options.get(position, (0, 0, 0))
    return Choice((low, middle, top))


def facility(marks: Counter[int]) -> Facility:
    return Facility(count=marks.total(), marks=sum(mark * count for mark, count in marks.items()))


def item_list(scope: Scope, group: Cohort, *, by_key: bool) -> list[Did]:
    """Every question that an attempt of these had, and those that papers may draw now. Two queries."""
    drawn = Q(is_current=True, section__in=scope.exam.lines.values("section"))
    found = Question.objects.filter(drawn | Q(pk__in=list(group.counts))).select_related("section")
    questions = list(found.order_by("key", "version"))
    options = options_of(questions)
    groups: dict[UUID | int, list[Question]] = {}
    for question in questions:
        groups.setdefault(question.key if by_key else question.pk, []).append(question)
    return [did(versions, group, options) for versions in groups.values()]


def options_of(questions: Iterable[Question]) -> dict[int, dict[int, bool]]:
    """Whether each option is right, by question and position. One query."""
    found: dict[int, dict[int, bool]] = {}
    rows = Option.objects.filter(question__in=[question.pk for question in questions])
    for pk, position, is_right in rows.values_list("question_id", "position", "is_correct"):
        found.setdefault(pk, {})[position] = is_right
    return found


NUMBERS = re.compile(r"\d+")


def place(item: Did) -> tuple[int, list[int], int]:
    """Where a question stands in the document."""
    question = item.question
    numbers = [int(number) for number in NUMBERS.findall(question.number)]
    return question.section.number, numbers, question.version


def shown_facility(item: Did) -> float | None:
    return item.analysis.facility.share if item.analysis.facility.is_enough else None


def shown_discrimination(item: Did) -> float | None:
    return item.analysis.discrimination if item.analysis.is_enough_to_discriminate else None


def shown_efficiency(item: Did) -> float | None:
    return item.analysis.efficiency if item.analysis.is_enough_to_discriminate else None


# By what the table can be sorted; what has too few answers for it comes last either way.
SORTS: dict[str, Any] = {
    "place": place,
    "count": lambda item: item.analysis.count,
    "facility": shown_facility,
    "discrimination": shown_discrimination,
    "efficiency": shown_efficiency,
    "time": lambda item: item.median,
}


def in_order(items: Iterable[Did], sort: str) -> list[Did]:
    """`sort`: one of SORTS, with a - where it falls."""
    value, falls = SORTS[sort.removeprefix("-")], sort.startswith("-")
    listed = sorted(items, key=place)
    known = [item for item in listed if value(item) is not None]
    unknown = [item for item in listed if value(item) is None]
    return [*sorted(known, key=value, reverse=falls), *unknown]


@dataclass(frozen=True, slots=True)
class Age:
    """When the counts were last brought up to date, and how many attempts of the exam wait to enter."""

    updated_at: datetime | None
    waiting: int


def age(exam: Exam) -> Age:
    """Two queries."""
    run = JobRun.objects.filter(name=StandingJob.KEEPER).first()
    return Age(run.ran_at if run else None, untallied().filter(exam=exam).count())


@dataclass(frozen=True, slots=True)
class Whole:
    """How far the exam's score can be relied on: of the papers of its commonest size, if there are any."""

    reliability: Reliability
    error_at_cut: float | None

    @property
    def is_enough(self) -> bool:
        return self.reliability.count >= item_analysis.ENOUGH_TO_DISCRIMINATE


def whole(scope: Scope, papers: Mapping[Scores, int]) -> Whole | None:
    """One query."""
    sizes: Counter[int] = Counter()
    scores: dict[int, Counter[int]] = {}
    for (score, max_score), count in papers.items():
        sizes[max_score] += count
        scores.setdefault(max_score, Counter())[score] += count
    if not sizes:
        return None
    [(size, _)] = sizes.most_common(1)
    sections: dict[int, Counter[int]] = {}
    rows = scope.of(SectionTally).filter(paper=size).values_list("section_id", "score", "count")
    for section, score, count in rows:
        sections.setdefault(section, Counter())[score] += count
    are_whole = all(section.total() == sizes[size] for section in sections.values())
    parts = list(sections.values()) if are_whole else []  # of other sections each, papers have no alpha
    return Whole(
        reliability=reliability.reliability(scores[size], parts, max_score=size),
        error_at_cut=reliability.error_at_cut(size, pass_percent=scope.exam.pass_percent),
    )
