"""Inviting somebody, or a list of people; and what the invited one says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certification.actions.invitations import Row
from certification.forms.manager import TypedText
from certification.forms.people import one_line
from certification.models import Invitation, User
from certification.rules import invitees
from certification.states import Role

LARGEST_LIST = 100_000  # bytes
MOST_ROWS = 200
LONGEST_NAME = 120
LONGEST_EMAIL = 254


class ResendForm(forms.Form):
    """`as_of`: when the page was made on which the letter is asked for."""

    as_of = forms.DateTimeField(required=False)

    @property
    def looked_at(self) -> datetime | None:
        """None where that is not said, or is no moment."""
        self.full_clean()
        return self.cleaned_data.get("as_of")


class RoleForm(forms.Form):
    """As what somebody is invited. Where there is but one role, nobody is asked."""

    role = forms.ChoiceField(label=_("As"), choices=Role)

    def __init__(self, data: Any = None, files: Any = None, *, roles: tuple[Role, ...], prefix: str) -> None:
        super().__init__(data, files, auto_id=f"{prefix}-%s")
        self.roles = roles
        if len(roles) == 1:
            del self.fields["role"]
        else:
            self.fields["role"].initial = roles[0]
            self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]

    @property
    def chosen_role(self) -> str:
        role: str = self.cleaned_data.get("role", self.roles[0].value)
        return role


class InviteForm(RoleForm):
    """One person."""

    email = forms.EmailField(
        label=_("Work e-mail"),
        max_length=LONGEST_EMAIL,
        error_messages={"required": _("Write the e-mail to which the invitation goes.")},
    )
    name = forms.CharField(
        label=_("Given name and family name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("If you know it; they can correct it."),
    )
    field_order = ("email", "name", "role")

    def __init__(self, data: Any = None, *, roles: tuple[Role, ...]) -> None:
        super().__init__(data, roles=roles, prefix="invite")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a list from which nobody is invited, and why."""

    number: int
    text: str
    sentence: str


class InviteListForm(RoleForm):
    """A list of people, pasted or as a file."""

    text = TypedText(
        label=_("A person a line: name; e-mail"),
        required=False,
        max_length=LARGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("In any order. Up to 200 people at once."),
    )
    file = forms.FileField(
        label=_("Or a file, .csv or .txt"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    field_order = ("text", "file", "role")

    def __init__(self, data: Any = None, files: Any = None, *, roles: tuple[Role, ...]) -> None:
        super().__init__(data, files, roles=roles, prefix="list")

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > LARGEST_LIST:
            raise ValidationError(_("This file is too large for a list of 200 people."), code="too_large")
        if not file.name.lower().endswith((".csv", ".txt")):
            raise ValidationError(
                _("Choose a .csv or .txt file: a table can be saved as CSV."), code="not_text"
            )
        return text_of(file.read())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.errors:
            return cleaned
        if bool(cleaned["text"].strip()) == bool(cleaned["file"].strip()):
            raise ValidationError(_("Paste the list, or choose its file: one of the two."), code="one")
        self.lines = list(invitees.lines(cleaned["text"] if cleaned["text"].strip() else cleaned["file"]))
        if len(self.lines) > MOST_ROWS:
            sentence = ngettext(
                "The list has %(count)d person; take 200 at most at once.",
                "The list has %(count)d people; take 200 at most at once.",
                len(self.lines),
            )
            raise ValidationError(sentence, code="too_many", params={"count": len(self.lines)})
        if not self.lines:
            raise ValidationError(_("There is nobody in this list."), code="nobody")
        return cleaned

    def sorted_out(self) -> tuple[list[Row], list[BadLine]]:
        """The people who can be invited as far as the list tells, and the lines from which nobody can."""
        rows: list[Row] = []
        bad: list[BadLine] = []
        places: dict[str, int] = {}
        for line in self.lines:
            email, name = line.email.lower(), one_line(line.name)
            if sentence := wrong_with(email, name, places):
                bad.append(BadLine(line.number, line.text, sentence))
            else:
                places[email] = line.number
                rows.append(Row(line.number, name, email))
        return rows, bad

    def text_at(self, number: int) -> str:
        return next(line.text for line in self.lines if line.number == number)


def text_of(content: bytes) -> str:
    """A file in UTF-8, with its mark or without, or in the Windows code page of Russian tables."""
    for encoding in ("utf-8-sig", "windows-1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValidationError(_("This file is not a text in UTF-8 or Windows-1251."), code="not_text")


def wrong_with(email: str, name: str, places: dict[str, int]) -> str:
    """Why nobody is invited from a line; "" where somebody is. `places`: the lines of those before it."""
    if not email:
        return gettext("There must be one e-mail in this line.")
    try:
        validate_email(email)
    except ValidationError:
        return gettext("This is not an e-mail: %(email)s.") % {"email": email}
    if len(email) > LONGEST_EMAIL:
        return gettext("This e-mail is too long.")
    if len(name) > LONGEST_NAME:
        return gettext("This name is longer than 120 characters.")
    if email in places:
        return gettext("The same e-mail is in line %(number)d.") % {"number": places[email]}
    return ""


class AcceptForm(forms.Form):
    """What an invited person says: who they are, and by what they will sign in."""

    name = forms.CharField(
        label=_("Given name and family name"),
        max_length=LONGEST_NAME,
        help_text=_("As they should stand on the certificate."),
        error_messages={"required": _("Write your name as the certificate should carry it.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        help_text=_("10 characters at least."),
        error_messages={"required": _("Think of a password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: Any = None, *, invitation: Invitation) -> None:
        super().__init__(data)
        self.invitation = invitation
        self.fields["name"].initial = invitation.name

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"])
        if not any(character.isalpha() for character in name):
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        person = User(email=self.invitation.email, name=self.cleaned_data.get("name", ""))
        validate_password(password, person)
        return password
