"""The bench of the manager's pages: its cohort, its report and its command."""

from datetime import timedelta
from random import Random

import pytest
from django.conf import settings

from bench.manager import __main__ as command
from bench.manager import pages, report
from bench.manager.cohort import DAY, MOST_FAILURES, Item, cohort
from tests.factories import NOW, ManagerFactory, bank_with_exam, finished

PAGE = settings.BASE_DIR / "docs" / "manager-cost.md"
SECTIONS = [[Item(10 * section + n, 0.0, (1, 2, 3, 4), (1,)) for n in range(8)] for section in range(9)]


def made(attempts=300):
    return list(cohort(attempts, SECTIONS, now=NOW, random=Random(7)))


def test_cohort_is_as_large_as_asked_and_the_same_each_time():
    assert len(made()) == 300
    assert made() == made()


def test_papers_are_drawn_as_the_exam_has_it():
    for sat in made(50):
        drawn = [answer.item.pk for answer in sat.answers]
        assert len(set(drawn)) == 45
        assert [sum(pk // 10 == section for pk in drawn) for section in range(9)] == [5] * 9
        assert sat.score == 100 * sum(answer.chosen == (1,) for answer in sat.answers)
        assert sat.passed == (sat.score >= 3600)


def test_people_retake_what_they_failed_one_attempt_after_another():
    people = {}
    for sat in made():
        people.setdefault(sat.person, []).append(sat)

    assert list(people) == list(range(len(people)))
    for sats in people.values():
        assert [sat.number for sat in sats] == list(range(1, len(sats) + 1))
        assert all(b.started_at - a.started_at >= DAY for a, b in zip(sats, sats[1:], strict=False))
        assert all(sat.started_at + timedelta(minutes=sat.minutes) < NOW for sat in sats)
        assert [sat.passed for sat in sats[-MOST_FAILURES - 1 :]] != [False] * (MOST_FAILURES + 1)
    assert {sat.passed for sat in made()} == {True, False}


@pytest.mark.django_db
def test_every_page_of_one_thing_is_measured():
    manager = ManagerFactory(all_companies=True)
    exam = bank_with_exam()
    attempt = finished(exam=exam)

    found = {name: (kwargs, query) for _what, name, kwargs, query in pages.all_pages(manager) if kwargs}

    key = attempt.responses.get(position=1).question.key
    assert found == {
        "manage_partner": ({"partner_id": attempt.partner_id}, {}),
        "manage_person": ({"person_id": attempt.candidate_id}, {}),
        "manage_attempt": ({"attempt_id": attempt.pk}, {}),
        "manage_item": ({"question_key": key}, {"exam": exam.slug}),
    }


def page(**changes):
    row = {"who": "all", "page": "results", "ms": 41.3, "best_ms": 40.1, "statements": 8, "slowest_ms": 12.0}
    return {**row, "kilobytes": 55.0, "status": 200, **changes}


EXPORT = {"form": "csv", "query": {"sort": "name"}, "seconds": 21.3, "megabytes": 14.2, "memory": 9.4}


def test_report_names_what_misses_its_goal():
    pages = [page(), page(page="today", ms=301, statements=16), page(page="audit", who="own", status=500)]
    text = report.report(pages, [{**EXPORT, "status": 200}], conditions="100 attempts.")

    assert "Above 300 ms: today (301 ms)." in text
    assert "More than 15 statements: today." in text
    assert "Exports above 60 s: none." in text
    assert "Not answered: audit (500)." in text
    [line] = [line for line in text.splitlines() if line.startswith("| results")]
    assert line.split() == ["|", "results", "|", "41", "|", "40", "|", "8", "|", "12", "|", "55", "|"]
    assert "| csv sort=name " in text


def test_page_has_the_marks_that_are_written_between(tmp_path, capsys):
    assert command.parsed(["--quick", "--write", str(PAGE)]).attempts == 2_000
    assert command.parsed([]).attempts == 100_000
    other = tmp_path / "other.md"
    other.write_text("no marks")
    with pytest.raises(SystemExit, match="2"):
        command.parsed(["--write", str(other)])
    assert "to write between" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgres:////tmp/x/amoquiz", "host=/tmp/x dbname=amoquiz"),
        ("postgres:///tmp/x/amoquiz", "host=/tmp/x dbname=amoquiz"),
    ],
)
def test_url_is_said_to_libpq(url, said):
    assert command.conninfo(url) == said
