"""Runs the tests against one mutant after another, each in a process of its own.

The process is forked with pytest and the dictionary loaded, puts the mutant in place of its module before
anything imports it, and runs the tests that run the mutated function, the fastest first, until one fails.
Nothing on disk changes. The rules are pure, so that no Django application and no database is set up.
"""

import contextlib
import functools
import importlib.util
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import accumulate
from pathlib import Path

import pymorphy3
import pytest
from coverage import Coverage
from django.conf import settings
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings

from tests.mutation.mutants import Mutant

# Seconds that the tests of one trial take on the sound code; the slowest are left out beyond it. They are the
# solver's proofs over whole banks, which every rule's code runs through: with them a run would take hours.
BUDGET = 5
# CPU seconds of a trial: a mutant that takes longer is in a loop.
LIMIT = 10 + 5 * BUDGET
# A trial that does not even use its processor ends after so many times its limit.
PATIENCE = 10
SURVEY_LIMIT = 1800  # seconds
MEMORY = 4 * 2**30  # bytes

# Without pyproject.toml and conftest.py, which are about Django. As there, a warning is an error.
PYTEST = ["-q", "-x", "-c", os.devnull, "--noconftest", "--import-mode=importlib", "-W", "error"]
PLUGINS_OFF = ["-p", "no:cacheprovider", "-p", "no:faulthandler"]


class Outcome(Enum):
    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Package:
    """The modules to mutate, by name, and the folder of the tests that should notice."""

    root: Path
    modules: Mapping[str, Path]
    tests: Path


@dataclass(slots=True)
class Survey:
    """What the tests do to the code as it is: how long each takes, and which run each line of each file."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests_of_line: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def tests_of(self, mutant: Mutant) -> list[str]:
        """The tests that run the mutant's function, the fastest first, as many as the budget has room for.

        Of what runs while the module is imported, those that run anything of it, and those that run no
        function at all, which can only be about values.
        """
        of_line = self.tests_of_line.get(str(mutant.path), {})
        found = self.running(of_line, mutant.function or ())
        if not found:
            anywhere = set().union(*(self.running(lines, lines) for lines in self.tests_of_line.values()))
            found = self.running(of_line, of_line) | (set(self.seconds) - anywhere)
        fastest = sorted(found or self.seconds, key=lambda test: (self.seconds[test], test))
        ends = accumulate(self.seconds[test] for test in fastest)
        return [test for test, end in zip(fastest, ends, strict=True) if end <= BUDGET] or fastest[:1]

    @staticmethod
    def running(of_line: Mapping[int, set[str]], lines: Iterable[int]) -> set[str]:
        return set().union(*(of_line.get(line, set()) for line in lines))


class TestsFailed(Exception):
    """The tests fail before anything is mutated, or cannot be run at all."""


def prepare() -> None:
    """Load what every trial shares, and make Hypothesis do the same each time."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    settings.configure(USE_I18N=False)
    pymorphy3.MorphAnalyzer = functools.cache(pymorphy3.MorphAnalyzer)
    pymorphy3.MorphAnalyzer(lang="ru")
    hypothesis_settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=(HealthCheck.too_slow,),
    )
    hypothesis_settings.load_profile("mutation")


class Surveyor:
    """A plugin of pytest that fills a survey; what a function has cached is forgotten before each test."""

    def __init__(self, coverage: Coverage, modules: Collection[str]) -> None:
        self.coverage = coverage
        self.modules = modules
        self.survey = Survey()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for name in self.modules:
            for value in vars(sys.modules[name]).values() if name in sys.modules else ():
                getattr(value, "cache_clear", lambda: None)()
        self.coverage.switch_context(item.nodeid)
        start = time.process_time()
        try:
            return (yield)
        finally:
            self.survey.seconds[item.nodeid] = time.process_time() - start
            self.coverage.switch_context("")

    def read(self) -> Survey:
        data = self.coverage.get_data()
        for path in data.measured_files():
            of_line = {line: set(tests) - {""} for line, tests in data.contexts_by_lineno(path).items()}
            self.survey.tests_of_line[path] = {line: tests for line, tests in of_line.items() if tests}
        return self.survey


