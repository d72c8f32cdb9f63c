"""Columns with names as they are searched and sorted, each kept in step with the name beside it.

Whatever writes a name through the ORM writes the folded one as well. What cannot, SQL and updates with an
expression, is refused: by the column's constraint, which wants a folded name beside each name, and here.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.rules.search import folded

M = TypeVar("M", bound=models.Model)


class FoldedField(models.TextField):
    """`source`, folded."""

    def __init__(self, *args: Any, source: str, **options: Any) -> None:
        self.source = source
        super().__init__(*args, **options | {"editable": False, "blank": True, "default": ""})

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        for fixed in ("editable", "blank", "default"):
            del options[fixed]
        return name, path, args, options | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001  Django's signature
        return self.fill(model_instance)

    def fill(self, row: models.Model) -> str:
        value = folded(getattr(row, self.source))
        setattr(row, self.attname, value)
        return value


def folded_fields(model: type[models.Model]) -> list[FoldedField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, FoldedField)]


def name_is_folded(name: str, source: str) -> models.CheckConstraint:
    """That a name has its folded one beside it, and nothing else has."""
    column = f"{source}_folded"
    return models.CheckConstraint(
        name=name,
        condition=Q(**{source: "", column: ""}) | (~Q(**{source: ""}) & ~Q(**{column: ""})),
        violation_error_message=_("A name is kept as it is searched, too."),
    )


class FoldingQuerySet(models.QuerySet[M]):
    def update(self, **values: Any) -> int:
        for field in folded_fields(self.model):
            if field.source in values:
                values[field.name] = folded(values[field.source])
        return super().update(**values)


class Folding(models.Model):
    """A row with folded columns."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        if update_fields is not None:
            update_fields = set(update_fields)
            update_fields |= {f.name for f in folded_fields(type(self)) if f.source in update_fields}
        super().save(*args, update_fields=update_fields, **options)

    def clean(self) -> None:
        super().clean()
        for field in folded_fields(type(self)):
            field.fill(self)
