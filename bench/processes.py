"""How much CPU a server has used, read from outside. Linux only."""

import time
from pathlib import Path

TICKS = 100  # of a second in /proc/<pid>/stat (USER_HZ, the same on every machine that Python runs on)
REST = 0.0005  # seconds in which a server that is done uses nothing
LOOKS = 100  # until a server that is never done is read all the same


def cpu_seconds(pid: int) -> float:
    """User and system time of a process that lives, over all its threads, to the nanosecond.

    Raises OSError when it is gone.
    """
    return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid(3)


def reaped_seconds(stat: str) -> float:
    """User and system time of a process's children that have ended, from its /proc/<pid>/stat."""
    after_name = stat.rpartition(")")[2].split()  # the name may hold blanks and brackets
    return (int(after_name[13]) + int(after_name[14])) / TICKS


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def server_seconds(pid: int) -> float:
    """What a server's main process and its workers have used since it started, ended ones too."""
    used = cpu_seconds(pid)
    for child in children(pid):
        try:
            used += cpu_seconds(child)
        except OSError:  # it ended a moment ago
            continue
    return used + reaped_seconds(Path(f"/proc/{pid}/stat").read_text())


def rested_seconds(pids: list[int]) -> list[float]:
    """`server_seconds` of each, once they have done what is left to do after an answer is sent."""
    used = [server_seconds(pid) for pid in pids]
    for _look in range(LOOKS):
        time.sleep(REST)
        before, used = used, [server_seconds(pid) for pid in pids]
        if used == before:
            break
    return used
