"""What the tests need from the system: Chromium and a PostgreSQL server.

`python -m tests.system` says what is missing, and as root on Debian or Ubuntu installs it.
Run before .venv exists, so only the standard library is used.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

# The first is the same engine without windows of its own: a page costs it a third.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
APT = ["apt-get", "install", "-y", "--no-install-recommends", "postgresql", "fonts-paratype"]


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def postgresql() -> Path | None:
    """The folder of the newest server's programs; Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest_last = sorted(installed, key=lambda path: int(re.sub(r"\D", "", path.parts[4]) or 0))
    return newest_last[-1].parent if newest_last else None


def missing() -> list[str]:
    found = {"Chromium": chromium(), "PostgreSQL": postgresql() or os.environ.get("TEST_DATABASE_URL")}
    return [name for name, where in found.items() if not where]


def provide() -> None:
    """Return with everything in place, or leave with a sentence and a non-zero code."""
    if not missing():
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        command = " ".join([*APT, "chromium"])
        sys.exit(f"The tests need {' and '.join(missing())}. Install with: sudo {command}")
    print(f"The tests need {' and '.join(missing())}; they are being installed.", flush=True)
    run(["apt-get", "update", "-q"])
    run([*APT, next(filter(is_offered, CHROMIUM), CHROMIUM[0])])
    if missing():
        sys.exit(f"Still missing after the installation: {' and '.join(missing())}.")


def is_offered(package: str) -> bool:
    """Debian has the first of CHROMIUM as well, Ubuntu only the second."""
    show = ["apt-cache", "show", package]
    return not subprocess.run(show, capture_output=True).returncode


def run(apt: list[str]) -> None:
    if subprocess.run(apt, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}).returncode:
        sys.exit(f"{' '.join(apt)} failed; the tests cannot run.")


if __name__ == "__main__":
    provide()
