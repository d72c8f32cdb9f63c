import json
from pathlib import Path

import pytest
from django.conf import settings

from bench import cost
from bench.figures import Figures, Load, Price, Wall
from bench.measure import FULL, QUICK
from bench.sitting import Step

PAGE = settings.BASE_DIR / "docs" / "cost.md"


def test_both_databases_are_measured_unless_one_is_named(monkeypatch):
    monkeypatch.setattr(cost, "postgresql", lambda: Path("/usr/bin"))

    assert cost.parsed([]).databases == ["SQLite", "PostgreSQL"]
    assert cost.parsed(["--database", "SQLite"]).databases == ["SQLite"]


def test_without_postgresql_its_figures_cannot_be_had(monkeypatch, capsys):
    monkeypatch.setattr(cost, "postgresql", lambda: None)

    assert cost.parsed(["--database", "SQLite"]).databases == ["SQLite"]
    with pytest.raises(SystemExit, match="2"):
        cost.parsed([])
    assert "PostgreSQL is not installed" in capsys.readouterr().err


def test_page_to_write_is_looked_at_before_anything_is_measured(tmp_path, capsys):
    page = tmp_path / "cost.md"
    page.write_text("no marks")

    assert cost.parsed(["--database", "SQLite", "--write", str(PAGE)]).write == PAGE
    for refused, why in {page: "to write between", tmp_path / "none.md": "No such file"}.items():
        with pytest.raises(SystemExit, match="2"):
            cost.parsed(["--database", "SQLite", "--write", str(refused)])
        assert why in capsys.readouterr().err


def test_everybody_sits_once():
    """A second attempt would have to wait: one counts statements, the others are measured."""
    assert FULL.people == 1 + 8 + 10 + 20
    assert QUICK.people == 1 + 4 + 1 + 8


def test_json_keeps_every_figure():
    found = Figures(
        prices={Step.SAVE: Price(cpu=3.5, database=0.5, statements=7)},
        exam=Price(cpu=250.0, database=50.0, statements=600),
        walls={Step.SAVE: Wall(p50=4.0, p95=9.0)},
        loads={Step.OPEN: Load(per_second=300.0, wall=Wall(p50=5.0, p95=8.0), cpu=3.0)},
        fetches=0,
    )

    assert json.loads(json.dumps(cost.as_json({"SQLite": {"amoquiz": found}}))) == {
        "SQLite": {
            "amoquiz": {
                "prices": {"save": {"cpu": 3.5, "database": 0.5, "statements": 7}},
                "exam": {"cpu": 250.0, "database": 50.0, "statements": 600},
                "walls": {"save": {"p50": 4.0, "p95": 9.0}},
                "loads": {
                    "open a question": {"per_second": 300.0, "wall": {"p50": 5.0, "p95": 8.0}, "cpu": 3.0}
                },
                "fetches": 0,
            }
        }
    }
