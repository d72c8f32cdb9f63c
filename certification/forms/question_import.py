"""What the administrator sends while importing questions: the file, then what is to become of it."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.importing.question_file import (
    LONGEST_NAME,
    MOST_BYTES,
    FileRefused,
    QuestionFile,
    read_file,
)

PLACE = re.compile(r"([1-9]\d{0,2})\.([1-9]\d{0,2})")


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A document as plain text (.txt), or a workbook (.xlsx) of at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".txt,.xlsx"}),
        max_length=255,
    )
    document = forms.CharField(
        label=gettext_lazy("Name of the document"),
        help_text=gettext_lazy("By it the questions are known again. If it is empty, the file's name."),
        max_length=LONGEST_NAME,
        required=False,
    )

    read: QuestionFile
    data_sent: bytes

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if upload := self.cleaned_data.get("file"):
            self.data_sent = upload.read(MOST_BYTES + 1)
            try:
                self.read = read_file(
                    upload.name, self.data_sent, document=self.cleaned_data.get("document", "")
                )
            except FileRefused as refused:
                self.add_error("file", str(refused))
        return cleaned


def moves_of(
    data: QueryDict, file: QuestionFile
) -> tuple[dict[int, tuple[int, int]], dict[int, str], dict[int, str]]:
    """Where the lines of the tail go, what was typed for each, and why what is not understood is not."""
    moves, typed, errors = {}, {}, {}
    there = file.text.sources if file.text else ()
    for line in file.text.tail if file.text else ():
        text = data.get(f"line-{line.place}", "").strip()
        if not text:
            continue
        typed[line.place] = text
        found = PLACE.fullmatch(text)
        source = (int(found[1]), int(found[2])) if found else (0, 0)
        if source in there:
            moves[line.place] = source
        else:
            errors[line.place] = _("The document has no question “%(number)s”.") % {"number": text[:20]}
    return moves, typed, errors


def typed_moves(moves: Mapping[int, tuple[int, int]]) -> dict[int, str]:
    return {place: f"{section}.{number}" for place, (section, number) in moves.items()}
