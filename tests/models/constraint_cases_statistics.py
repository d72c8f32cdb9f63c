"""What the database allows and refuses of counts; see constraint_cases."""

from datetime import date

from certification.models import MarkTally, MonthTally, OptionTally, PaperTally, SectionTally, TimeTally
from certification.rules.item_tally import LONGEST
from certification.states import AttemptState
from tests.factories import bank_with_exam, finished
from tests.models.constraint_cases import NO_END, VOID, Case
from tests.models.writes import added


def made(model, **values):
    """One row of a count; what is counted exists."""

    def row():
        exam = bank_with_exam(questions=1, per_section=1)
        section = exam.lines.get().section
        of = {"question": section.questions.get(), "section": section}
        own = {name: of[name] for name in ("question", "section") if f"{name}_id" in model.KEY}
        return model.objects.create(exam=exam, is_first=True, count=1, **own, **values)

    row.__name__ = model.__name__
    return row


SCORES = {"score": 100, "max_score": 500}
papers = made(PaperTally, **SCORES)
sections = made(SectionTally, paper=900, **SCORES)
marks = made(MarkTally, mark=50, **SCORES)
options = made(OptionTally, position=1, **SCORES)
months = made(MonthTally, month=date(2026, 5, 1), mark=50)
times = made(TimeTally, seconds=20)

TALLY_ROWS = {
    PaperTally: papers,
    SectionTally: sections,
    MarkTally: marks,
    OptionTally: options,
    MonthTally: months,
    TimeTally: times,
}


def others(model):
    """What makes a row's copy another, column by column; within what its other constraints allow."""
    one_more = {
        "is_first": False,
        "score": 200,
        "max_score": 600,
        "paper": 901,
        "mark": 51,
        "position": 0,
        "month": date(2026, 6, 1),
        "seconds": 21,
        "exam": bank_with_exam,
    }
    return [{name: value} for name, value in one_more.items() if name in {"exam", *model.KEY}]


def cases_of(model, row):
    name = model.__name__.lower()
    yield Case(f"{name}_once", row, others(model), [{}], added)
    yield Case(f"{name}_counts_something", row, [{"count": 1}, {"count": 10**9}], [{"count": 0}])
    if "max_score" in model.KEY:
        in_range = [{"score": 500}, {"score": 0, "max_score": 0}]
        yield Case(f"{name}_score_in_range", row, in_range, [{"score": 501}])
    if "mark" in model.KEY:
        yield Case(f"{name}_mark_in_range", row, [{"mark": 0}, {"mark": 100}], [{"mark": 101}])


CASES = [
    *(case for model, row in TALLY_ROWS.items() for case in cases_of(model, row)),
    Case("timetally_at_most_an_hour", times, [{"seconds": LONGEST}], [{"seconds": LONGEST + 1}]),
    Case(
        "attempt_tallied_has_verdict",
        finished,
        [{"is_tallied": True}, {"is_tallied": False, **VOID}],
        [{"is_tallied": True, **VOID}, {"is_tallied": True, "state": AttemptState.OPEN, **NO_END}],
    ),
]
