"""The rules of the house that can be read off the source (docs: DESIGN.md, sections 1 and 3)."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from factory.django import DjangoModelFactory

from tests import factories

ROOT = Path(__file__).resolve().parent.parent
STYLES = ROOT / "certification/static/certification"

# Each package may import any of a tier before its own; the leaves stand outside and are imported by any.
TIERS = [
    {"states"},
    {"rules"},
    {"models"},
    {"actions", "reports"},
    {"importing", "rendering", "access"},
    {"forms"},
    {"filters"},
    {"htmx"},
    {"access_log", "sessions"},
    {"views", "admin", "management", "checks", "middleware", "adapter", "signals", "templatetags"},
    {"urls", "apps"},
]
LEAVES = {"caches": set(), "demo": {"states"}, "hashers": set(), "logs": set()}

MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
CLOCK = {"now", "utcnow", "today"}

# What a person may look at in Django admin is decided for each model; the others are not there because …
NOT_IN_ADMIN = {
    "Response": "it carries the key of an open paper",
    "AnswerLog": "append-only",
    "Allowance": "granted and withdrawn on the manager's page of an attempt",
    "ExternalId": "the next import of its document shows it",
    "JobRun": "/readyz tells of it",
    **dict.fromkeys(
        ("PaperTally", "SectionTally", "MarkTally", "OptionTally", "MonthTally", "TimeTally"),
        "read on the pages of questions",
    ),
    "SavedFilter": "its owner's, at the results",
}
# How tests come by the rows of models without a factory.
MADE_OTHERWISE = {
    "Allowance": "actions.allowances",
    "Option": "QuestionFactory",
    "BlueprintLine": "ExamFactory",
    "Attempt": "factories.started",
    "Response": "factories.started",
    "AnswerLog": "factories.answer",
    "Event": "factories.started",
    "JobRun": "actions.attempts.close_overdue",
    **dict.fromkeys(
        ("PaperTally", "SectionTally", "MarkTally", "OptionTally", "MonthTally", "TimeTally"),
        "actions.statistics.refresh",
    ),
    "SavedFilter": "actions.saved_filters",
}


def sources(folder):
    return sorted(
        path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
    )


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def package_of(path):
    """`views` for certification/views/candidate.py, `access` for certification/access.py."""
    return path.relative_to(ROOT / "certification").with_suffix("").parts[0]


CODE = sources("certification")
HOUSE = [*CODE, *sources("amoquiz"), *sources("bench"), ROOT / "manage.py"]


def imported(tree):
    """Dotted names of everything that is imported, wherever in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: an import names its package in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages_imported(tree):
    names = (name.split(".") for name in imported(tree))
    return {name[1] for name in names if name[0] == "certification" and len(name) > 1}


def may_import(package, other):
    if package == other:
        return True
    if package in LEAVES:
        return other in LEAVES[package]
    tier = {name: number for number, names in enumerate(TIERS) for name in names}
    return other in LEAVES or tier[other] < tier[package]


def method_calls(tree, names):
    """Lines that call a method of one of these names."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names
    ]


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def long_functions(tree):
    return [
        function.name
        for function in functions(tree)
        if function.end_lineno - function.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]


def positional_booleans(tree):
    """(line, name) of arguments that a call could fill with a bare True."""
    found = []
    for function in functions(tree):
        positional = [*function.args.posonlyargs, *function.args.args]
        defaults = [None] * (len(positional) - len(function.args.defaults)) + function.args.defaults
        for argument, default in zip(positional, defaults, strict=True):
            annotated = isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool"
            defaulted = isinstance(default, ast.Constant) and isinstance(default.value, bool)
            if annotated or defaulted:
                found.append((argument.lineno, argument.arg))
    return found


def offences(paths, read):
    """What `read` finds wrong in each of these files, by path; it must find nothing in any."""
    found = {str(path.relative_to(ROOT)): read(path) for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}


def test_imports_run_one_way():
    def wrong(path):
        imports = packages_imported(tree_of(path))
        return {other for other in imports if not may_import(package_of(path), other)}

    assert offences([path for path in CODE if package_of(path) != "__init__"], wrong) == {}


def test_every_package_has_its_tier():
    packages = {package_of(path) for path in CODE} - {"__init__"}

    assert packages <= {name for tier in TIERS for name in tier} | set(LEAVES)


def test_rules_know_no_database_no_settings_and_no_clock():
    def wrong(path):
        tree = tree_of(path)
        names = {name for name in imported(tree) if name.split(".")[0] in {"django", "amoquiz"}}
        names = {name for name in names if not name.startswith("django.utils.translation.")}
        return [*names, *method_calls(tree, CLOCK | {"time", "monotonic"})]

    assert offences(sources("certification/rules"), wrong) == {}


def test_modules_are_not_too_long():
    def wrong(path):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        return lines if lines > MOST_LINES_OF_A_MODULE else None

    assert offences([*HOUSE, *sources("tests")], wrong) == {}


def test_functions_are_not_too_long():
    assert offences([*HOUSE, *sources("tests")], lambda path: long_functions(tree_of(path))) == {}


def test_admin_has_the_colours_of_the_site():
    """Its stylesheet stands alone, because the admin's own rules would win over the layers of app.css."""
    tokens = [
        dict(re.findall(r"--([\w-]+): (light-dark\([^)]*\))", (STYLES / name).read_text()))
        for name in ("app.css", "admin.css")
    ]

    assert tokens[0] == tokens[1]
    assert len(tokens[0]) >= 12


