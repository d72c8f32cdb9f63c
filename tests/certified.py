"""People who hold certificates, whatever gives them one."""

from datetime import timedelta
from itertools import count

from certification.models import Certificate
from tests.factories import NOW, ManagerFactory, UserFactory, bank_with_exam, finished

numbers = count(1)


def certificate(user=None, *, days=365, issued=NOW, revoked=False):
    """One that is valid for so many days from NOW, of an exam that gives none by itself."""
    exam = bank_with_exam(questions=1, per_section=1, gives_certificate=False)
    attempt = finished(user or UserFactory(), exam, right=1, now=issued - timedelta(days=400))
    number = next(numbers)
    revocation = {
        "revoked_at": issued,
        "revoked_by": ManagerFactory(),
        "revocation_cause": "mistake",
        "revocation_reason": "Ошибка",
    }
    return Certificate.objects.create(
        attempt=attempt,
        candidate=attempt.candidate,
        exam=exam,
        partner=attempt.partner,
        number=f"T-{number}",
        code=f"{number:026d}",
        holder_name=attempt.holder_name,
        wording={},
        issued_at=issued - timedelta(days=390),
        expires_at=NOW + timedelta(days=days),
        **(revocation if revoked else {}),
    )


def certified(user=None, **options):
    """Somebody who holds one."""
    return certificate(user, **options).candidate