class Chosen:
    """A plugin of pytest that runs these tests in this order, and leaves out the others that are known.

    A test that is not known has its name from a value that the mutant changed; it comes first.
    """

    def __init__(self, tests: Sequence[str], known: Collection[str]) -> None:
        self.places = {test: place for place, test in enumerate(tests)}
        self.others = set(known) - set(tests)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid not in self.others),
            key=lambda item: self.places.get(item.nodeid, -1),
        )


def survey(package: Package) -> Survey:
    """Run every test once, in a process of its own; raises TestsFailed unless all pass."""
    with tempfile.NamedTemporaryFile() as file:

        def run() -> int:
            signal.alarm(SURVEY_LIMIT)
            coverage = Coverage(data_file=None, include=[str(path) for path in package.modules.values()])
            surveyor = Surveyor(coverage, package.modules)
            coverage.start()
            code = run_pytest(package, [str(package.tests)], surveyor)
            coverage.stop()
            Path(file.name).write_bytes(pickle.dumps(surveyor.read()))
            return code

        pid = forked(run)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code != pytest.ExitCode.OK:
            raise TestsFailed(f"The tests of {package.tests} fail without any mutant (pytest's code {code}).")
        return pickle.loads(Path(file.name).read_bytes())  # noqa: S301 - our own child wrote it


def run_pytest(package: Package, arguments: Sequence[str], plugin: object) -> int:
    if str(package.root) not in sys.path:
        sys.path.insert(0, str(package.root))
    options = [*PYTEST, *PLUGINS_OFF, f"--rootdir={package.root}"]
    return int(pytest.main([*options, *arguments], plugins=[plugin]))


def forked(work: Callable[[], int]) -> int:
    """Start `work` in a silent child that leaves with its result; returns the child's id."""
    pid = os.fork()
    if pid:
        return pid
    code = int(pytest.ExitCode.INTERNAL_ERROR)
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = work()
    finally:
        os._exit(code)


def trial(package: Package, mutant: Mutant, known: Survey) -> int:
    """pytest's code for its tests with the mutant in place; a mutant that cannot be imported fails them."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.alarm(PATIENCE * LIMIT)
    sys.path.insert(0, str(package.root))
    name = next(name for name, path in package.modules.items() if path == mutant.path)
    try:
        install(name, mutant)
    except Exception:  # noqa: BLE001 - whatever it is, no test would have got further
        return int(pytest.ExitCode.TESTS_FAILED)
    tests = known.tests_of(mutant)
    files = sorted({test.partition("::")[0] for test in tests})
    return run_pytest(package, [str(package.root / file) for file in files], Chosen(tests, known.seconds))


def install(name: str, mutant: Mutant) -> None:
    """Make the mutant what `import` finds under this name."""
    spec = importlib.util.spec_from_file_location(name, mutant.path)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    exec(compile(mutant.code, str(mutant.path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - its purpose


def outcome(status: int, mutant: Mutant) -> Outcome:
    """What a child's wait status says of its mutant; raises TestsFailed where pytest itself went wrong."""
    code = os.waitstatus_to_exitcode(status)
    if code in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        return Outcome.KILLED
    if -code in (signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL):
        return Outcome.TIMEOUT
    if code == pytest.ExitCode.OK:
        return Outcome.SURVIVED
    raise TestsFailed(f"pytest left with {code} at {mutant}")


def try_all(
    package: Package, mutants: Sequence[Mutant], known: Survey, *, jobs: int
) -> Iterator[tuple[Mutant, Outcome]]:
    """Each mutant with its outcome, `jobs` at a time, in the order in which they end."""
    running: dict[int, Mutant] = {}
    try:
        for mutant in mutants:
            running[forked(functools.partial(trial, package, mutant, known))] = mutant
            if len(running) >= jobs:
                yield ended(running)
        while running:
            yield ended(running)
    finally:
        for pid in running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def ended(running: dict[int, Mutant]) -> tuple[Mutant, Outcome]:
    """Wait for any of the children and take it off the list."""
    pid, status = os.wait()
    mutant = running.pop(pid)
    return mutant, outcome(status, mutant)
