#!/usr/bin/env python3
"""Sets bench/nn_updates beside a peer: case by case, in turn, on one core, in one run.

    python3 beside.py BUILD [--rounds 3] [--seconds 3] [--peer 'PYTHON SCRIPT'] [CASE ...]

BUILD is the build folder with bench/nn_updates. The peer is this Python with pytorch.py unless --peer names others (may
be repeated). On both sides a round's figure is the time that the fastest tenth stays below, ours on processor time,
and the best round counts. Bounds are those that the library promises.
"""

import argparse
import json
import os
import re
import subprocess
import sys

BOUNDS = {"mlp-big": 1.3, "mlp-mid": 2.5, "mlp-small": 15, "sac": 2.5, "transformer": 1.5, "lstm": 2}
HERE = os.path.dirname(os.path.abspath(__file__))


def ours(build, case):
    """(us of an update, part of the floor's speed)."""
    core = max(os.sched_getaffinity(0))
    command = ["taskset", "-c", str(core), os.path.join(build, "bench", "nn_updates"), case]
    text = subprocess.run(command, capture_output=True, text=True, check=True,
                          env=dict(os.environ, OMP_NUM_THREADS="1")).stdout
    found = re.search(r"([\d.]+) us an update.*: ([\d.]+) of", text)
    return float(found[1]), float(found[2])


def theirs(peer, case, seconds):
    command = [*peer, case, "--json", "--seconds", str(seconds)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return json.loads(lines[-1])


def main():
    parser = argparse.ArgumentParser(description="our updates beside a peer's")
    parser.add_argument("build")
    parser.add_argument("case", nargs="*", help="of " + ", ".join(BOUNDS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--peer", action="append", help="a Python and a script, in one word")
    options = parser.parse_args()
    peers = [p.split() for p in options.peer or [f"{sys.executable} {HERE}/pytorch.py"]]
    for case in options.case or BOUNDS:
        mine, share, rows = float("inf"), 0, {}
        for _ in range(options.rounds):
            us, part = ours(options.build, case)
            mine, share = min(mine, us), max(share, part)
            for peer in peers:
                row = theirs(peer, case, options.seconds)
                name = f"{row['library']} {row['version']} ({row['matrix']}, {row['variant']})"
                rows[name] = min(rows.get(name, float("inf")), row["tenth_us"])
        for name, us in rows.items():
            print(f"{case:<12} ours {mine:10.1f} us ({share:.2f} of the floor's speed)   {name} {us:10.1f} us   "
                  f"{us / mine:5.2f} x   bound {BOUNDS[case]} x", flush=True)


if __name__ == "__main__":
    main()
