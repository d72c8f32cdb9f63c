"""For every constraint rows that it allows and rows, one step away, that it refuses."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from certification.actions import allowances
from certification.models import (
    AnswerLog,
    BlueprintLine,
    Event,
    JobRun,
)
from certification.states import (
    TIME_PERCENTS,
    AllowanceKind,
    AttemptState,
    EventKind,
    PartnerKind,
    ReviewLevel,
    Role,
)
from tests.factories import (
    NOW,
    ExamFactory,
    ManagerFactory,
    PartnerFactory,
    QuestionFactory,
    SectionFactory,
    UserFactory,
    answer,
    finished,
    started,
)
from tests.models.constraint_cases_bank import BANK_CASES
from tests.models.constraint_cases_people import PEOPLE_CASES
from tests.models.writes import added, changed

MS = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
END = {
    "state": AttemptState.SUBMITTED,
    "finished_at": NOW,
    "score": 0,
    "max_score": 500,
    "passed": False,
}
NO_END = {"finished_at": None, "score": None, "max_score": None, "passed": None}
VOID = {
    "state": AttemptState.VOIDED,
    "voided_at": NOW,
    "voided_by": UserFactory,
    "void_reason": "Сбой у партнёра",
}
NO_GRANT = {"percent": None, "minutes": None, "attempts": None, "attempt": None}


def line():
    return BlueprintLine.objects.create(exam=ExamFactory(), section=SectionFactory(), questions=5)


def response():
    return started().responses.get(position=1)


def log():
    attempt = started()
    answer(attempt, right=0)
    return AnswerLog.objects.get(response__attempt=attempt, response__position=1)


def allowance():
    user, exam = UserFactory(), ExamFactory()
    return allowances.grant_attempts(
        user.pk, exam.pk, 1, by=ManagerFactory().pk, now=NOW, reason="Сбой у партнёра"
    )


def waiver():
    return allowances.waive_wait(finished().pk, by=ManagerFactory().pk, now=NOW, reason="Сбой")


def fresh(**values):
    """An attempt's copy breaks no rule of the ones that are there, and no promise of the one it copies."""
    return {"candidate": UserFactory, **values}


def event():
    started()
    return Event.objects.get()


def job():
    return JobRun.objects.create(name="sweeper", ran_at=NOW)


@dataclass(frozen=True)
class Case:
    name: str
    row: Any
    allowed: list
    refused: list
    write: Any = changed


