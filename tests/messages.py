"""The Russian catalogue's workshop, for which nobody needs GNU gettext.

`.venv/bin/python -m tests.messages` (or `make messages`) collects every message of the code and the
templates into locale/ru/LC_MESSAGES/django.po, keeps what is translated, leaves what is new empty, drops what
nobody says any more, sets the no-break spaces and compiles django.mo. Then translate what it lists and run it
again. tests/test_messages.py reads the same functions and refuses a catalogue that was not made like this.
"""

import io
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from certification.rules.typography import NBSP, typo

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale/ru/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")

# As in Django's own Russian catalogue: only with equal forms does Django merge ours with its own.
PLURAL_FORMS = (
    "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);"
)
HEADER = {
    "Project-Id-Version": "amoquiz",
    "Language": "ru",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": PLURAL_FORMS,
}

# Which arguments are messages, as Babel writes it: "c" marks the context.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# A number's place in a sentence clings to its unit or noun, as a number does; `typo` sees no digit there.
SHARE_PLACE = re.compile(r"(?<=[sdf]) (?=%%)")
COUNT_PLACE = re.compile(r"(?<=[)%][sd]) (?=[а-яё])")


class Message(NamedTuple):
    """What gettext looks a translation up by; `plural` is only checked, `context` may be None."""

    id: str
    plural: str = ""
    context: str | None = None


# Where a library's own Russian is poor, or says what is not so here, we say it ourselves: the sentences named
# of these files, or all where none is named. LOCALE_PATHS wins over the library's catalogue.
EXTRA: dict[str, tuple[str, ...]] = {
    "allauth/account/adapter.py": (
        "This account is currently inactive.",
        "You cannot remove your primary email address.",
        "This email address is already associated with this account.",
        "The email address and/or password you specified are not correct.",
        "A user is already registered with this email address.",
        "Please type your current password.",
        "Incorrect password.",
        "The password reset token was invalid.",
        "Too many failed login attempts. Try again later.",
        "The email address is not assigned to any user account.",
        "Your primary email address must be verified.",
        "Incorrect code.",
        "Be patient, you are sending too many requests.",
        "Use your password",
        "Use authenticator app or code",
        "Use a security key",
    ),
    "allauth/account/fields.py": (
        "Email address",
        "Forgot your password?",
    ),
    "allauth/account/forms.py": (
        "You must type the same password each time.",
        "Remember Me",
        "Current Password",
        "New Password",
        "New Password (again)",
        "Password (again)",
        "Email",
    ),
    "allauth/account/models.py": (
        "email address",
        "email addresses",
        "verified",
        "primary",
        "email confirmation",
        "email confirmations",
    ),
    "allauth/templates/account/messages/cannot_delete_primary_email.txt": (),
    "allauth/templates/account/messages/primary_email_set.txt": (),
    "allauth/mfa/adapter.py": (
        "You cannot deactivate two-factor authentication.",
        "You cannot generate recovery codes without having two-factor authentication enabled.",
    ),
    "allauth/mfa/apps.py": ("MFA",),
    "allauth/mfa/base/forms.py": ("Code",),
    "allauth/mfa/models.py": (),
    "allauth/mfa/totp/forms.py": ("Authenticator code",),
    # The admin's sentences ask of a verbose name the case or the gender that it does not have.
    "django/contrib/admin/actions.py": (
        "Delete selected %(verbose_name_plural)s",
        "Successfully deleted %(count)d %(items)s.",
        "Cannot delete %(name)s",
    ),
    "django/contrib/admin/helpers.py": ("Add another %(verbose_name)s",),
    "django/contrib/admin/models.py": (
        "Added {name} “{object}”.",
        "Changed {fields} for {name} “{object}”.",
        "Deleted {name} “{object}”.",
    ),
    "django/contrib/admin/options.py": (
        "The {name} “{obj}” was added successfully.",
        "The {name} “{obj}” was added successfully. You may add another {name} below.",
        "The {name} “{obj}” was changed successfully.",
        "The {name} “{obj}” was changed successfully. You may edit it again below.",
        "The {name} “{obj}” was changed successfully. You may add another {name} below.",
        "The %(name)s “%(obj)s” was deleted successfully.",
        "%(name)s with ID “%(key)s” doesn’t exist. Perhaps it was deleted?",
        # Beside the sentence above, in the same words.
        "You may edit it again below.",
        "Add %s",
        "Change %s",
        "View %s",
        "%(count)s %(name)s was changed successfully.",
    ),
    "django/contrib/admin/templates/admin/change_list_object_tools.html": (),
    "django/contrib/admin/templates/admin/delete_confirmation.html": (
        "Yes, I’m sure",
        "No, take me back",
    ),
    "django/contrib/admin/templates/admin/widgets/related_widget_wrapper.html": (),
    "django/contrib/admin/views/main.py": (),
    "django/contrib/auth/password_validation.py": (
        "This password is too short. It must contain at least %d character.",
        "Your password must contain at least %(min_length)d character.",
        "The password is too similar to the %(verbose_name)s.",
        "Your password can’t be too similar to your other personal information.",
        "This password is too common.",
        "Your password can’t be a commonly used password.",
    ),
    "django/core/validators.py": ("Enter a valid email address.",),
}


