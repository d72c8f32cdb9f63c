from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.reports.bank import SOON


class FreshnessFilter(admin.SimpleListFilter):
    title = _("freshness")
    parameter_name = "fresh"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [
            ("stale", _("stale")),
            ("soon", _("due within %(days)s days") % {"days": SOON.days}),
            ("unchecked", _("never compared with its source")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.localdate()
        match self.value():
            case "stale":
                return queryset.filter(review_by__lt=today)
            case "soon":
                return queryset.filter(review_by__gte=today, review_by__lt=today + SOON)
            case "unchecked":
                return queryset.filter(checked_on__isnull=True)
        return queryset


class VersionFilter(admin.SimpleListFilter):
    title = _("version")
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("standing", _("the latest of each question")), ("former", _("the others"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "standing":
                return queryset.standing()
            case "former":
                return queryset.former()
        return queryset
