"""How long what a question says may be believed."""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from certification.rules.item_findings import Finding

# When to look again at what was checked and got no date of its own.
REVIEW_EVERY = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Where a question's facts come from, when they were last compared with it, and by when again."""

    source: str = ""
    checked_on: date | None = None
    review_by: date | None = None

    @property
    def digest(self) -> str:
        """The same for the same, and for no other."""
        return sha256(repr((self.source, self.checked_on, self.review_by)).encode()).hexdigest()

    def is_stale(self, on: date) -> bool:
        return self.review_by is not None and self.review_by < on

    def findings(self, number: str, on: date) -> list[Finding]:
        """What the lint says of a question of this number that is stale."""
        if self.review_by is None or not self.is_stale(on):
            return []
        sentence = _("It was to be looked at again by %(day)s.")
        return [Finding("stale", "warning", number, sentence, {"day": f"{self.review_by:%d.%m.%Y}"})]

    def checked(self, on: date) -> "Freshness":
        """Compared with its source on this day and found right; the next time after as long as before."""
        every = REVIEW_EVERY
        if self.checked_on is not None and self.review_by is not None:
            every = self.review_by - self.checked_on
        return Freshness(self.source, checked_on=on, review_by=on + min(every, date.max - on))
