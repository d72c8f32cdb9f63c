"""What an invited person finds behind the letter's link: the one page that makes somebody a member."""

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from certification import access
from certification.actions import invitations
from certification.actions.refused import Refused
from certification.forms.invitations import AcceptForm
from certification.htmx import Request
from certification.models import Invitation
from certification.views.limits import limited

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# The address is a secret, and none of it goes anywhere. Browsers take the last policy that they know: under
# the first one they would send the form with `Origin: null`, which the check of its origin must refuse.
REFERRER_POLICY = "no-referrer, strict-origin"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """Who invites whom to what; a POST accepts, signs in and goes to the first page.

    Whatever leads nowhere is 404, alike; only of an expired link the page says so, since it is a letter's.
    """
    response = answer(request, token)
    response["Referrer-Policy"] = REFERRER_POLICY
    return response


@limited("invitation")
def answer(request: Request, token: str) -> HttpResponse:
    if request.user.is_authenticated:
        status = 409 if request.method == "POST" else 200
        return render(request, "certification/invitation/signed_in.html", status=status)
    found = access.invitation_behind(token)
    why_not = invitations.why_not(found, now=request.now)
    if found is None or why_not:
        return nowhere(request, why_not)
    form = AcceptForm(request.POST if request.method == "POST" else None, invitation=found)
    if not form.is_valid():
        return page(request, found, form, status=422 if form.is_bound else 200)
    try:
        person = invitations.accept(
            token, name=form.cleaned_data["name"], password=form.cleaned_data["password"], now=request.now
        )
    except Refused as refused:
        if refused.code != "known":
            return nowhere(request, refused.code)
        sentence = _("There is a person with this e-mail in the programme already. Sign in with it.")
        return page(request, found, form, refusal=sentence, status=409)
    auth.login(request, person, backend=BACKEND)
    return redirect(access.first_page(person))


def page(
    request: Request, invitation: Invitation, form: AcceptForm, *, status: int, refusal: str = ""
) -> HttpResponse:
    context = {"invitation": invitation, "form": form, "refusal_sentence": refusal}
    return render(request, "certification/invitation/invitation.html", context, status=status)


def nowhere(request: Request, why_not: str) -> HttpResponse:
    """What to do with a link that opens nothing."""
    context = {"is_expired": why_not == "expired"}
    return render(request, "certification/invitation/nowhere.html", context, status=404)
