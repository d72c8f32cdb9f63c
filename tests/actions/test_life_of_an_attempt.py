"""Everything that can happen to somebody's attempts at an exam, in any order, against a plain model of it.

The model keeps what was promised and said, in plain values; the rows must agree with it after every step.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from certification.actions import allowances, answers, attempts
from certification.actions.answers import Answer, Verdict
from certification.actions.refused import Refused
from certification.models import AnswerLog, Attempt, Certificate, Event
from certification.rules.deadlines import ExtraTime
from certification.rules.eligibility import Reason
from tests.factories import NOW, ManagerFactory, UserFactory, bank_with_exam, shown_key

MINUTE = timedelta(minutes=1)
GRACE = timedelta(seconds=10)
LIMIT, WAIT, ALLOWED, QUESTIONS, PASS = 60 * MINUTE, 24 * 60 * MINUTE, 2, 3, 2


@dataclass
class Said:
    """One answer as the model has it: what is chosen, how often it changed, each page's highest number."""

    chosen: int | None = None
    revision: int = 0
    seqs: dict[str, int] = field(default_factory=dict)
    writers: list[str] = field(default_factory=list)  # of each revision


@dataclass
class Sat:
    """One attempt as the model has it."""

    pk: int
    deadline: datetime
    keys: list[int]
    answers: list[Said] = field(default_factory=lambda: [Said() for _ in range(QUESTIONS)])
    state: str = "open"
    finished_at: datetime | None = None
    waived: bool = False
    certificates: int = 0  # the last of which is revoked unless `certified`
    certified: bool = False

    @property
    def score(self):
        return 100 * sum(said.chosen == key for said, key in zip(self.answers, self.keys, strict=True))

    def close(self, now):
        """As `submit` does; again changes nothing."""
        if self.state == "open":
            late = now > self.deadline
            self.state = "expired" if late else "submitted"
            self.finished_at = self.deadline if late else now
            if self.score >= PASS * 100:
                self.certified = True
                self.certificates += 1

    def withdraw(self):
        """What it gave is revoked; whether it had given anything."""
        had, self.certified = self.certified, False
        return had


