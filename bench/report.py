"""The figures in tables that read the same on a terminal and in Markdown. Pure."""

from collections.abc import Iterable, Sequence

from bench.figures import Figures, Load, Price, Wall, scaled
from bench.sitting import MINUTES, QUESTIONS, Step

# Measured on a machine of the same kind (2 cores shared with the load driver, no TLS): Moodle 4.5 tuned
# to its fastest (PHP 8.2 FPM with OPcache, nginx, PostgreSQL 15, sessions in Redis), a quiz of 40 random
# questions out of 115. CPU seconds of the server for one exam, about ±4 %.
PEER_QUESTIONS = 40
PEER = {
    "Moodle 4.5, a question a page": 2.5,
    "Moodle 4.5, all on one page, each answer saved": 0.90,
}
GOAL = PEER["Moodle 4.5, a question a page"] / 10

BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
OURS, FLOOR = "amoquiz", "bare Django"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown with its columns in line: the first to the left, numbers to the right."""
    cells = [list(header), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        f"| {' | '.join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])} |" for row in cells
    ]
    rule = "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])])
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def milliseconds(value: float) -> str:
    """Three figures: a second run would not repeat more."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(price: Price, floor: Price) -> str:
    return f"{price.all_cpu / floor.all_cpu:.1f}"


def price_cells(price: Price, wall: Wall | None, *, with_database: bool) -> list[str]:
    used = [price.cpu, price.database] if with_database else [price.cpu]
    waits = [milliseconds(wall.p50), milliseconds(wall.p95)] if wall else ["", ""]
    return [*map(milliseconds, used), str(price.statements), *waits]


def step_table(database: str, ours: Figures, floor: Figures) -> str:
    """A row a step, then the exam; CPU in ms, SQL in statements, waits of one candidate at a time in ms."""
    with_database = ours.exam.database > 0
    columns = ["CPU", *(["DB CPU"] if with_database else []), "SQL", "p50", "p95"]
    header = [database, *columns, *(f"bare {column}" for column in columns), "× bare"]
    lines: list[tuple[str, Price, Price, Wall | None, Wall | None]] = [
        (step, ours.prices[step], floor.prices[step], ours.walls[step], floor.walls[step]) for step in Step
    ]
    polls = f"with a clock poll every 30 s of {MINUTES} min"
    lines += [
        (f"exam of {QUESTIONS} questions", ours.exam, floor.exam, None, None),
        (polls, ours.exam_with_polls, floor.exam_with_polls, None, None),
    ]
    return table(
        header,
        [
            [
                title,
                *price_cells(price, wall, with_database=with_database),
                *price_cells(bare, bare_wall, with_database=with_database),
                ratio(price, bare),
            ]
            for title, price, bare, wall, bare_wall in lines
        ],
    )


def load_table(found: dict[str, dict[str, Figures]], *, clients: int) -> str:
    def cells(load: Load) -> list[str]:
        waits = (load.wall.p50, load.wall.p95, load.cpu)
        return [f"{load.per_second:.0f}", *map(milliseconds, waits)]

    columns = ["a second", "p50", "p95", "all CPU"]
    return table(
        [f"{clients} clients at once", *columns, *(f"bare {column}" for column in columns)],
        [
            [f"{step}, {database}", *cells(sites[OURS].loads[step]), *cells(sites[FLOOR].loads[step])]
            for database, sites in found.items()
            for step in sites[OURS].loads
        ],
    )


def peer_table(found: dict[str, dict[str, Figures]]) -> str:
    """One exam in seconds of CPU, the database's included, beside the peer's and the goal."""
    goal = to_our_length(GOAL)
    seconds = {name: to_our_length(value) for name, value in PEER.items()}
    seconds["the goal: a tenth of a question a page"] = goal
    for database, sites in found.items():
        seconds |= {f"{name}, {database}": sites[name].exam.all_cpu / 1000 for name in (OURS, FLOOR)}
    return table(
        [f"exam of {QUESTIONS} questions", "CPU s", "× the goal"],
        [[name, f"{value:.2f}", f"{value / goal:.1f}"] for name, value in seconds.items()],
    )


def to_our_length(seconds: float) -> float:
    return scaled(seconds, measured=PEER_QUESTIONS, wanted=QUESTIONS)


def report(found: dict[str, dict[str, Figures]], *, clients: int, conditions: str) -> str:
    """Everything that was found: by database, then by site."""
    tables = [step_table(database, sites[OURS], sites[FLOOR]) for database, sites in found.items()]
    remarks = [conditions]
    fetches = max(sites[OURS].fetches for sites in found.values())
    if fetches:
        remarks.append(
            f"In an exam {fetches} saves brought no next question: «Далее» fetched it by a second request,"
            " which is counted with the save."
        )
    return "\n\n".join([*remarks, *tables, load_table(found, clients=clients), peer_table(found)])


def rewritten(page: str, text: str, *, marks: tuple[str, str] = (BEGIN, END)) -> str:
    """The page with `text` between its two marks. Raises ValueError where it has none."""
    before, begin, rest = page.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not begin or not end:
        raise ValueError(f"There is no {marks[0]} … {marks[1]} to write between.")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"
