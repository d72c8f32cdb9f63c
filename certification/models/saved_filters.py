from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LONGEST_QUERY = 1000


class SavedFilter(models.Model):
    """A question about results that one manager asks again and again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_filters",
        verbose_name=_("user"),
    )
    name = models.CharField(pgettext_lazy("filter", "name"), max_length=60)
    query = models.CharField(_("query string"), max_length=LONGEST_QUERY)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"],
                name="savedfilter_name_once",
                violation_error_message=_("You have a filter of this name already."),
            ),
            models.CheckConstraint(
                name="savedfilter_asks_something",
                condition=~Q(name="") & ~Q(query=""),
                violation_error_message=_("A saved filter has a name, and filters."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('manage_attempts')}?{self.query}"
