#!/usr/bin/env python3
"""Makes stats_fixture.txt: scores and what rliable 1.2 says of them.

    pip install rliable 'pandas<3' && python3 make_stats_fixture.py > stats_fixture.txt
"""
import numpy as np
from rliable import library as rly, metrics

RUNS, TASKS = 10, 10
rng = np.random.default_rng(7)
level = rng.normal(0, 1, TASKS)
a = (level + 0.4 + rng.standard_t(3, (RUNS, TASKS)) * 0.5).round(2)  # rounded: ties happen
b = (level + rng.standard_t(3, (RUNS, TASKS)) * 0.5).round(2)
taus = np.linspace(-2, 3, 21)


def show(name, values):
    flat = np.ravel(values)
    print(name, len(flat), *("%.17g" % v for v in flat))


print("# made by make_stats_fixture.py; name, count, values; scores task by task")
show("a", a.T)
show("b", b.T)
show("taus", taus)
named = {
    "mean": metrics.aggregate_mean,
    "median": metrics.aggregate_median,
    "iqm": metrics.aggregate_iqm,
    "gap": lambda s: metrics.aggregate_optimality_gap(s, gamma=1.0),
}
for name, f in named.items():
    point, interval = rly.get_interval_estimates(
        {"a": a}, lambda s: np.array([f(s)]), reps=50000, random_state=np.random.RandomState(3))
    show(name, point["a"])
    show(name + "_interval", interval["a"])
point, interval = rly.get_interval_estimates(
    {"a,b": (a, b)}, metrics.probability_of_improvement, reps=2000,
    random_state=np.random.RandomState(3))
show("improvement", point["a,b"])
show("improvement_interval", interval["a,b"])
profile, band = rly.create_performance_profile({"a": a}, taus, reps=2000)
show("profile", profile["a"])
show("profile_interval", band["a"])
