"""Pages of a list: every row on one of them and once, whatever the order, from either end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Length
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from certification.models import Attempt, Partner
from certification.reports import pages
from tests.factories import NOW, PartnerFactory, UserFactory, bank_with_exam, finished, started
from tests.pages import plain, words

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NAMES = ["Бета", "Альфа", "Вега", "Гамма", "Дельта"]


def companies(*names):
    return [PartnerFactory(name=name) for name in names]


@pytest.fixture
def attempts():
    """Of companies and of none, finished and open, with ties in each of these."""
    exam = bank_with_exam(questions=1, per_section=1)
    alpha, beta = companies("Альфа", "Бета")

    def person(partner):
        return UserFactory(partner=partner)

    for partner, hour in ((beta, 1), (alpha, 1), (None, 2), (alpha, 3)):
        finished(person(partner), exam, now=NOW + hour * HOUR)
    for partner, hour in ((alpha, 1), (None, 4), (beta, 4)):
        started(person(partner), exam, now=NOW + hour * HOUR)
    return Attempt.objects.select_related("partner")


def expected(rows, order):
    """In the database's own order, which tells nulls and ties apart as pages do."""
    terms = [
        F(name[1:]).desc(nulls_last=True) if name.startswith("-") else F(name).asc(nulls_last=True)
        for name in order
    ]
    return list(rows.order_by(*terms, "-pk" if order[-1].startswith("-") else "pk"))


def forwards(rows, order, *, most):
    page = pages.turn(rows, order, most=most)
    found = [page]
    while page.after:
        page = pages.turn(rows, order, after=page.after, most=most)
        found.append(page)
    return found


def backwards(rows, order, page, *, most):
    found = [page]
    while page.before:
        page = pages.turn(rows, order, before=page.before, most=most)
        found.insert(0, page)
    return found


ORDERS = [
    ("started_at",),
    ("-started_at",),
    ("finished_at",),
    ("-finished_at",),
    ("partner__name",),
    ("-partner__name", "finished_at"),
    ("state", "-partner__name", "-started_at"),
]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
@pytest.mark.parametrize("most", [1, 2, 3])
def test_every_row_is_on_one_page_from_either_end(attempts, order, most):
    there = forwards(attempts, order, most=most)
    back = backwards(attempts, order, there[-1], most=most)

    assert [row for page in there for row in page.rows] == expected(attempts, order)
    assert [(p.rows, p.first, p.last) for p in back] == [(p.rows, p.first, p.last) for p in there]
    assert [len(page.rows) for page in there[:-1]] == [most] * (len(there) - 1)
    assert [batch for p in there for batch in [p.rows]] == list(pages.batches(attempts, order, size=most))


def test_rows_are_numbered(attempts):
    found = forwards(attempts, ("-finished_at",), most=3)

    assert [(page.first, page.last, page.total, page.is_many) for page in found] == [
        (1, 3, 7, False),
        (4, 6, 7, False),
        (7, 7, 7, False),
    ]
    assert [(bool(page.before), bool(page.after)) for page in found] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_numbers_of_an_annotation_order_a_list():
    companies("Бета", "Ян", "Альфа")
    rows = Partner.objects.annotate(length=Length("name"))

    found = forwards(rows, ("-length",), most=1)

    assert [page.rows[0].name for page in found] == ["Альфа", "Бета", "Ян"]


def test_list_without_rows_is_one_page():
    page = pages.turn(Partner.objects.all(), ("name",))

    assert page == pages.Page(rows=[], first=0, last=0, total=0, is_many=False, after="", before="")
    assert list(pages.batches(Partner.objects.all(), ("name",))) == []


def test_row_that_comes_meanwhile_moves_no_other():
    companies(*NAMES)
    first = pages.turn(Partner.objects.all(), ("name",), most=2)
    companies("Авангард")

    second = pages.turn(Partner.objects.all(), ("name",), after=first.after, most=2)
    third = pages.turn(Partner.objects.all(), ("name",), after=second.after, most=2)

    assert [p.name for p in second.rows + third.rows] == ["Вега", "Гамма", "Дельта"]
    assert (third.first, third.last, third.total) == (6, 6, 6)


