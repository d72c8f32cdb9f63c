from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certification.models.exams import Exam, review_field, review_levels_known
from certification.models.folded import FoldedField, Folding, name_is_folded
from certification.models.needs import NeedsQuerySet
from certification.models.people import Partner, User, in_sight_of
from certification.rules import deadlines, review, scoring
from certification.rules.eligibility import Sitting, Standing
from certification.rules.review import Policy
from certification.rules.scoring import Marked, Result
from certification.rules.search import folded
from certification.states import AttemptState, ReviewLevel

if TYPE_CHECKING:
    from certification.models.certificates import Certificate


class AttemptQuerySet(NeedsQuerySet):
    def visible_to(self, user: User) -> Self:
        """To managers those of people in companies that they run (`User.sees_everything`), wherever these sat
        them; to anybody else their own.
        """
        if user.sees_everything:
            return self.all()
        if user.is_manager:
            return self.filter(in_sight_of(user, "candidate__partner__"))
        return self.filter(candidate=user)

    def open(self) -> Self:
        return self.filter(state=AttemptState.OPEN)

    def finished(self) -> Self:
        """Closed in whatever way, voided ones among them."""
        return self.exclude(state=AttemptState.OPEN)

    def counted(self) -> Self:
        """Finished and not voided: those with a verdict."""
        return self.filter(state__in=(AttemptState.SUBMITTED, AttemptState.EXPIRED))

    def passed(self) -> Self:
        return self.counted().filter(passed=True)

    def failed(self) -> Self:
        return self.counted().filter(passed=False)

    def uncertified(self) -> Self:
        """Passed with a certificate promised, without ever having had one."""
        return self.passed().filter(certificate_months__isnull=False, certificates__isnull=True)

    def voided(self) -> Self:
        """See also `Attempt.counts`."""
        return self.filter(state=AttemptState.VOIDED)

    def matching(self, word: str) -> Self:
        """With `word` in the candidate's name, now or frozen, or e-mail; or with that number (pk)."""
        # People apart, since they are fewer, and a count needs no join.
        found = Q(holder_name_folded__contains=folded(word)) | Q(candidate__in=User.objects.matching(word))
        return self.filter(found | Q(pk=int(word)) if word.isdecimal() else found)

    def with_certificates(self) -> Self:
        """Each with `certificate`, the one that is not revoked, or None; and with `certificate_revoked_at`,
        when its last one was revoked, if one was.
        """
        in_force = FilteredRelation("certificates", condition=Q(certificates__revoked_at__isnull=True))
        certificates = apps.get_model("certification", "Certificate")._default_manager
        revoked = certificates.filter(attempt=OuterRef("pk"), revoked_at__isnull=False)
        last = revoked.order_by("-revoked_at").values("revoked_at")[:1]
        return self.annotate(certificate=in_force, certificate_revoked_at=Subquery(last)).select_related(
            "certificate"
        )

    def overdue(self, now: datetime) -> Self:
        """Open, with deadline and network grace gone. See also `Attempt.is_overdue`."""
        return self.open().filter(deadline__lt=now - deadlines.GRACE)