CASES = [
    Case("section_number_from_one", SectionFactory, [{"number": 1}], [{"number": 0}]),
    Case("section_has_a_title", SectionFactory, [{"title": "А"}], [{"title": ""}]),
    Case("exam_has_time", ExamFactory, [{"minutes": 1}], [{"minutes": 0}]),
    Case(
        "exam_pass_percent_in_range",
        ExamFactory,
        [{"pass_percent": 1}, {"pass_percent": 100}],
        [{"pass_percent": 0}, {"pass_percent": 101}],
    ),
    Case(
        "exam_attempts_from_one",
        ExamFactory,
        [{"attempts_allowed": None}, {"attempts_allowed": 1}],
        [{"attempts_allowed": 0}],
    ),
    Case("exam_cycle_from_one_day", ExamFactory, [{"cycle_days": 1}], [{"cycle_days": 0}]),
    Case(
        "exam_waits_not_negative",
        ExamFactory,
        [{"first_wait": timedelta(), "later_wait": timedelta()}],
        [{"first_wait": -SECOND}, {"later_wait": -SECOND}],
    ),
    Case(
        "exam_closes_after_it_opens",
        ExamFactory,
        [{"opens_at": NOW}, {"closes_at": NOW}, {"opens_at": NOW, "closes_at": NOW + MS}],
        [{"opens_at": NOW, "closes_at": NOW}, {"opens_at": NOW, "closes_at": NOW - MS}],
    ),
    Case(
        "exam_review_levels_known",
        ExamFactory,
        [{"review_right_after": r, "review_meanwhile": r, "review_later": r} for r in ReviewLevel.values],
        [{"review_right_after": "all"}, {"review_meanwhile": ""}, {"review_later": "later"}],
    ),
    Case("exam_has_a_title", ExamFactory, [{"title": "А"}], [{"title": ""}]),
    Case("blueprint_section_once", line, [{"section": SectionFactory}], [{}], added),
    Case(
        "blueprint_questions_from_one",
        line,
        [{"questions": None}, {"questions": 1}],
        [{"questions": 0}],
    ),
    Case(
        "blueprint_min_percent_in_range",
        line,
        [{"min_percent": None}, {"min_percent": 1}, {"min_percent": 100}],
        [{"min_percent": 0}, {"min_percent": 101}],
    ),
    Case("attempt_one_open_per_exam", started, [{"number": 2, **END}], [{"number": 2}], added),
    Case("attempt_number_once", finished, [{"number": 2}], [{}], added),
    Case(
        "attempt_state_known",
        finished,
        [fresh(), fresh(state=AttemptState.EXPIRED), fresh(**VOID)],
        [fresh(state="lost"), fresh(state="")],
        added,
    ),
    Case("attempt_number_from_one", started, [fresh(number=1)], [fresh(number=0)], added),
    Case("attempt_has_time", started, [fresh(minutes=1)], [fresh(minutes=0)], added),
    Case(
        "attempt_deadline_after_start",
        started,
        [fresh(deadline=NOW + MS)],
        [fresh(deadline=NOW)],
        added,
    ),
    Case(
        "attempt_reopened_before_deadline",
        started,
        [fresh(reopened_at=NOW + MS), fresh(reopened_at=NOW + timedelta(hours=1) - MS)],
        [fresh(reopened_at=NOW), fresh(reopened_at=NOW + timedelta(hours=1))],
        added,
    ),
    Case(
        "attempt_review_levels_known",
        started,
        [fresh(review_right_after=r, review_meanwhile=r, review_later=r) for r in ReviewLevel.values],
        [fresh(review_right_after="all"), fresh(review_meanwhile=""), fresh(review_later="later")],
        added,
    ),
    Case(
        "attempt_void_recorded",
        finished,
        [fresh(**VOID)],
        [
            fresh(state=AttemptState.VOIDED),
            *(fresh(**{**VOID, name: None}) for name in ("voided_at", "voided_by")),
            fresh(**{**VOID, "void_reason": ""}),
            *(fresh(**{name: VOID[name]}) for name in ("voided_at", "voided_by", "void_reason")),
        ],
        added,
    ),
    Case(
        "attempt_open_or_scored",
        started,
        [END],
        [{"state": AttemptState.SUBMITTED}, *({name: END[name]} for name in NO_END)],
    ),
    Case(
        "attempt_open_or_scored",
        finished,
        [fresh(state=AttemptState.OPEN, **NO_END)],
        [fresh(state=AttemptState.OPEN), fresh(**NO_END), *(fresh(**{name: None}) for name in NO_END)],
        added,
    ),
    Case(
        "attempt_finished_after_start",
        finished,
        [fresh(finished_at=NOW)],
        [fresh(finished_at=NOW - MS)],
        added,
    ),
    Case(
        "attempt_score_in_range",
        finished,
        [fresh(score=0), fresh(score=500)],
        [fresh(score=501)],
        added,
    ),
    Case(
        "attempt_pass_percent_in_range",
        started,
        [fresh(pass_percent=1), fresh(pass_percent=100)],
        [fresh(pass_percent=0), fresh(pass_percent=101)],
        added,
    ),
    Case(
        "allowance_is_of_its_kind",
        allowance,
        [
            *({**NO_GRANT, "kind": AllowanceKind.TIME, "percent": percent} for percent in TIME_PERCENTS),
            {**NO_GRANT, "kind": AllowanceKind.TIME, "minutes": 1},
            {**NO_GRANT, "kind": AllowanceKind.ATTEMPTS, "attempts": 1},
            {**NO_GRANT, "kind": AllowanceKind.NO_WAIT, "attempt": finished},
        ],
        [
            {"kind": "gift"},
            *({**NO_GRANT, "kind": kind} for kind in AllowanceKind.values),
            {**NO_GRANT, "kind": AllowanceKind.TIME, "percent": 110},
            {**NO_GRANT, "kind": AllowanceKind.TIME, "minutes": 0},
            {**NO_GRANT, "kind": AllowanceKind.TIME, "percent": 150, "minutes": 5},
            {**NO_GRANT, "kind": AllowanceKind.TIME, "minutes": 5, "attempts": 1},
            {**NO_GRANT, "kind": AllowanceKind.ATTEMPTS, "attempts": 0},
            {**NO_GRANT, "kind": AllowanceKind.ATTEMPTS, "attempts": 1, "attempt": finished},
            {**NO_GRANT, "kind": AllowanceKind.NO_WAIT, "attempt": finished, "minutes": 5},
        ],
        added,
    ),
    Case("allowance_has_a_reason", allowance, [{"reason": "Сбой"}], [{"reason": ""}], added),
    Case(
        "allowance_withdrawal_recorded",
        allowance,
        [{"withdrawn_at": NOW, "withdrawn_by": UserFactory}],
        [{"withdrawn_at": NOW}, {"withdrawn_by": UserFactory}],
    ),
    Case(
        "allowance_wait_waived_once",
        waiver,
        [{"attempt": finished}, {"withdrawn_at": NOW, "withdrawn_by": UserFactory}],
        [{}],
        added,
    ),
    Case(
        "response_position_once",
        response,
        [{"position": 6, "question": QuestionFactory}],
        [{"question": QuestionFactory}],
        added,
    ),
    Case(
        "response_question_once",
        response,
        [{"position": 6, "question": QuestionFactory}],
        [{"position": 6}],
        added,
    ),
    Case(
        "response_position_from_one",
        response,
        [{"position": 6, "question": QuestionFactory}],
        [{"position": 0, "question": QuestionFactory}],
        added,
    ),
    Case(
        "response_saved_with_revision",
        response,
        [{"revision": 1, "saved_at": NOW}],
        [{"revision": 1}, {"saved_at": NOW}],
    ),
    Case("answerlog_revision_once", log, [{"revision": 2}], [{}], added),
    Case(
        "answerlog_client_with_seq",
        log,
        [{"revision": 2}, {"revision": 2, "client": "page", "seq": 1}],
        [{"revision": 2, "client": "page"}, {"revision": 2, "seq": 1}],
        added,
    ),
    Case(
        "answerlog_away_times_with_ms",
        log,
        [{"revision": 2}, {"revision": 2, "away_times": 0, "away_ms": 0}],
        [{"revision": 2, "away_times": 1}, {"revision": 2, "away_ms": 1}],
        added,
    ),
    Case(
        "answerlog_network_without_host",
        log,
        [{"revision": 2, "network": network} for network in ("", "203.0.113.0/24", "2001:db8:7::/48")],
        [{"revision": 2, "network": network} for network in ("203.0.113.77", "2001:db8:7::1", "x")],
        added,
    ),
    Case(
        "partner_kind_known",
        PartnerFactory,
        [{"kind": kind} for kind in PartnerKind.values],
        [{"kind": "friend"}, {"kind": ""}],
    ),
    Case("partner_has_a_name", PartnerFactory, [{"name": "А"}], [{"name": ""}]),
    Case(
        "user_role_known",
        UserFactory,
        [{"role": role} for role in Role.values],
        [{"role": "guest"}, {"role": ""}],
    ),
    Case(
        "user_email_lower_case",
        UserFactory,
        [{"email": "anna@example.com"}],
        [{"email": "Anna@example.com"}, {"email": "anna@Example.com"}],
    ),
    Case(
        "event_kind_known",
        event,
        [{"kind": kind} for kind in EventKind.values],
        [{"kind": "gossip"}, {"kind": ""}],
        added,
    ),
    *(Case(*case) for case in (*BANK_CASES, *PEOPLE_CASES)),
]
