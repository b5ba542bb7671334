"""One thread, one clock, one way to print: what the scripts of all peers share."""

import argparse
import json
import math
import os
import statistics
import time

import cases


def one_thread():
    """Binds the process to one core and tells the matrix libraries so. Call it before any of them is imported."""
    core = int(os.environ.get("CORE", max(os.sched_getaffinity(0))))
    os.sched_setaffinity(0, {core})
    for name in ("OMP", "MKL", "OPENBLAS", "BLIS"):
        os.environ[name + "_NUM_THREADS"] = "1"


def measure(update, seconds):
    """Calls update() for that many seconds after a warm-up of a fifth of it.

    Returns the seconds of every call, sorted, and the mean processor time of a call: with one thread and a machine of
    one's own the two agree; on a busy machine the second is the better figure.
    """
    clock = time.perf_counter
    end = clock() + seconds / 5
    update()
    while clock() < end:
        update()
    times, end, before = [], clock() + seconds, time.process_time()
    while clock() < end or len(times) < 10:
        start = clock()
        update()
        times.append(clock() - start)
    return sorted(times), (time.process_time() - before) / len(times)


def _options(about, variants):
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("case", nargs="*", help="of " + ", ".join(cases.NAMES) + "; all without one")
    parser.add_argument("--variant", action="append", choices=variants, help="time these alone")
    parser.add_argument("--all", action="store_true", help="print every variant, not just the fastest")
    parser.add_argument("--seconds", type=float, default=5, help="for each variant (5)")
    parser.add_argument("--json", action="store_true", help="an object a line")
    parser.add_argument("--losses", action="store_true", help="no timing: losses of the updates 1, 2 and 10")
    options = parser.parse_args()
    for name in options.case:
        if name not in cases.NAMES:
            parser.error(f"no case {name}")
    return options


def _print(row, as_json):
    if as_json:
        return print(json.dumps(row), flush=True)
    rate = 2e-3 * cases.multiply_adds(row["case"]) / row["median_us"]
    print(
        f"{row['case']:<12} {row['median_us']:>10.1f} us median {row['minimum_us']:>10.1f} us minimum "
        f"{row['processor_us']:>10.1f} us processor "
        f"{rate:6.1f} GFLOP/s  {row['variant']:<9} {row['library']} {row['version']}, {row['matrix']}",
        flush=True,
    )


def main(about, makers, variants, library, version, matrix):
    """makers: case -> function(variant, noise) returning (update, updates a call), or None where there is no such
    variant. update() returns the last loss as a float only when called with read=True. noise=False asks for a case
    without random numbers inside, for --losses."""
    options = _options(about, variants)
    for case in options.case or cases.NAMES:
        rows = []
        for variant in options.variant or variants:
            made = makers[case](variant, not options.losses)
            if made is None:
                continue
            update, count = made
            if options.losses:
                losses = [update(read=True) for _ in range(10)] if count == 1 else [update(read=True)]
                print(case, variant, *(f"{losses[i]:.6f}" for i in (0, 1, 9) if i < len(losses)), flush=True)
                continue
            times, processor = measure(update, options.seconds)
            times = [t / count * 1e6 for t in times]
            if not math.isfinite(update(read=True)):
                raise SystemExit(f"{case}, {variant}: the loss is no number any more")
            row = {"case": case, "variant": variant, "median_us": statistics.median(times), "minimum_us": times[0]}
            row |= {"tenth_us": times[len(times) // 10]}
            row |= {"processor_us": processor / count * 1e6, "calls": len(times)}
            row |= {"library": library, "version": version, "matrix": matrix}
            rows.append(row)
        rows.sort(key=lambda row: row["minimum_us"])
        for row in rows if options.all else rows[:1]:
            _print(row, options.json)
