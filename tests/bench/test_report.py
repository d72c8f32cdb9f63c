import re

import pytest

from bench import report
from bench.figures import Figures, Load, Price, Wall
from bench.sitting import Step


def site(*, cpu=2.0, database=0.0, fetches=0):
    """Each step costs the same; the exam a hundred times as much."""
    price = Price(cpu=cpu, database=database, statements=7)
    return Figures(
        prices=dict.fromkeys(Step, price),
        exam=Price(cpu=100 * cpu, database=100 * database, statements=700),
        walls=dict.fromkeys(Step, Wall(p50=1.234, p95=12.34)),
        loads={Step.OPEN: Load(per_second=321.4, wall=Wall(p50=20, p95=200), cpu=3.21)},
        fetches=fetches,
    )


def cells(table):
    """The cells of each row without the blanks that keep columns in line."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_table_keeps_its_columns_in_line():
    assert report.table(["SQLite", "CPU", "SQL"], [["save", "3.21", "7"], ["home page", "12.0", "5"]]) == (
        "| SQLite    |  CPU | SQL |\n"
        "|-----------|-----:|----:|\n"
        "| save      | 3.21 |   7 |\n"
        "| home page | 12.0 |   5 |"
    )


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0.00"), (3.456, "3.46"), (34.56, "34.6"), (345.6, "346"), (1234.5, "1234")]
)
def test_milliseconds_have_three_figures(value, shown):
    assert report.milliseconds(value) == shown


def test_steps_stand_beside_the_floor():
    rows = cells(report.step_table("SQLite", site(cpu=3), site(cpu=2)))

    assert rows[0] == [
        "SQLite", "CPU", "SQL", "p50", "p95", "bare CPU", "bare SQL", "bare p50", "bare p95", "× bare",
    ]  # fmt: skip
    assert [row[0] for row in rows[2:]] == [
        *Step,
        "exam of 45 questions",
        "with a clock poll every 30 s of 60 min",
    ]
    assert rows[2] == ["sign-in", "3.00", "7", "1.23", "12.3", "2.00", "7", "1.23", "12.3", "1.5"]
    assert rows[-2] == ["exam of 45 questions", "300", "700", "", "", "200", "700", "", "", "1.5"]
    assert rows[-1][1:3] == [str(300 + 120 * 3), str(700 + 120 * 7)]


def test_steps_on_a_database_server_show_its_share_and_count_it():
    rows = cells(report.step_table("PostgreSQL", site(cpu=3, database=1), site(cpu=1.5, database=0.1)))

    assert rows[0][1:4] == ["CPU", "DB CPU", "SQL"]
    assert rows[2] == [
        "sign-in", "3.00", "1.00", "7", "1.23", "12.3", "1.50", "0.10", "7", "1.23", "12.3", "2.5",
    ]  # fmt: skip


def test_load_has_a_row_for_each_database_and_kind():
    sites = {"amoquiz": site(), "bare Django": site()}
    rows = cells(report.load_table({"SQLite": sites, "PostgreSQL": sites}, clients=20))

    figures = ["321", "20.0", "200", "3.21"]
    assert rows[0][0] == "20 clients at once"
    assert rows[2:] == [
        ["open a question, SQLite", *figures, *figures],
        ["open a question, PostgreSQL", *figures, *figures],
    ]


def test_peer_is_scaled_to_an_exam_of_as_many_questions():
    found = {
        "PostgreSQL": {"amoquiz": site(cpu=2.5, database=0.3125), "bare Django": site(cpu=1, database=1)}
    }

    assert cells(report.peer_table(found))[2:] == [
        ["Moodle 4.5, a question a page", "2.81", "10.0"],
        ["Moodle 4.5, all on one page, each answer saved", "1.01", "3.6"],
        ["the goal: a tenth of a question a page", "0.28", "1.0"],
        ["amoquiz, PostgreSQL", "0.28", "1.0"],
        ["bare Django, PostgreSQL", "0.20", "0.7"],
    ]


@pytest.mark.parametrize(("fetches", "said"), [(0, []), (44, ["44"])])
def test_report_says_when_next_questions_cost_a_request_of_their_own(fetches, said):
    found = {"SQLite": {"amoquiz": site(fetches=fetches), "bare Django": site()}}
    text = report.report(found, clients=20, conditions="Two cores.")

    assert text.startswith("Two cores.\n\n")
    assert re.findall(r"In an exam (\d+) saves brought no next question", text) == said


def test_page_is_rewritten_between_its_marks():
    page = f"# Cost\n\n{report.BEGIN}\nold\n{report.END}\n\nThe rest.\n"

    assert report.rewritten(page, "new") == (
        f"# Cost\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\nThe rest.\n"
    )
    assert report.rewritten(report.rewritten(page, "one"), "two") == report.rewritten(page, "two")


@pytest.mark.parametrize("page", ["", report.BEGIN, report.END, f"{report.END} {report.BEGIN}"])
def test_page_without_marks_is_refused(page):
    with pytest.raises(ValueError, match="to write between"):
        report.rewritten(page, "new")
