"""Runs one command and prints its cost as JSON. The start of this helper is not included in the figures.

Reads {"argv", "cwd", "env"} as JSON from its input. The command gets no input; what it prints is dropped, except its
errors.
"""

import json
import os
import sys
import time


def busy_seconds():
    """The busy time of all processors since the machine started; None if the system does not report it."""
    try:
        with open("/proc/stat", encoding="ascii") as stat:
            user, nice, system, _, _, irq, softirq, steal = (int(field) for field in stat.readline().split()[1:9])
    except OSError:
        return None
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def main():
    request = json.load(sys.stdin)
    os.chdir(request["cwd"])
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1)]
    busy = busy_seconds()
    start = time.monotonic_ns()
    child = os.posix_spawnp(request["argv"][0], request["argv"], request["env"], file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = (time.monotonic_ns() - start) / 1e9
    cpu = usage.ru_utime + usage.ru_stime
    report = {
        "exitCode": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "userSeconds": usage.ru_utime,
        "systemSeconds": usage.ru_stime,
        # Kilobytes, but bytes on macOS.
        "peakMemory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "othersSeconds": None if busy is None else max(0.0, busy_seconds() - busy - cpu),
    }
    json.dump(report, sys.stdout)


main()
