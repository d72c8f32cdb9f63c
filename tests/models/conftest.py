"""Rows that triggers watch over."""

import copy
from types import SimpleNamespace

import pytest

from certification.actions import allowances
from certification.models import AnswerLog, Event
from certification.states import QuestionState
from tests.factories import (
    NOW,
    ManagerFactory,
    QuestionFactory,
    UserFactory,
    answer,
    certified,
    finished,
    started,
)


@pytest.fixture
def served():
    """A row of each kind from an attempt with a first answer, and a question nobody was served."""
    done = finished()
    finished_paper = done.responses.get(position=1)
    paperless = copy.copy(done)
    paperless.pk, paperless.number = None, 2
    paperless.save(force_insert=True)
    allowance = allowances.grant_attempts(
        UserFactory().pk, done.exam_id, 1, by=ManagerFactory().pk, now=NOW, reason="Сбой у партнёра"
    )
    blank = started(now=NOW).responses.get(position=1)
    attempt = started()
    answer(attempt, right=1)
    response = attempt.responses.get(position=1)
    return SimpleNamespace(
        attempt=attempt,
        finished=done,
        paperless=paperless,
        allowance=allowance,
        certificate=certified(),
        response=response,
        question=response.question,
        scored=finished_paper,
        blank=blank,
        option=response.question.options.get(position=2),
        log=AnswerLog.objects.get(response=response),
        event=Event.objects.last(),
        draft=QuestionFactory(state=QuestionState.DRAFT),
    )