class Life(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = NOW
        self.sat, self.extra = [], 0
        self.events = 0
        self.user, self.manager = UserFactory(), ManagerFactory()
        self.exam = bank_with_exam(
            questions=9,
            per_section=QUESTIONS,
            pass_percent=60,
            attempts_allowed=ALLOWED,
            first_wait=WAIT,
            later_wait=WAIT,
            cycle_days=365,
        )

    # What the model knows

    @property
    def last(self):
        return self.sat[-1] if self.sat else None

    def refusal(self):
        """Why no attempt may start now."""
        counted = [sat for sat in self.sat if sat.state != "voided"]
        if any(sat.score >= PASS * 100 for sat in counted):
            return Reason.PASSED
        if len(counted) >= ALLOWED + self.extra:
            return Reason.OUT_OF_ATTEMPTS
        if counted and not counted[-1].waived and self.now < counted[-1].finished_at + WAIT:
            return Reason.WAIT
        return None

    def said(self, reason="Причина"):
        return {"by": self.manager.pk, "now": self.now, "reason": reason}

    def close(self, sat):
        """As `submit` does, with its events."""
        if sat.state == "open":
            sat.close(self.now)
            self.events += 1 + sat.certified

    # What can happen

    @rule(time=st.sampled_from([timedelta(seconds=1), 20 * MINUTE, LIMIT, GRACE, WAIT]))
    def time_passes(self, time):
        self.now += time

    @rule()
    def time_comes_to_the_deadline_and_its_grace(self):
        if self.last and self.last.state == "open":
            self.now = max(self.now, self.last.deadline + GRACE)

    @rule()
    def start(self):
        overdue = self.last and self.last.state == "open" and self.now > self.last.deadline + GRACE
        if overdue:
            self.close(self.last)
        running = self.last if self.last and self.last.state == "open" else None
        refusal = None if running else self.refusal()

        started = attempts.start(self.exam.pk, by=self.user.pk, now=self.now, name="Мария")

        if running:
            assert started.pk == running.pk
        elif refusal:
            assert started.reason == refusal
        else:
            keys = [shown_key(response)[0] for response in started.responses.with_question()]
            self.sat.append(Sat(started.pk, self.now + LIMIT, keys))
            self.events += 1

    @precondition(lambda self: self.sat)
    @rule(
        position=st.integers(0, QUESTIONS - 1),
        chosen=st.integers(0, 3),
        client=st.sampled_from(["", "page", "tab"]),
        seq=st.integers(0, 3),
        based=st.booleans(),
    )
    def save(self, position, chosen, client, seq, based):
        sat, said = self.last, self.last.answers[position]
        base = max(said.revision - 1, 0) if based and client else None
        answer = Answer(chosen=(chosen,), client=client, seq=seq if client else None, base=base)
        if sat.state == "open" and self.now > sat.deadline + GRACE:
            self.close(sat)

        saved = answers.save_answer(sat.pk, position + 1, answer, by=self.user.pk, now=self.now)

        if sat.state != "open":
            assert saved.verdict == Verdict.ENDED
        elif client and seq <= said.seqs.get(client, -1):
            assert saved.verdict == Verdict.STORED
        elif base is not None and any(writer != client for writer in said.writers[base:]):
            assert saved.verdict == Verdict.CONFLICT
        else:
            assert saved.verdict == Verdict.STORED
            if client:
                said.seqs[client] = seq
            if said.chosen != chosen:
                said.chosen = chosen
                said.revision += 1
                said.writers.append(client)
        assert saved.response.shown_chosen == ([] if said.chosen is None else [said.chosen])

    @precondition(lambda self: self.sat)
    @rule()
    def answer_rightly(self):
        """So that passes are met as well."""
        for position, key in enumerate(self.last.keys[:PASS]):
            self.save(position, key, "", 0, based=False)

    @precondition(lambda self: self.sat)
    @rule(times=st.integers(1, 2))
    def submit(self, times):
        self.close(self.last)
        for _ in range(times):
            attempts.submit(self.last.pk, by=self.user.pk, now=self.now)

    @rule()
    def sweep(self):
        due = [sat for sat in self.sat if sat.state == "open" and self.now > sat.deadline + GRACE]
        for sat in due:
            self.close(sat)

        assert attempts.close_overdue(now=self.now).closed == len(due)

    @precondition(lambda self: self.sat)
    @rule(extra=st.sampled_from([ExtraTime(percent=150), ExtraTime(minutes=5)]))
    def extend(self, extra):
        sat = self.last
        if sat.state != "open" or self.now > sat.deadline + GRACE:
            with pytest.raises(Refused):
                attempts.extend(sat.pk, extra, **self.said())
            return
        attempts.extend(sat.pk, extra, **self.said())
        sat.deadline += extra.beyond(LIMIT)
        self.events += 1

    @precondition(lambda self: self.sat)
    @rule()
    def void(self):
        sat = self.last
        if sat.state == "open":  # what is voided gives no certificate
            sat.finished_at = min(self.now, sat.deadline)
            self.events += 1
        self.events += (sat.state != "voided") + sat.withdraw()
        sat.state = "voided"
        attempts.void(sat.pk, **self.said())

    @precondition(lambda self: self.sat)
    @rule(which=st.sampled_from([0, -1]), minutes=st.integers(1, 30))
    def reopen(self, which, minutes):
        sat = self.sat[which]
        if sat.state != "open" and sat is not self.last:
            with pytest.raises(Refused):
                attempts.reopen(sat.pk, minutes=minutes, **self.said())
            return
        if sat.state != "open":
            self.now += timedelta(milliseconds=1)  # strictly after the start
            sat.state, sat.finished_at, sat.deadline = "open", None, self.now + minutes * MINUTE
            self.events += 1 + sat.withdraw()
        attempts.reopen(sat.pk, minutes=minutes, **self.said())

    @rule()
    def grant_an_attempt(self):
        allowances.grant_attempts(self.user.pk, self.exam.pk, 1, **self.said())
        self.extra += 1
        self.events += 1

    @precondition(lambda self: self.sat)
    @rule()
    def waive_the_wait(self):
        allowances.waive_wait(self.last.pk, **self.said())
        self.events += not self.last.waived
        self.last.waived = True

    # What always holds

    @invariant()
    def rows_agree_with_the_model(self):
        rows = list(Attempt.objects.order_by("number"))
        assert [(row.pk, row.number) for row in rows] == [(s.pk, n) for n, s in enumerate(self.sat, start=1)]
        for row, sat in zip(rows, self.sat, strict=True):
            done = sat.state != "open"
            assert (row.state, row.deadline) == (sat.state, sat.deadline)
            assert row.finished_at == (sat.finished_at if done else None)
            assert row.score == (sat.score if done else None)
            assert row.passed == (sat.score >= PASS * 100 if done else None)
            if done:
                assert row.result().score == row.score
            stored = list(row.responses.order_by("position"))
            assert [(r.revision, r.seqs) for r in stored] == [(s.revision, s.seqs) for s in sat.answers]
        assert Event.objects.count() == self.events

    @invariant()
    def certificates_are_those_of_the_passes(self):
        for sat in self.sat:
            issued = Certificate.objects.filter(attempt=sat.pk)
            assert issued.count() == sat.certificates
            assert issued.in_force().count() == sat.certified

    @invariant()
    def log_ends_with_what_is_stored(self):
        for sat in self.sat:
            for position, said in enumerate(sat.answers, start=1):
                log = AnswerLog.objects.filter(response__attempt=sat.pk, response__position=position)
                clients = list(log.order_by("revision").values_list("client", flat=True))
                assert clients == said.writers


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(2))
def test_life_of_attempts_agrees_with_a_plain_model_of_it(part):
    """Each example in a transaction of its own, which leaves nothing."""

    class Undone(Life):
        def __init__(self):
            self.transaction = transaction.atomic()
            self.transaction.__enter__()
            super().__init__()

        def teardown(self):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
