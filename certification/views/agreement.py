"""The partner agreement, to read and to accept."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.actions import agreements
from certification.actions.refused import Refused
from certification.forms.companies import AgreementForm
from certification.htmx import Request
from certification.reports import agreement as reports


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: Request) -> HttpResponse:
    """The version in force and where one's company stands with it; a POST accepts it for the company."""
    if request.method != "POST":
        return agreement_page(request, status=200)
    form = AgreementForm(request.POST)
    if not form.is_valid():
        return agreement_page(request, form=form, status=422)
    try:
        accepted = agreements.accept(form.cleaned_data["agreement"], by=request.user.pk, now=request.now)
    except Refused as refused:
        return agreement_page(request, refusal=refused.code, status=409)
    if accepted.accepted_at == request.now:
        messages.success(request, _("The agreement was accepted for %(company)s.") % names(accepted))
    else:
        sentence = _("Nothing was changed: %(name)s accepted it on %(at)s (Moscow).")
        messages.warning(request, sentence % names(accepted))
    return redirect("agreement")


def names(accepted: agreements.Acceptance) -> dict[str, str]:
    at = date_format(timezone.localtime(accepted.accepted_at), "j E Y г., H:i:s")
    return {"company": accepted.partner_name, "name": accepted.name, "at": at}


def agreement_page(
    request: Request, *, status: int, form: AgreementForm | None = None, refusal: str = ""
) -> HttpResponse:
    """`refusal`: why it was not accepted just now; the page as it is says who can and when."""
    standing = reports.standing(request.user, now=request.now)
    if form is None and standing is not None:
        form = AgreementForm(initial={"agreement": standing.agreement.pk})
    context = {
        "standing": standing,
        "leads": reports.leads_of(request.user),
        "form": form,
        "refusal": refusal,
        "has_errors": status != 200,
    }
    return render(request, "certification/agreement/agreement.html", context, status=status)
