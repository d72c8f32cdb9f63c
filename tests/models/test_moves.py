"""The moves of an attempt, as the database knows them: those of the table and no other."""

import pytest

from certification.models import Attempt
from certification.states import ATTEMPT_TRANSITIONS, AttemptState
from tests.factories import NOW, ManagerFactory
from tests.models.test_triggers import MOVES
from tests.models.writes import changed, refused, sentence_of

pytestmark = pytest.mark.django_db

NO_RESULT = dict.fromkeys(Attempt.RESULT)
RESULT = {"finished_at": NOW, "score": 0, "max_score": 500, "passed": False}
NOT_VOID = {"voided_at": None, "voided_by": None, "void_reason": ""}
VOID = {"voided_at": NOW, "voided_by": ManagerFactory, "void_reason": "Сбой"}

# What the checks want of an attempt in each state, so that of a move nothing but the trigger can complain.
STANDING = {
    AttemptState.OPEN: NO_RESULT | NOT_VOID,
    AttemptState.SUBMITTED: RESULT | NOT_VOID,
    AttemptState.EXPIRED: RESULT | NOT_VOID,
    AttemptState.VOIDED: RESULT | VOID,
}


@pytest.fixture
def attempt_in(served):
    """An attempt in the state asked for, brought there by moves of the table."""

    def make(state):
        way = {AttemptState.OPEN: [], AttemptState.VOIDED: [AttemptState.SUBMITTED, AttemptState.VOIDED]}
        for step in way.get(state, [state]):
            changed(served.attempt, state=step, **STANDING[step])
        return served.attempt

    return make


@pytest.mark.parametrize("old", AttemptState)
@pytest.mark.parametrize("new", AttemptState)
def test_attempt_moves_only_along_the_table(attempt_in, old, new):
    """Staying is no move, and free."""
    attempt = attempt_in(old)
    move = {"state": new, **STANDING[new]}

    if new == old or new in ATTEMPT_TRANSITIONS[old]:
        changed(attempt, **move)
        assert Attempt.objects.get(pk=attempt.pk).state == new
        return
    with refused() as caught:
        changed(attempt, **move)
    assert sentence_of(caught.value) == MOVES
    assert Attempt.objects.get(pk=attempt.pk).state == old
