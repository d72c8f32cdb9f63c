from datetime import timedelta

import pytest

from certification.forms.people import StartForm
from certification.models import User
from tests.factories import NOW

AGREED = {"consent": "on", "pledge": "on"}


def form(data, **user):
    return StartForm(data, user=User(name="Мария Лебедева", **user))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Мария Лебедева", "Мария Лебедева"),
        ("  Мария \t Лебедева\n", "Мария Лебедева"),
        ("Мария\u00a0Лебедева", "Мария Лебедева"),
        ("Мария\u200bЛебедева", "Мария Лебедева"),
        ("\u202eМария\u202c Лебедева\ufeff", "Мария Лебедева"),
        ("Жан-Поль д’Эстен", "Жан-Поль д’Эстен"),
        ("Анна О'Нил (Смит)", "Анна О'Нил (Смит)"),
        ("李雷", "李雷"),
        ("И" * 120, "И" * 120),
    ],
)
def test_start_form_keeps_one_line_of_visible_characters(typed, name):
    sent = form({**AGREED, "name": typed})

    assert sent.is_valid()
    assert sent.cleaned_data["name"] == name


@pytest.mark.parametrize("typed", ["", "   ", "123", "— … !", "\u200b\u200b", "\x00", "И" * 121])
def test_start_form_refuses_what_is_no_name(typed):
    sent = form({**AGREED, "name": typed})

    assert list(sent.errors) == ["name"]


@pytest.mark.parametrize("missing", ["consent", "pledge"])
def test_start_form_wants_both_promises(missing):
    given = {**AGREED, "name": "Мария"}
    del given[missing]

    assert list(form(given).errors) == [missing]


@pytest.mark.parametrize(
    ("user", "fields"),
    [
        ({}, ["name", "consent", "pledge"]),
        ({"consented_at": NOW}, ["name", "pledge"]),
        ({"pledged_at": NOW - timedelta(days=1)}, ["name", "consent"]),
        ({"consented_at": NOW, "pledged_at": NOW}, ["name"]),
    ],
)
def test_start_form_asks_once(user, fields):
    assert list(form(None, **user).fields) == fields


def test_start_form_offers_the_name_that_is_known():
    assert form(None)["name"].value() == "Мария Лебедева"
