"""The manager's lists of certificates, invitations, notes, letters and jobs."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from certification import access
from certification.access import manager_required
from certification.actions import notes, notices
from certification.actions.refused import Refused
from certification.forms.lists import (
    CertificateSearch,
    HandleNoteForm,
    InvitationSearch,
    JobSearch,
    ListSearch,
    NoteSearch,
)
from certification.htmx import Request, turned
from certification.models import Certificate, Invitation, Notice, Response
from certification.reports import lists as reports
from certification.reports.pages import ROWS
from certification.views.inviting import posted


def shown(
    request: Request, name: str, search: ListSearch, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A list's page; 422 where its address asks for what there is not."""
    template = f"certification/manage/{name}.html"
    context |= {"search": search, "reset_url": request.path, "now": request.now}
    return render(request, template, context, status=422 if search.errors else status)


@manager_required
@require_safe
def certificate_list(request: Request) -> HttpResponse:
    search = CertificateSearch(request.GET)
    found = search.filter(Certificate.objects.visible_to(request.user), now=request.now)
    return shown(request, "certificates", search, page=reports.certificate_list(found, **turned(request)))


@manager_required
@require_safe
def invitation_list(request: Request) -> HttpResponse:
    search = InvitationSearch(request.GET)
    found = search.filter(Invitation.objects.visible_to(request.user), now=request.now)
    return shown(request, "invitations", search, page=reports.invitation_list(found, **turned(request)))


@manager_required
@require_safe
def job_list(request: Request) -> HttpResponse:
    search = JobSearch(request.GET)
    return shown(request, "jobs", search, jobs=search.filter(reports.job_list(now=request.now)))


@manager_required
@require_safe
def note_list(request: Request) -> HttpResponse:
    search = NoteSearch(request.GET)
    found = search.filter(Response.objects.visible_to(request.user))
    return shown(request, "notes", search, page=reports.note_list(found, **turned(request)))


def notes_page(request: Request, response_id: int) -> str:
    """The list of notes that has this one in it."""
    return note_url(access.visible_note(request.user, response_id))


def note_url(response: Response) -> str:
    state = "new" if response.handled_at is None else "handled"
    return f"{reverse('manage_notes')}?state={state}"


@manager_required
@posted(notes_page)
def handle_note(request: Request, response_id: int) -> HttpResponse:
    """Somebody has dealt with it; not with one that reads otherwise by now: that is shown, with 409."""
    response = access.visible_note(request.user, response_id)
    form = HandleNoteForm(request.POST)
    revision = form.cleaned_data["revision"] if form.is_valid() else 0
    try:
        notes.handle(response.pk, revision=revision, by=request.user.pk, now=request.now)
    except Refused as refused:
        if refused.code == "rewritten":
            return rewritten_note(request, response)
        messages.warning(request, _("The candidate has taken this note back meanwhile."))
    else:
        messages.success(request, _("The note counts as handled."))
    return redirect(note_url(response))


def rewritten_note(request: Request, response: Response) -> HttpResponse:
    messages.warning(request, _("The candidate has written this note anew meanwhile: read it first."))
    found = Response.objects.visible_to(request.user).with_notes().filter(pk=response.pk)
    return shown(request, "notes", NoteSearch({}), page=reports.note_list(found), status=409)


@manager_required
@posted(notes_page)
def put_note_back(request: Request, response_id: int) -> HttpResponse:
    """It waits for somebody again."""
    response = access.visible_note(request.user, response_id)
    notes.put_back(response.pk, by=request.user.pk, now=request.now)
    messages.success(request, _("The note is among the new ones again."))
    return redirect(note_url(response))


@manager_required
@require_safe
def letter_list(request: Request) -> HttpResponse:
    search = ListSearch(request.GET)
    found = Notice.objects.visible_to(request.user).repeatable(request.now)
    found = found if search.is_valid() else found.none()
    return shown(request, "letters", search, page=reports.letter_list(found, **turned(request)))


@manager_required
@posted(lambda request: reverse("manage_letters"))
def send_letters_again(request: Request) -> HttpResponse:
    """Those that were chosen, of the ones that this manager sees."""
    chosen = [int(pk) for pk in request.POST.getlist("letter") if pk.isdecimal() and len(pk) < 19]
    seen = Notice.objects.visible_to(request.user).filter(pk__in=chosen[:ROWS])
    pks = list(seen.values_list("pk", flat=True))
    count = notices.send_again(pks, by=request.user.pk, now=request.now) if pks else 0
    if count:
        sentence = ngettext("%(count)d letter is sent again.", "%(count)d letters are sent again.", count)
        messages.success(request, sentence % {"count": count})
    else:
        messages.warning(request, _("None of these was given up or got stuck: nothing is sent again."))
    return redirect("manage_letters")
