from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExternalIdQuerySet(models.QuerySet["ExternalId"]):
    def of(self, document: str) -> "ExternalIdQuerySet":
        return self.filter(document=document)


class ExternalId(models.Model):
    """What a document calls a question, and what it said of it when it was imported last.

    By it the same document finds its questions again, whatever has become of them in the bank.
    """

    document = models.CharField(_("document"), max_length=200)
    section = models.PositiveSmallIntegerField(_("section"))
    number = models.PositiveSmallIntegerField(_("number in the section"))
    key = models.UUIDField(_("key"))
    said = models.JSONField(
        _("what the document said"),
        default=dict,
        help_text=_("Empty: it has the question no more."),
    )
    imported_at = models.DateTimeField(_("imported at"))

    objects = ExternalIdQuerySet.as_manager()

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        ordering = ["document", "section", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "section", "number"],
                name="external_id_once",
                violation_error_message=_("The document has a question of this number already."),
            ),
            models.UniqueConstraint(
                fields=["document", "key"],
                name="external_id_of_one_number",
                violation_error_message=_("The document has this question under another number."),
            ),
            models.CheckConstraint(
                name="external_id_numbered_from_one",
                condition=Q(section__gte=1, number__gte=1),
                violation_error_message=_("Sections and questions are numbered from 1."),
            ),
            models.CheckConstraint(
                name="external_id_names_a_document",
                condition=~Q(document=""),
                violation_error_message=_("An external id names its document."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.section}.{self.number}"
