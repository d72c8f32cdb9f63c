"""What the database allows and refuses of letters and notes; see constraint_cases."""

from certification.states import NoticeKind, NoticeState
from tests.factories import (
    NOW,
    CertificateFactory,
    InvitationFactory,
    ManagerFactory,
    NoticeFactory,
    finished,
    started,
)
from tests.models.constraint_cases import Case

OF_INVITATION = {"invitation": InvitationFactory, "attempt": None, "certificate": None}
OF_ATTEMPT = {"invitation": None, "attempt": finished, "certificate": None}
OF_CERTIFICATE = {"invitation": None, "attempt": None, "certificate": CertificateFactory}
SUBJECTS = {
    NoticeKind.INVITATION: OF_INVITATION,
    NoticeKind.RESULT: OF_ATTEMPT,
    NoticeKind.CLOSED: OF_ATTEMPT,
    NoticeKind.CERTIFICATE: OF_CERTIFICATE,
    NoticeKind.EXPIRING: OF_CERTIFICATE,
}
SENT = {"state": NoticeState.SENT, "sent_at": NOW, "claimed_at": NOW}
OTHERS = [state for state in NoticeState if state != NoticeState.SENT]


def both(own):
    """What tells of something else besides."""
    subjects = {**OF_INVITATION, **OF_ATTEMPT, **OF_CERTIFICATE}
    subjects |= {"invitation": InvitationFactory, "attempt": finished}
    return [{name: subjects[name]} for name, value in own.items() if value is None]


def noted():
    """A question with a note at it."""
    response = started().responses.get(position=1)
    type(response).objects.filter(pk=response.pk).update(note="Опечатка.", revision=1, saved_at=NOW)
    response.refresh_from_db()
    return response


CASES = [
    Case(
        "notice_state_known",
        NoticeFactory,
        [SENT, *({"state": state, "claimed_at": NOW} for state in OTHERS)],
        [{"state": "lost"}, {"state": ""}],
    ),
    Case(
        "notice_tells_of_its_kind",
        NoticeFactory,
        [{"kind": kind, **subject} for kind, subject in SUBJECTS.items()],
        [
            {"kind": "gossip"},
            *(
                {"kind": kind, **other}
                for kind, own in SUBJECTS.items()
                for other in (OF_INVITATION, OF_ATTEMPT, OF_CERTIFICATE)
                if other is not own
            ),
            {"attempt": None},
            *({"kind": kind, **own, **more} for kind, own in SUBJECTS.items() for more in both(own)),
        ],
    ),
    Case(
        "notice_sent_at_some_time",
        NoticeFactory,
        [SENT, *({"state": state, "claimed_at": NOW} for state in OTHERS)],
        [
            {**SENT, "sent_at": None},
            {**SENT, "claimed_at": None},
            *({**SENT, "state": state} for state in OTHERS),
        ],
    ),
    Case(
        "notice_claimed_at_some_time",
        NoticeFactory,
        [{"state": NoticeState.SENDING, "claimed_at": NOW}],
        [{"state": NoticeState.SENDING}],
    ),
    Case(
        "response_note_handled_by_somebody",
        noted,
        [{"handled_at": None}, {"handled_at": NOW, "handled_by": ManagerFactory}],
        [
            {"handled_at": NOW},
            {"handled_by": ManagerFactory},
            {"note": "", "handled_at": NOW, "handled_by": ManagerFactory},
        ],
    ),
]
