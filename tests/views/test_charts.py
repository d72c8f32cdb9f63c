"""The charts of results: of the same attempts as the list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.addresses import signed_in
from tests.factories import (
    NOW,
    ManagerFactory,
    PartnerFactory,
    UserFactory,
    bank_with_exam,
    finished,
    started,
)
from tests.pages import inline_code, read, tables, words

pytestmark = pytest.mark.django_db

CHARTS = "/manage/attempts/charts/"


@pytest.fixture
def exam():
    return bank_with_exam()


def test_charts_are_of_what_is_asked(office, exam):
    for name, right in (("Анна", 5), ("Борис", 1), ("Вера", 4)):
        finished(UserFactory(name=name), exam, right=right, now=NOW - timedelta(days=7))

    response = office.get(f"{CHARTS}?outcome=passed")

    section = exam.lines.get().section
    assert response.status_code == 200
    assert tables(response) == [
        [["4", "1", "1"], ["5", "1", "1"]],
        [[words("from %(day)s", day="16.11.2026"), "2", "2", words("%(score)s of %(max)s", score=2, max=2)]],
        [[f"{n + 1}–{n + 5}", "2" if n == 5 else "0"] for n in range(0, 60, 5)],
        [[f"{section.number}. {section.title}", "10", "90 %"]],
    ]
    assert f"{words('Verdict')}: {words('passed')}" in read(response).text
    assert "/manage/attempts/?outcome=passed" in read(response).links
    assert CHARTS in read(response).links


def test_each_chart_has_its_words(office, exam):
    for _person in range(5):
        finished(UserFactory(), exam, right=5)

    page = read(office.get(CHARTS))

    drawn = [attrs["aria-labelledby"] for tag, attrs in page.tags if attrs.get("role") == "img"]
    ids = {attrs.get("id") for tag, attrs in page.tags if tag == "figcaption"}
    assert (drawn, ids) == (["scores", "weeks", "times"], {"scores", "weeks", "times"})
    assert "100 % (57–100)" in page.text
    assert inline_code(office.get(CHARTS)) == []


def test_charts_have_nobody_of_companies_that_others_run(exam):
    own = ManagerFactory(all_companies=False)
    finished(UserFactory(partner=PartnerFactory(manager=own)), exam, right=5)
    finished(UserFactory(), exam, right=5)

    response = signed_in(own).get(CHARTS)

    assert response.context["charts"].rate.of == 1


def test_nobody_to_draw(office):
    started()

    sentence = words("No finished attempt is like that, so there is nothing to draw.")
    assert sentence in read(office.get(CHARTS)).text


def test_what_cannot_be_asked_is_not_drawn(office, exam):
    finished(exam=exam)

    response = office.get(f"{CHARTS}?colour=blue")

    page = read(response)
    assert (response.status_code, tables(response)) == (422, [])
    assert [attrs["id"] for _tag, attrs in page.tags if attrs.get("role") == "alert"] == ["errors"]


def queries(browser, query):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(f"{CHARTS}?{query}").status_code == 200
    return len(captured)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(office, exam, rows):
    for _row in range(rows):
        attempt = finished(UserFactory(), exam, right=3)

    query = f"q=мария&exam={exam.pk}&company={attempt.partner_id}&state=submitted"
    assert queries(office, query) == 11


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_where_only_some_exams_give_parts_of_a_point(office, exam, rows):
    partial = bank_with_exam(partial_credit=True)
    for _row in range(rows):
        finished(UserFactory(), exam, right=3)
        finished(UserFactory(), partial, right=3)

    whole, both = queries(office, f"exam={exam.pk}"), queries(office, "state=submitted")
    assert (whole, both) == (10, 11)  # two for the answers of the other kind, one less for the exam