def test_views_write_nothing_by_themselves():
    views = sources("certification/views")

    assert offences(views, lambda path: method_calls(tree_of(path), WRITES)) == {}


def test_the_clock_is_read_at_the_edge_only():
    edge = {"views", "admin", "management", "middleware.py", "signals.py", "caches.py", "bench"}
    inside = [path for path in HOUSE if not edge & set(path.relative_to(ROOT).parts)]

    assert offences(inside, lambda path: method_calls(tree_of(path), CLOCK)) == {}


def test_booleans_are_passed_by_name():
    def wrong(path):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = positional_booleans(tree_of(path))
        # Django calls some methods of the admin by position; those lines say so.
        return [name for line, name in found if "Django's signature" not in lines[line - 1]]

    assert offences(HOUSE, wrong) == {}


def test_rows_are_locked_in_actions_only():
    others = [path for path in CODE if package_of(path) != "actions"]

    assert offences(others, lambda path: method_calls(tree_of(path), {"select_for_update"})) == {}


def model_names():
    return {model.__name__ for model in apps.get_app_config("certification").get_models()}


def test_every_model_is_in_the_admin_or_kept_out_for_a_reason():
    registered = dict(admin.site._registry)
    inlines = {inline.model for shown in registered.values() for inline in shown.inlines}
    shown = {m.__name__ for m in {*registered, *inlines} if m._meta.app_label == "certification"}

    assert shown & set(NOT_IN_ADMIN) == set()
    assert shown | set(NOT_IN_ADMIN) == model_names()


def test_every_model_has_a_factory_or_another_way_to_make_it():
    made = {
        value._meta.model.__name__
        for value in vars(factories).values()
        if isinstance(value, type) and issubclass(value, DjangoModelFactory) and value._meta.model
    }

    assert made & set(MADE_OTHERWISE) == set()
    assert made | set(MADE_OTHERWISE) == model_names()


def test_every_model_says_what_it_is():
    undocumented = {
        model.__name__
        for model in apps.get_app_config("certification").get_models()
        if model.__doc__.startswith(f"{model.__name__}(")
    }

    assert undocumented == set()


# The readers themselves, on code that breaks each rule.

BAD = """
import certification.views.candidate
from certification import actions, demo
from certification.models import User

def late(a, loud: bool, *, quiet: bool = False):
    from certification.admin import bank
    User.objects.filter(pk=1).update(name="")
    return timezone.now()

def also(a, b=True):
    def inner(c, d: int = 0): ...
"""


def test_readers_find_what_breaks_a_rule():
    tree = ast.parse(BAD)

    assert packages_imported(tree) == {"views", "actions", "demo", "models", "admin"}
    assert method_calls(tree, WRITES) == [8]
    assert method_calls(tree, CLOCK) == [9]
    assert positional_booleans(tree) == [(6, "loud"), (11, "b")]
    assert long_functions(ast.parse("def f():\n" + "    pass\n" * 60)) == ["f"]
    assert long_functions(ast.parse("def f():\n" + "    pass\n" * 59)) == []


@pytest.mark.parametrize(
    ("package", "other", "allowed"),
    [
        ("rules", "states", True),
        ("rules", "models", False),
        ("actions", "reports", False),
        ("reports", "actions", False),
        ("access", "actions", True),
        ("forms", "access", True),
        ("forms", "views", False),
        ("views", "htmx", True),
        ("views", "admin", False),
        ("middleware", "views", False),
        ("demo", "states", True),
        ("demo", "models", False),
        ("checks", "demo", True),
        ("urls", "views", True),
        ("views", "urls", False),
    ],
)
def test_table_of_tiers_reads_as_the_design_says(package, other, allowed):
    assert may_import(package, other) == allowed


def test_decisions_are_numbered_in_one_sequence():
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    titles = [page.read_text().partition("\n")[0] for page in pages]

    assert [page.name[:5] for page in pages] == [f"{number:04}-" for number in range(1, len(pages) + 1)]
    assert [title.partition(". ")[0] for title in titles] == [f"# {n}" for n in range(1, len(pages) + 1)]


def test_handbook_of_production_names_every_file_beside_it():
    files = {page.name for page in (ROOT / "deploy").iterdir()} - {"README.md"}
    handbook = (ROOT / "deploy/README.md").read_text()

    assert [name for name in sorted(files) if f"`{name}`" not in handbook] == []
