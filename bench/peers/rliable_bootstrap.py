"""50,000 replicates of rliable's stratified bootstrap of the IQM over 10 tasks with 10 runs each, on one core.

Wants rliable (1.2.0 from PyPI). Milliseconds of processor time, the fastest of ROUNDS; compare with bench/stats.c.
    python3 rliable_bootstrap.py [ROUNDS]
"""
import os
import sys
import time

os.sched_setaffinity(0, {int(os.environ.get("CORE", max(os.sched_getaffinity(0))))})
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402 (after the number of threads is set)
from rliable import library, metrics  # noqa: E402

REPLICATES = 50_000


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    scores = {"a": np.random.default_rng(1).random((10, 10))}
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        points, intervals = library.get_interval_estimates(
            scores, lambda x: np.array([metrics.aggregate_iqm(x)]), reps=REPLICATES)
        best = min(best, time.process_time() - start)
    low, high = intervals["a"][:, 0]
    print(f"iqm (rliable)   {1e3 * best:8.1f} ms   {points['a'][0]:.4f} [{low:.4f}, {high:.4f}]")


main()
