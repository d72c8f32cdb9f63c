"""Letters: subject, text and HTML of every kind of notice.

What people have typed is one line of plain text here, in whatever letter it stands.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from certification.models import Notice
from certification.reports import letters
from certification.rules.eligibility import renewable
from certification.states import NoticeKind

LOST = "certification/certificate/_lost.html"
# They would end a line, hide something or turn the letters that follow about.
UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def compose(notice: Notice, *, now: datetime) -> EmailMultiAlternatives:
    """The letter as it would be sent `now`; wants the notice `with_subject`. At most two queries."""
    local = timezone.override(timezone.get_default_timezone())
    with translation.override(settings.LANGUAGE_CODE), local:
        context = CONTEXTS[notice.kind](notice, now)
        subject = one_line(rendered(notice, "_subject.txt", context))
        text = paragraphs(rendered(notice, ".txt", context))
        html = rendered(notice, ".html", {**context, "subject": subject})
    message = EmailMultiAlternatives(subject, text, to=[notice.email], headers=headers(notice))
    message.attach_alternative(html, "text/html")
    return message


def rendered(notice: Notice, ending: str, context: dict[str, Any]) -> str:
    return render_to_string(f"emails/{notice.kind}{ending}", {**context, "is_letter": True})


def headers(notice: Notice) -> dict[str, str]:
    """One name for ever, by which a mailbox knows a letter that comes again; and nobody's autoreply."""
    name = f"{notice.pk}.{notice.created_at:%Y%m%d%H%M%S%f}"
    return {
        "Message-ID": f"<notice.{name}@{urlsplit(settings.SITE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }


def one_line(words: str) -> str:
    return UNSEEN.sub(" ", words).strip()


def paragraphs(text: str) -> str:
    """Lines without the templates' indents, one empty line between paragraphs."""
    lines = "\n".join(line.strip(" ") for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n") + "\n"


def url(path: str) -> str:
    return settings.SITE_URL + path


def of_invitation(notice: Notice, now: datetime) -> dict[str, Any]:
    invitation = notice.invitation
    assert invitation is not None  # noqa: S101  the database holds it
    partner = invitation.partner
    return {
        "name": one_line(invitation.name),
        "inviter": one_line(str(invitation.invited_by)),
        "company": one_line(partner.name) if partner else "",
        "role": invitation.get_role_display(),
        "link": invitation.link,
        "until": invitation.expires_at,
    }


def of_attempt(notice: Notice, now: datetime) -> dict[str, Any]:
    attempt = notice.attempt
    assert attempt is not None  # noqa: S101  the database holds it
    verdict = letters.verdict(attempt, now=now)
    refusal = verdict.standing.refusal
    # In the very words of the pages.
    said = {"is_letter": True, "exam": attempt.exam, "refusal": refusal, "attempt": attempt}
    lost = {"is_letter": True, "revoked_at": verdict.lost_at}
    return {
        "name": one_line(attempt.candidate.get_short_name()),
        "holder": one_line(attempt.holder_name),
        "exam": one_line(attempt.exam.title),
        "attempt": attempt,
        "shows_score": verdict.shows_score,
        "score": one_line(render_to_string("certification/_score.html", said)),
        "refusal": one_line(render_to_string("certification/_refusal.html", said)) if refusal else "",
        "lost": one_line(render_to_string(LOST, lost)) if verdict.lost_at else "",
        "link": url(attempt.get_result_url()),
    }


def of_certificate(notice: Notice, now: datetime) -> dict[str, Any]:
    certificate = notice.certificate
    assert certificate is not None  # noqa: S101  the database holds it
    exam = certificate.exam
    return {
        "name": one_line(certificate.candidate.get_short_name()),
        "holder": one_line(certificate.holder_name),
        "exam": one_line(exam.title),
        "number": certificate.number,
        "until": certificate.expires_at,
        "renewable_from": renewable(exam.terms, certificate.renewal_opens) if exam.is_published else None,
        "link": url(certificate.get_absolute_url()),
        "pdf_link": url(certificate.get_pdf_url()),
        "exam_link": url(exam.get_absolute_url()),
    }


CONTEXTS: dict[str, Callable[[Notice, datetime], dict[str, Any]]] = {
    NoticeKind.INVITATION: of_invitation,
    NoticeKind.RESULT: of_attempt,
    NoticeKind.CLOSED: of_attempt,
    NoticeKind.CERTIFICATE: of_certificate,
    NoticeKind.EXPIRING: of_certificate,
}
