"""Which attempts a query string asks for."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django import forms
from django.http import QueryDict

from certification.filters import AttemptFilter, Chip
from certification.models import Attempt
from tests.factories import (
    NOW,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
    void,
)
from tests.pages import Reader, plain, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NAMES = ["Анна", "Борис", "Вера", "Глеб", "Дина"]
MIDNIGHT = NOW.replace(hour=0)

# What is asked, and whose attempts that leaves.
FOUND = {
    "": NAMES,
    "q=&exam=&company=&since=&sort=": NAMES,
    "q=лебедева  ДИНА": ["Дина"],
    "q=борис@": ["Борис"],
    "q=лебедева Фёдор": [],
    "exam={first}": ["Анна", "Борис", "Вера"],
    "company={north}": ["Анна", "Вера"],
    "kind=developer": ["Борис", "Глеб"],
    "manager={manager}": ["Анна", "Вера"],
    "state=open": ["Дина"],
    "state=submitted": ["Анна", "Борис", "Глеб"],
    "state=voided": ["Вера"],
    "outcome=passed": ["Анна"],
    "outcome=failed": ["Борис", "Глеб"],
    "need=third_failures": [],
    "need=borderline": ["Глеб"],
    "since=20.11.2026": ["Вера", "Глеб", "Дина"],
    "until=20.11.2026": ["Анна", "Борис", "Вера"],
    "since=2026-11-19&until=2026-11-20": ["Борис", "Вера"],
    "since=19112026&until=20/11/2026": ["Борис", "Вера"],
    "since=19-11-2026&until=20.11.26": ["Борис", "Вера"],
    "company={north}&outcome=passed&exam={first}&since=18.11.2026": ["Анна"],
    "company={south}&state=voided": [],
    "after=xyz&before=abc": NAMES,
}

# What cannot be asked, and why.
WRONG = {
    "colour=blue": {"__all__": ["unknown"]},
    "page=2": {"__all__": ["unknown"]},
    "q=a%00": {"q": ["null_characters_not_allowed"]},
    "exam=0": {"exam": ["invalid_choice"]},
    "exam=x": {"exam": ["invalid_choice"]},
    "company=0": {"company": ["invalid_choice"]},
    "kind=baker": {"kind": ["invalid_choice"]},
    "state=passed": {"state": ["invalid_choice"]},
    "outcome=delete": {"outcome": ["invalid_choice"]},
    "need=money": {"need": ["invalid_choice"]},
    "manager=0": {"manager": ["invalid_choice"]},
    "since=31.02.2026": {"since": ["invalid"]},
    "since=31022026": {"since": ["invalid"]},
    "since=1112026": {"since": ["invalid"]},
    "since=11/23/2026": {"since": ["invalid"]},
    "since=01.01.0001": {"since": ["min_value"]},
    "until=31.12.9999": {"until": ["max_value"]},
    "since=02.02.2026&until=01.02.2026": {"until": ["order"]},
    "sort=password": {"sort": ["invalid_choice"]},
}


@pytest.fixture
def manager():
    return ManagerFactory(name="Ольга Тимофеева")


@pytest.fixture
def asked(manager):
    """The filter of a query string."""

    def ask(query="", *, user=manager):
        return AttemptFilter(QueryDict(query), Attempt.objects.visible_to(user), user=user, now=NOW)

    return ask


@pytest.fixture
def town(manager):
    """Five people: each on the day after the one before, and with a fate of their own."""
    north = PartnerFactory(name="Север", kind="consultant", manager=manager)
    south = PartnerFactory(name="Юг", kind="developer")
    first = bank_with_exam(title="Тест 1")
    second = bank_with_exam(title="Полный", pass_percent=60)

    def sits(name, partner, exam, day, right):
        person = UserFactory(name=f"{name} Лебедева", email=f"{name}@example.com".lower(), partner=partner)
        at = MIDNIGHT + day * DAY
        return started(person, exam, now=at) if right is None else finished(person, exam, right=right, now=at)

    sits("Анна", north, first, -5, 4)
    sits("Борис", south, first, -4, 1)
    void(sits("Вера", north, first, -3, 5))
    sits("Глеб", south, second, -2, 2)
    sits("Дина", None, second, -1, None)
    return {"north": north, "south": south, "first": first, "second": second, "manager": manager}


def names(filterset):
    return sorted(attempt.holder_name.split(" ")[0] for attempt in filterset.qs)


def codes(filterset):
    return {
        field: [error.code for error in errors] for field, errors in filterset.form.errors.as_data().items()
    }


def test_each_filter_leaves_its_own(asked, town):
    ids = {name: row.pk for name, row in town.items()}
    filters = {query: asked(query.format(**ids)) for query in FOUND}

    assert {query: names(filterset) for query, filterset in filters.items()} == FOUND
    assert [filterset.errors for filterset in filters.values()] == [{}] * len(FOUND)


def test_attempt_is_found_by_its_number(asked, town):
    attempt = Attempt.objects.get(holder_name__startswith="Вера")

    assert names(asked(f"q=№ {attempt.pk}")) == ["Вера"]


def test_day_begins_at_midnight_in_moscow(asked):
    exam = bank_with_exam()
    for name, at in (("Анна", MIDNIGHT - timedelta(seconds=1)), ("Борис", MIDNIGHT)):
        started(UserFactory(name=name), exam, now=at)

    assert [names(asked(f"{end}=23.11.2026")) for end in ("since", "until")] == [["Борис"], NAMES[:2]]
    assert names(asked("until=22.11.2026")) == ["Анна"]


def test_what_cannot_be_asked_finds_nobody(asked, town):
    filters = {query: asked(query) for query in WRONG}

    assert {query: codes(filterset) for query, filterset in filters.items()} == WRONG
    assert {(*names(filterset), *filterset.order) for filterset in filters.values()} == {("-started_at",)}


def test_unknown_filters_are_named(asked):
    [error] = asked("colour=blue&age=7&q=Анна").errors["__all__"]

    assert error == words("There is no filter of this name: %(names)s.", names="age, colour")


def test_companies_and_managers_are_those_whom_the_manager_sees(asked, town):
    own = ManagerFactory(name="Пётр Сомов", all_companies=False)
    town["south"].manager = own
    town["south"].save()
    form = asked(user=own).form

    def offered(name):
        return [str(label) for _value, label in form.fields[name].choices][1:]

    assert (offered("company"), offered("manager")) == (["Юг"], ["Пётр Сомов"])
    assert names(asked(user=own)) == ["Борис", "Глеб"]
    assert codes(asked(f"company={town['north'].pk}", user=own)) == {"company": ["invalid_choice"]}


@pytest.mark.parametrize(
    ("sort", "order", "first"),
    [
        ("", ("-started_at",), "Дина"),
        ("started", ("started_at",), "Анна"),
        ("-finished", ("-finished_at",), None),
        ("score", ("score",), None),
        ("-score", ("-score",), None),
        ("-company", ("-partner__name_folded",), None),
    ],
)
def test_order_is_of_lookups(asked, town, sort, order, first):
    filterset = asked(f"sort={sort}")

    assert (filterset.order, names(filterset)) == (order, NAMES)
    if first:
        assert filterset.qs.order_by(*filterset.order)[0].holder_name.startswith(first)


def test_heading_turns_its_column_round(asked):
    def headings(query):
        return {n: (h.query, h.direction) for n, h in asked(query).headings.items() if n in ("score", "name")}

    assert headings("exam=&q=a&after=xyz") == {
        "score": ("q=a&sort=-score", ""),
        "name": ("q=a&sort=name", ""),
    }
    assert headings("sort=-score") == {"score": ("sort=score", "descending"), "name": ("sort=name", "")}
    assert headings("sort=name") == {"score": ("sort=-score", ""), "name": ("sort=-name", "ascending")}


def test_chips_say_what_is_filtered_by_and_lead_to_the_rest(asked, town):
    query = f"q=лебедева&company={town['north'].pk}&outcome=passed&since=18.11.2026&sort=name&after=xyz"
    chips = asked(query).chips

    assert [(plain(chip.label), chip.value) for chip in chips] == [
        (words("Name, e-mail or attempt number"), "лебедева"),
        (words("Company"), "Север"),
        (words("Verdict"), words("passed")),
        (words("Started from"), "18.11.2026"),
    ]
    assert dict(parse_qsl(chips[1].query)) == {
        "q": "лебедева",
        "outcome": "passed",
        "since": "18.11.2026",
        "sort": "name",
    }


def test_what_cannot_be_is_no_chip(asked):
    filterset = asked("kind=baker&state=open&colour=blue")

    assert filterset.chips == [Chip(words("State"), words("in progress"), "kind=baker")]


@pytest.mark.parametrize(
    ("query", "is_filtered"), [("", False), ("sort=name&after=xyz&q=", False), ("state=open", True)]
)
def test_filtered_is_what_leaves_somebody_out(asked, query, is_filtered):
    assert asked(query).is_filtered is is_filtered


def test_query_is_the_same_list_from_its_first_page(asked):
    assert asked("q=a+b&state=&sort=name&after=xyz&colour=blue").query == "q=a+b&sort=name"


def test_long_select_says_what_an_ordinary_one_does(asked, town):
    PartnerFactory(name='<b>&"')
    field = asked(f"company={town['south'].pk}").form["company"]
    ordinary = forms.Select(attrs={"class": "in"}, choices=field.field.choices)

    long, short = Reader(str(field)), Reader(field.as_widget(ordinary))

    assert (long.tags, long.text.split()) == (short.tags, short.text.split())
    assert len(long.tags) == 5
