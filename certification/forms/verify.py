"""What somebody types who wants to know whether a certificate holds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certification.rules.certificates import LONGEST_TYPED


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=LONGEST_TYPED,
        help_text=_("26 letters and digits from the certificate; hyphens and case do not matter."),
    )