def test_page_before_that_would_be_short_is_the_first_one():
    *_, last = companies(*NAMES)
    page = pages.turn(Partner.objects.all(), ("name",), most=2)
    page = pages.turn(Partner.objects.all(), ("name",), after=page.after, most=2)
    Partner.objects.filter(name="Альфа").delete()

    before = pages.turn(Partner.objects.all(), ("name",), before=page.before, most=2)

    assert ([p.name for p in before.rows], before.first, before.before) == (["Бета", "Вега"], 1, "")


def test_page_goes_on_where_a_filter_was_changed():
    companies(*NAMES)
    page = pages.turn(Partner.objects.all(), ("name",), most=2)
    fewer = Partner.objects.exclude(name="Бета")

    further = pages.turn(fewer, ("name",), after=page.after, most=2)
    none = pages.turn(fewer.filter(name="Альфа"), ("name",), after=page.after, most=2)

    assert [p.name for p in further.rows] == ["Вега", "Гамма"]
    assert ([p.name for p in none.rows], none.first, none.total) == (["Альфа"], 1, 1)


@pytest.mark.parametrize(
    "token",
    ["7", "a.b.c", "[1, 2]:x", "0" * 5000, "\0"],
)
@pytest.mark.parametrize("towards", ["after", "before"])
def test_token_that_is_not_ours_leads_to_the_first_page(token, towards):
    companies(*NAMES)

    page = pages.turn(Partner.objects.all(), ("name",), most=2, **{towards: token})

    assert ([p.name for p in page.rows], page.first) == (["Альфа", "Бета"], 1)


def test_token_of_another_order_leads_to_the_first_page():
    companies(*NAMES)
    page = pages.turn(Partner.objects.all(), ("name",), most=2)

    for order in (("-name",), ("kind", "name"), ("pk",)):
        turned = pages.turn(Partner.objects.all(), order, after=page.after, most=2)
        assert turned == pages.turn(Partner.objects.all(), order, most=2)


def test_very_many_rows_are_not_counted(monkeypatch):
    monkeypatch.setattr(pages, "MOST_COUNTED", 3)
    companies(*NAMES)

    found = forwards(Partner.objects.all(), ("name",), most=2)

    assert [(p.first, p.last, p.total, p.is_many) for p in found] == [
        (1, 2, 3, True),
        (3, 4, 3, True),
        (5, 5, 3, True),
    ]


@pytest.mark.parametrize(("most", "count"), [(2, 2), (5, 1)])
def test_queries(most, count):
    companies(*NAMES)

    with CaptureQueriesContext(connection) as captured:
        pages.turn(Partner.objects.all(), ("name",), most=most)

    assert len(captured) == count


def test_batch_is_fetched_whole():
    companies(*NAMES)
    batches = pages.batches(Partner.objects.all(), ("name",), size=2)

    first = next(batches)
    PartnerFactory(name="Эпсилон")

    assert isinstance(first, list)
    assert [p.name for batch in batches for p in batch] == ["Вега", "Гамма", "Дельта", "Эпсилон"]


def shown(page, **query):
    request = RequestFactory().get("/manage/partners/", query)
    return render_to_string("certification/manage/_turn.html", {"page": page}, request)


def test_links_keep_the_query_and_say_where_one_is():
    companies(*NAMES)
    order = ("name",)
    page = pages.turn(Partner.objects.all(), order, most=2)
    page = pages.turn(Partner.objects.all(), order, after=page.after, most=2)

    html = shown(page, q="а", after="old")

    assert f'href="?q=%D0%B0&amp;before={page.before.replace(":", "%3A")}" rel="prev"' in html
    assert f'href="?q=%D0%B0&amp;after={page.after.replace(":", "%3A")}" rel="next"' in html
    assert words("%(first)s–%(last)s of %(all)s", first=3, last=4, all=5) in plain(html)


def test_single_page_has_no_links():
    assert shown(pages.turn(Partner.objects.all(), ("name",))).strip() == ""


def test_thousands_stand_apart():
    page = pages.Page([], first=12_001, last=12_050, total=10_000, is_many=True, after="a", before="b")

    said = words("%(first)s–%(last)s of more than %(all)s", first="12 001", last="12 050", all="10 000")
    assert said in plain(shown(page))


def test_fifty_rows_are_on_a_page_and_a_thousand_in_a_batch():
    assert (pages.ROWS, pages.BATCH, pages.MOST_COUNTED) == (50, 1_000, 10_000)
