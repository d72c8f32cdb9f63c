from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class MatchingAdmin(admin.ModelAdmin):
    """Searches as the site does, by `matching`: whatever the case, ё as е, on every database. `search_fields`
    only shows the field.
    """

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.matching(search_term) if search_term else queryset), False