class Attempt(Folding):
    """One sitting of an exam, with everything that was promised when it started."""

    # Frozen by actions.attempts.start
    candidate = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="attempts",
        verbose_name=_("candidate"),
    )
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("exam"))
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started at"))
    seed = models.PositiveBigIntegerField(
        _("seed of the draw"),
        null=True,
        help_text=_("With it the same bank gives the same paper. Empty: drawn before seeds were kept."),
    )
    minutes = models.PositiveSmallIntegerField(_("the exam's time limit, minutes"))
    pass_percent = models.PositiveSmallIntegerField(_("pass mark, %"))
    tells_how_many = models.BooleanField(_("says how many answers are right"), default=False)
    partial_credit = models.BooleanField(_("parts of a point"), default=False)
    section_minimums = models.JSONField(
        _("minimums of sections, %"), default=dict, blank=True, help_text=_("By the section's number.")
    )
    review_right_after = review_field(_("review right after"), "")
    review_meanwhile = review_field(_("review until then"), "")
    review_later = review_field(_("review later"), "")
    certificate_months = models.PositiveSmallIntegerField(
        _("a certificate is valid for, months"), null=True, help_text=_("Empty: a pass gives none.")
    )
    holder_name = models.CharField(_("name for the certificate"), max_length=120)
    holder_name_folded = FoldedField(_("name as it is searched"), source="holder_name")
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        related_name="attempts",
        verbose_name=_("partner"),
    )

    # Set by actions.attempts.start, moved by .extend and .reopen
    deadline = models.DateTimeField(_("deadline"))

    # Set by actions.attempts.submit
    state = models.CharField(_("state"), max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    score = models.PositiveIntegerField(_("score"), null=True, help_text=_("In hundredths of a point."))
    max_score = models.PositiveIntegerField(
        _("possible score"), null=True, help_text=_("In hundredths of a point.")
    )
    passed = models.BooleanField(_("passed"), null=True)

    # Set by actions.attempts.reopen and .void
    reopened_at = models.DateTimeField(_("reopened at"), null=True)
    voided_at = models.DateTimeField(_("voided at"), null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("voided by"),
    )
    void_reason = models.TextField(_("why it was voided"), blank=True)

    # Set by actions.statistics; see models.statistics
    is_tallied = models.BooleanField(_("in the statistics"), default=False, editable=False)

    # Set by with_certificates().
    certificate: "Certificate | None" = None
    certificate_revoked_at: datetime | None

    objects = AttemptQuerySet.as_manager()

    # What it copies from its exam, under the same names.
    PROMISES: ClassVar = (
        "minutes",
        "pass_percent",
        "tells_how_many",
        "partial_credit",
        "review_right_after",
        "review_meanwhile",
        "review_later",
    )
    # What an open attempt has not, and what only a voided one has.
    RESULT: ClassVar = ("finished_at", "score", "max_score", "passed")
    VOID: ClassVar = ("voided_at", "voided_by", "void_reason")

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "exam"],
                condition=Q(state=AttemptState.OPEN),
                name="attempt_one_open_per_exam",
                violation_error_message=_("An attempt at this exam is in progress already."),
            ),
            models.UniqueConstraint(fields=["candidate", "exam", "number"], name="attempt_number_once"),
            models.CheckConstraint(
                name="attempt_state_known",
                condition=Q(state__in=AttemptState.values),
                violation_error_message=_("Choose one of the states of an attempt."),
            ),
            models.CheckConstraint(
                name="attempt_number_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Attempts are counted from 1."),
            ),
            models.CheckConstraint(
                name="attempt_deadline_after_start",
                condition=Q(deadline__gt=F("started_at")),
                violation_error_message=_("The deadline must be after the start."),
            ),
            models.CheckConstraint(
                name="attempt_open_or_scored",
                condition=Q(
                    state=AttemptState.OPEN,
                    finished_at__isnull=True,
                    score__isnull=True,
                    max_score__isnull=True,
                    passed__isnull=True,
                )
                | (
                    ~Q(state=AttemptState.OPEN)
                    & Q(
                        finished_at__isnull=False,
                        score__isnull=False,
                        max_score__isnull=False,
                        passed__isnull=False,
                    )
                ),
                violation_error_message=_("A finished attempt has a time and a score, an open one neither."),
            ),
            models.CheckConstraint(
                name="attempt_finished_after_start",
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                violation_error_message=_("An attempt cannot end before its start."),
            ),
            models.CheckConstraint(
                name="attempt_score_in_range",
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=F("max_score")),
                violation_error_message=_("A score lies between 0 and the possible score."),
            ),
            models.CheckConstraint(
                name="attempt_has_time",
                condition=Q(minutes__gte=1),
                violation_error_message=_("An exam lasts a minute at least."),
            ),
            models.CheckConstraint(
                name="attempt_certificate_months_from_one",
                condition=Q(certificate_months__isnull=True) | Q(certificate_months__gte=1),
                violation_error_message=_("A certificate is valid for a month at least."),
            ),
            review_levels_known("attempt_review_levels_known"),
            name_is_folded("attempt_name_is_folded", "holder_name"),
            models.CheckConstraint(
                name="attempt_reopened_before_deadline",
                condition=Q(reopened_at__isnull=True)
                | Q(reopened_at__gt=F("started_at"), reopened_at__lt=F("deadline")),
                violation_error_message=_("An attempt is reopened after its start and before its deadline."),
            ),
            models.CheckConstraint(
                name="attempt_void_recorded",
                condition=(
                    Q(state=AttemptState.VOIDED, voided_at__isnull=False, voided_by__isnull=False)
                    & ~Q(void_reason="")
                )
                | (
                    ~Q(state=AttemptState.VOIDED)
                    & Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                ),
                violation_error_message=_("A voided attempt, and no other, says who voided it and why."),
            ),
            models.CheckConstraint(
                name="attempt_pass_percent_in_range",
                condition=Q(pass_percent__gte=1, pass_percent__lte=100),
                violation_error_message=_("The pass mark is from 1 to 100 percent."),
            ),
            models.CheckConstraint(
                name="attempt_tallied_has_verdict",
                condition=Q(is_tallied=False) | Q(state__in=(AttemptState.SUBMITTED, AttemptState.EXPIRED)),
                violation_error_message=_("Only an attempt with a verdict is in the statistics."),
            ),
        ]
        indexes = [
            models.Index(fields=["exam"], condition=Q(is_tallied=False), name="attempt_untallied"),
            # The managers' list, by what it is sorted.
            models.Index(fields=["started_at", "id"], name="attempt_by_start"),
            models.Index(fields=["finished_at", "id"], name="attempt_by_finish"),
            models.Index(fields=["score", "id"], name="attempt_by_score"),
            # The sweeper's question, asked every few seconds.
            models.Index(
                fields=["deadline"],
                condition=Q(state=AttemptState.OPEN),
                name="attempt_open_by_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id}/{self.exam_id} #{self.number}"

    def get_absolute_url(self) -> str:
        """Where its candidate goes on, or reads what came of it."""
        return reverse("question", args=[self.pk, 1]) if self.is_open else self.get_result_url()

    def get_result_url(self) -> str:
        return reverse("result", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == AttemptState.OPEN

    @property
    def counts(self) -> bool:
        """Whether limits and waits know of it; a voided one never happened."""
        return self.state != AttemptState.VOIDED

    @property
    def has_lost_certificate(self) -> bool:
        """Whether it counts as passed, but what it gave was revoked; wants `with_certificates`."""
        revoked = self.certificate_revoked_at is not None and self.certificate is None
        return revoked and self.counts and bool(self.passed)

    @property
    def sitting(self) -> Sitting:
        """What `rules.eligibility` has to know of it; wants `with_certificates`. A pass whose certificate was
        revoked is none.
        """
        return Sitting(
            self.started_at,
            self.finished_at,
            passed=bool(self.passed) and not self.has_lost_certificate,
            valid_until=self.certificate.expires_at if self.certificate else None,
        )

    @property
    def promises_certificate(self) -> bool:
        """Whether a pass of it gives a certificate, whatever its exam gives by now."""
        return self.certificate_months is not None

    def result(self) -> Result:
        """The paper scored as it stands; of a finished attempt always the same. Two queries."""
        return self.score_of(self.responses.marked())

    def score_of(self, paper: Iterable[Marked]) -> Result:
        """The verdict on this marked paper by what the attempt promised."""
        return scoring.score(
            paper,
            pass_percent=self.pass_percent,
            minimums={int(section): percent for section, percent in self.section_minimums.items()},
            partial=self.partial_credit,
        )

    def is_over(self, now: datetime) -> bool:
        """No further question is shown; what is on its way may still be saved."""
        return not self.is_open or now > self.deadline

    def is_overdue(self, now: datetime) -> bool:
        """To be closed. See also `AttemptQuerySet.overdue`."""
        return self.is_open and deadlines.is_too_late(now=now, deadline=self.deadline)

    def review_level(self, standing: Standing, *, now: datetime) -> ReviewLevel:
        """What its candidate may see of it `now`, standing so at its exam; NOTHING while it is open."""
        if self.finished_at is None:
            return ReviewLevel.NOTHING
        return review.level(self.review, now=now, finished_at=self.finished_at, refusal=standing.refusal)

    def later_ones(self) -> AttemptQuerySet:
        """The candidate's attempts at the same exam that were started after this one."""
        return Attempt.objects.filter(candidate=self.candidate_id, exam=self.exam_id, number__gt=self.number)

    @property
    def running_since(self) -> datetime:
        """Since when its clock runs: the start, or the moment when it was reopened."""
        return self.reopened_at or self.started_at

    @property
    def time_limit(self) -> timedelta:
        return self.deadline - self.running_since

    @property
    def extra_time(self) -> timedelta:
        """How much longer than the exam's own limit it lasts; negative where the exam's window cuts it."""
        return self.time_limit - timedelta(minutes=self.minutes)

    @property
    def review(self) -> Policy:
        return Policy(
            right_after=ReviewLevel(self.review_right_after),
            meanwhile=ReviewLevel(self.review_meanwhile),
            later=ReviewLevel(self.review_later),
        )
