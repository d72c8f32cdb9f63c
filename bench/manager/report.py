"""The figures of the manager's pages in tables that read the same on a terminal and in Markdown. Pure."""

from collections.abc import Sequence
from typing import Any

from bench.report import table

MARKS = ("<!-- make bench-manager: begin -->", "<!-- make bench-manager: end -->")
GOAL_MS, GOAL_STATEMENTS, GOAL_SECONDS = 300, 15, 60
WHO = {"all": "every company", "own": "their own companies"}


def report(pages: Sequence[dict[str, Any]], exports: Sequence[dict[str, Any]], *, conditions: str) -> str:
    parts = [conditions, verdict(pages, exports)]
    parts += [page_table(title, [page for page in pages if page["who"] == who]) for who, title in WHO.items()]
    if exports:
        parts.append(export_table(exports))
    return "\n\n".join(parts)


def verdict(pages: Sequence[dict[str, Any]], exports: Sequence[dict[str, Any]]) -> str:
    slow = [f"{page['page']} ({page['ms']:.0f} ms)" for page in pages if page["ms"] > GOAL_MS]
    talkative = [page["page"] for page in pages if page["statements"] > GOAL_STATEMENTS]
    broken = [
        f"{row.get('page', row.get('form'))} ({row['status']})"
        for row in [*pages, *exports]
        if row["status"] != 200
    ]
    long = [export["form"] for export in exports if export["seconds"] > GOAL_SECONDS]
    told = [
        f"Above {GOAL_MS} ms: {', '.join(slow) or 'none'}.",
        f"More than {GOAL_STATEMENTS} statements: {', '.join(talkative) or 'none'}.",
        *([f"Exports above {GOAL_SECONDS} s: {', '.join(long) or 'none'}."] if exports else []),
        *([f"Not answered: {', '.join(broken)}."] if broken else []),
    ]
    return " ".join(told)


def page_table(title: str, pages: Sequence[dict[str, Any]]) -> str:
    header = [f"a manager of {title}", "ms", "best, ms", "SQL", "slowest, ms", "KB"]
    rows = [
        [
            page["page"],
            f"{page['ms']:.0f}",
            f"{page['best_ms']:.0f}",
            str(page["statements"]),
            f"{page['slowest_ms']:.0f}",
            f"{page['kilobytes']:.0f}",
        ]
        for page in pages
    ]
    return table(header, rows)


def export_table(exports: Sequence[dict[str, Any]]) -> str:
    header = ["all attempts as a file", "s", "MB", "memory beyond a page's, MB"]
    rows = [
        [
            " ".join([export["form"], *(f"{k}={v}" for k, v in export["query"].items())]),
            f"{export['seconds']:.1f}",
            f"{export['megabytes']:.1f}",
            f"{export['memory']:.0f}",
        ]
        for export in exports
    ]
    return table(header, rows)
