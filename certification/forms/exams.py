"""An exam's blueprint in Django admin."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.utils.translation import gettext as _

from certification.models import Section
from certification.rules import assembly
from certification.rules.assembly import CannotAssemble, Line


class BlueprintFormSet(forms.BaseInlineFormSet):
    """Refuses to publish an exam that nobody could start: whose lines, as typed, the bank cannot fill now."""

    today: date  # set by whoever reads the clock

    def clean(self) -> None:
        super().clean()
        if not self.instance.is_published or any(self.errors):
            return
        if shorts := assembly.shortfalls(self.lines(), self.pool()):
            raise forms.ValidationError([self.refusal(short) for short in shorts], code="cannot_assemble")

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        return _("A section is in the blueprint twice. Leave one line of it and give that all its questions.")

    def advice(self) -> list[str]:
        """A sentence for each line that can be filled, but brings the same questions back too soon."""
        return [
            _(
                "%(section)s: questions in use %(available)s, all enemies counted, on a paper %(wanted)s. "
                "Retakes will bring the same ones; %(advised)s at least are advised."
            )
            % {
                "section": self.sections()[line.section],
                "available": line.available,
                "wanted": line.wanted,
                "advised": assembly.ENOUGH * line.wanted,
            }
            for line in assembly.few(self.lines(), self.pool())
            if line.section is not None
        ]

    def refusal(self, short: CannotAssemble) -> str:
        if short.section is None:
            return _("An exam without questions cannot be published: add a section, or take off “Published”.")
        return _(
            "The exam cannot be published, for its paper cannot be drawn. %(section)s: questions wanted "
            "%(wanted)s, available %(available)s, of each group of enemies one. Ask for fewer, or take off "
            "“Published”."
        ) % {
            "section": self.sections()[short.section],
            "wanted": short.wanted,
            "available": short.available,
        }

    # What the rows say, without those left empty or marked for deletion.

    def typed(self) -> list[tuple[Section, int | None]]:
        return [
            (row["section"], row["questions"])
            for row in (form.cleaned_data for form in self.forms)
            if row.get("section") and not row.get("DELETE")
        ]

    def lines(self) -> list[Line]:
        return [Line(section=section.pk, count=count) for section, count in self.typed()]

    def sections(self) -> dict[int, Section]:
        return {section.pk: section for section, _count in self.typed()}

    def pool(self) -> list[assembly.Candidate]:
        pool: list[assembly.Candidate] = self.instance.pool(self.sections(), self.today)
        return pool
