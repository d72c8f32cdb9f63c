"""Letters: written down in the transaction of what they tell of, sent afterwards."""

from datetime import datetime

from certification.models import Attempt, Certificate, Invitation, Notice
from certification.states import NoticeKind


def write(
    kind: NoticeKind, about: Invitation | Attempt | Certificate, *, now: datetime, mark: object = ""
) -> None:
    """Write down a letter about `about` to whom it concerns, inside the caller's transaction.

    A second one of the same kind about the same with the same `mark` is not written.
    """
    subject = {type(about)._meta.model_name: about}
    person_id = None if isinstance(about, Invitation) else about.candidate_id
    email = about.email if isinstance(about, Invitation) else about.candidate.email
    key = f"{kind}:{about.pk}:{mark}"
    notice = Notice(
        kind=kind, key=key, email=email, person_id=person_id, created_at=now, due_at=now, **subject
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
