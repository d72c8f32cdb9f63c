"""Writes beneath `save()`, and what the database says when it refuses one."""

import re
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint


def resolved(values):
    """Values as they are; a factory is called for its row."""
    return {name: value() if callable(value) else value for name, value in values.items()}


def changed(row, **values):
    """Change a row by one UPDATE."""
    assert type(row).objects.filter(pk=row.pk).update(**resolved(values)) == 1


def added(row, **values):
    """Add a copy of a row by one INSERT."""
    copied = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields[1:]}
    copy = type(row)(**copied)
    for name, value in resolved(values).items():
        setattr(copy, name, value)
    type(row).objects.bulk_create([copy])


def removed(row):
    """Delete a row by one DELETE, which asks nobody but the database."""
    assert type(row).objects.filter(pk=row.pk)._raw_delete(using="default") == 1


def allowed(write, row, **values):
    """The write goes through; what it did is undone."""
    with transaction.atomic():
        write(row, **values)
        connection.check_constraints()
        transaction.set_rollback(True)


@contextmanager
def committing():
    """As far as a commit would go: checks of foreign keys wait for it."""
    with transaction.atomic():
        yield
        connection.check_constraints()


@contextmanager
def refused():
    """The database refuses what is written inside."""
    with pytest.raises(IntegrityError) as caught, committing():
        yield caught


def violated(error):
    """What a refusal names: a check by its name, on SQLite a unique one by its columns."""
    if connection.vendor == "postgresql":
        return error.__cause__.diag.constraint_name
    return re.fullmatch(r"(?:CHECK|UNIQUE) constraint failed: (.+)", str(error))[1]


def naming(model, constraint):
    """How a refusal names this constraint; see `violated`."""
    if connection.vendor == "postgresql" or isinstance(constraint, CheckConstraint):
        return constraint.name
    table = model._meta.db_table
    return ", ".join(f"{table}.{model._meta.get_field(name).column}" for name in constraint.fields)


def is_check(error):
    if connection.vendor == "postgresql":
        return type(error.__cause__).__name__ == "CheckViolation"
    return str(error).startswith("CHECK constraint failed: ")


def sentence_of(error):
    """What a trigger says."""
    if connection.vendor == "postgresql":
        return error.__cause__.diag.message_primary
    return str(error)
