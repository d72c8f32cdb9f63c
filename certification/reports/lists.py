"""Pages of the manager's lists, each row with what is said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certification.models import Invitation, JobRun, Notice, Response
from certification.models.certificates import Certificate, CertificateQuerySet
from certification.models.invitations import InvitationQuerySet
from certification.models.jobs import JOB_IS_STALE_AFTER
from certification.models.notices import NoticeQuerySet
from certification.models.responses import ResponseQuerySet
from certification.reports import pages
from certification.reports.pages import Page
from certification.states import StandingJob


def certificate_list(
    certificates: CertificateQuerySet, *, after: str = "", before: str = ""
) -> Page[Certificate]:
    """Those that end first stand first."""
    rows = certificates.with_successors().select_related("candidate__partner", "exam")
    return pages.turn(rows, ("expires_at",), after=after, before=before)


def invitation_list(
    invitations: InvitationQuerySet, *, after: str = "", before: str = ""
) -> Page[Invitation]:
    """The newest letters stand first."""
    rows = invitations.select_related("partner", "invited_by", "accepted_by", "revoked_by")
    return pages.turn(rows, ("-sent_at",), after=after, before=before)


def note_list(responses: ResponseQuerySet, *, after: str = "", before: str = "") -> Page[Response]:
    """What candidates find wrong with questions, the newest first."""
    rows = responses.select_related("attempt__candidate", "attempt__exam", "question", "handled_by")
    return pages.turn(rows, ("-saved_at",), after=after, before=before)


def letter_list(notices: NoticeQuerySet, *, after: str = "", before: str = "") -> Page[Notice]:
    rows = notices.select_related("person", "invitation")
    return pages.turn(rows, ("-created_at",), after=after, before=before)


@dataclass(frozen=True, slots=True)
class Job:
    """`run`: its last; None where it never ran."""

    job: StandingJob
    run: JobRun | None
    is_stopped: bool


def job_list(*, now: datetime) -> Sequence[Job]:
    """All that must run, of which there are a handful."""
    runs = {run.name: run for run in JobRun.objects.all()}
    limit = now - JOB_IS_STALE_AFTER
    found = [(job, runs.get(job)) for job in StandingJob]
    return [Job(job, run, is_stopped=run is None or run.ran_at < limit) for job, run in found]
