"""Attempts after which somebody needs a manager."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, FloatField, OuterRef
from django.db.models.functions import Cast

from certification.models.folded import FoldingQuerySet
from certification.rules import borderline
from certification.states import AttemptState

if TYPE_CHECKING:
    from certification.models.attempts import Attempt

VERDICTS = (AttemptState.SUBMITTED, AttemptState.EXPIRED)
RECENT = timedelta(days=90)  # whoever sat longer ago has been seen to, or has given up


class NeedsQuerySet(FoldingQuerySet["Attempt"]):
    """What attempts are asked for on the page of the day; each person and exam is there once at most."""

    def last_failures(self, now: datetime) -> Self:
        """Failed where a pass was to give a certificate, started within 90 days, with nothing started at the
        exam since, by somebody who may sign in. Training may be failed as often as one likes.
        """
        later = self.same_exam().filter(number__gt=OuterRef("number")).exclude(state=AttemptState.VOIDED)
        failed = self.filter(
            state__in=VERDICTS, passed=False, certificate_months__isnull=False, candidate__is_active=True
        )
        return failed.filter(~Exists(later), started_at__gt=now - RECENT)

    def third_failures(self, now: datetime) -> Self:
        """Of these the third failure in a row or a later one."""
        passed_later = self.same_exam().filter(state__in=VERDICTS, passed=True, number__gt=OuterRef("number"))
        earlier = self.same_exam().filter(
            ~Exists(passed_later),
            state__in=VERDICTS,
            passed=False,
            certificate_months__isnull=False,
            number__lt=OuterRef("number"),
        )
        return self.last_failures(now).filter(Exists(earlier.order_by("number")[1:2]))

    def borderline(self, now: datetime) -> Self:
        """Of these what failed by one standard error at most. See `rules.borderline`."""
        score, most, percent = (
            Cast(F(name), FloatField()) for name in ("score", "max_score", "pass_percent")
        )
        gap = borderline.below(score, most, percent)
        scored = self.last_failures(now).alias(gap=gap)
        return scored.alias(room=borderline.room(F("gap"), most, percent)).filter(gap__gt=0, room__gte=0)

    def same_exam(self) -> models.QuerySet["Attempt"]:
        """For a subquery: those of the same person at the same exam."""
        return self.model._default_manager.filter(candidate=OuterRef("candidate"), exam=OuterRef("exam"))
