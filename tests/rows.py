"""Tables as plain values, to be compared before and after."""

from django.apps import apps
from django.contrib.sessions.models import Session


def rows_of(queryset):
    """Every column of these rows, in the order of their keys."""
    return list(queryset.order_by("pk").values())


def all_rows():
    """Every row of every table but the sessions."""
    models = [model for model in apps.get_models() if model is not Session]
    return {model.__name__: rows_of(model._default_manager.all()) for model in models}


def changed_tables(before):
    """The names of the tables that are not as they were in `before`."""
    after = all_rows()
    return [name for name in after if after[name] != before[name]]