def sources() -> list[Path]:
    """Every file that may say something to a person, in the order of the catalogue."""
    code = (ROOT / "certification").rglob("*.py")
    settings = (ROOT / "amoquiz").rglob("*.py")
    pages = [
        path
        for folder in (ROOT / "certification", ROOT / "templates")
        for path in folder.rglob("*")
        if path.suffix in (".html", ".txt") and "templates" in path.relative_to(ROOT).parts
    ]
    migrations = ROOT / "certification/migrations"
    return sorted(path for path in {*code, *settings, *pages} if migrations not in path.parents)


def messages_of(path: Path) -> Iterator[tuple[Message, list[str]]]:
    """The messages of one file, in its order, each with what is said to translators."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # The brackets keep Python's tokenizer from minding the indentation of HTML.
        text = f"({templatize(text, origin=str(path))}\n)"
    found = extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"])
    for _line, words, comments, context in found:
        forms = (words,) if isinstance(words, str) else words
        yield Message(forms[0], forms[1] if len(forms) > 1 else "", context), comments


def library_messages() -> Iterator[tuple[str, Message]]:
    """The sentences of EXTRA, each with its file; raises where a library does not say one any more."""
    for place, wanted in EXTRA.items():
        package, _slash, path = place.partition("/")
        file = Path(str(files(package))) / path
        said = {message.id: message for message, _comments in messages_of(file)}
        if missing := set(wanted) - set(said):
            raise ValueError(f"{place} does not say {missing}")
        for words in wanted or said:
            yield place, said[words]


def extracted() -> dict[tuple[str, str | None], polib.POEntry]:
    """An empty entry for each message, with the files that say it; raises where two files disagree."""
    entries: dict[tuple[str, str | None], polib.POEntry] = {}
    said = [
        (path.relative_to(ROOT).as_posix(), message, comments)
        for path in sources()
        for message, comments in messages_of(path)
    ]
    said += [(place, message, []) for place, message in library_messages()]
    for place, message, comments in said:
        key = (message.id, message.context)
        entry = entries.setdefault(
            key, polib.POEntry(msgid=message.id, msgctxt=message.context, msgid_plural=message.plural)
        )
        if message.plural and entry.msgid_plural not in ("", message.plural):
            raise ValueError(f"{place}: another plural of {message.id!r}: {entry.msgid_plural!r}")
        entry.msgid_plural = entry.msgid_plural or message.plural
        if (place, "") not in entry.occurrences:
            entry.occurrences.append((place, ""))
        entry.comment = "\n".join(dict.fromkeys([*entry.comment.splitlines(), *comments]))
    return entries


def set_spaces(text: str, *, counts: bool = False) -> str:
    """A translation with its no-break spaces; `counts` where a place in it holds a number with its noun."""
    text = SHARE_PLACE.sub(NBSP, text)
    return typo(COUNT_PLACE.sub(NBSP, text) if counts else text)


def translations(entry: polib.POEntry) -> list[str]:
    """The one translation of an entry, or its plural forms in their order."""
    if entry.msgid_plural:
        return [entry.msgstr_plural.get(form, "") for form in range(4)]
    return [entry.msgstr]


def merged(former: polib.POFile) -> polib.POFile:
    """The catalogue that the code wants, in the order of files, with what `former` translates."""
    known = {(entry.msgid, entry.msgctxt): entry for entry in former if not entry.obsolete}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = dict(HEADER)
    for key, entry in extracted().items():
        old = known.get(key)
        forms = translations(old) if old and bool(old.msgid_plural) == bool(entry.msgid_plural) else []
        if entry.msgid_plural:
            entry.msgstr_plural = {
                form: set_spaces(forms[form], counts=True) if forms else "" for form in range(4)
            }
        else:
            entry.msgstr = set_spaces(forms[0]) if forms else ""
        if old:
            entry.tcomment, entry.flags = old.tcomment, old.flags
        catalogue.append(entry)
    return catalogue


def untranslated(catalogue: polib.POFile) -> list[polib.POEntry]:
    """What still wants a translator: empty in any form, or fuzzy."""
    return [entry for entry in catalogue if entry.fuzzy or not all(translations(entry))]


def main() -> int:
    former = polib.pofile(str(PO)) if PO.exists() else polib.POFile()
    catalogue = merged(former)
    PO.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(PO))
    MO.write_bytes(catalogue.to_binary())
    waiting = untranslated(catalogue)
    for entry in waiting:
        sys.stdout.write(f"{entry.occurrences[0][0]}: {entry.msgid!r}\n")
    sys.stdout.write(f"{len(catalogue)} messages, {len(waiting)} without a translation\n")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
