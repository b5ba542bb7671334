"""Reference densities of Parzen estimators: Optuna's, which follow Bergstra et al. (2011) with the same rule of
deviations, a prior of weight 1 and equal weights.

    python3 make_parzen_fixture.py > parzen.txt

Made with Optuna 5.0.0, NumPy 2.4.6. A case is named by its dimension; `x` are the observations, `at` the places,
`log` the logarithms of the densities there (of the logarithm where the dimension has one; masses where it has a step).
"""

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters

PARAMETERS = _ParzenEstimatorParameters(1.0, True, False, lambda n: np.ones(n), False)
rng = np.random.RandomState(7)


def show(name, values):
    print(name, len(values), *(repr(float(v)) for v in values))


def case(name, dimension, x, at):
    x, at = np.array(x, float), np.array(at, float)
    z = _ParzenEstimator({"p": x}, {"p": dimension}, PARAMETERS)
    show(name + "_x", x)
    show(name + "_at", at)
    show(name + "_log", z.log_pdf({"p": at}))


print("# made by make_parzen_fixture.py")
flat = FloatDistribution(-2, 5)
places = np.linspace(-2, 5, 15)
case("flat0", flat, [], places)
case("flat1", flat, [4.5], places)
case("flat2", flat, [-2, 1.25], places)
case("flat9", flat, [0.5, 0.5, -1.75, 5, 0.625, 3, 3.0001, -2, 2.5], places)
case("flat150", flat, np.round(rng.uniform(-2, 5, 150), 3), places)
log = FloatDistribution(1e-4, 0.5, log=True)
case("log6", log, [1e-4, 0.001, 0.5, 0.02, 0.02, 0.3], np.geomspace(1e-4, 0.5, 11))
case("whole5", IntDistribution(1, 12), [1, 3, 3, 12, 7], range(1, 13))
case("step4", FloatDistribution(0.25, 2, step=0.25), [0.5, 0.5, 2, 1.25], np.arange(1, 9) * 0.25)
case("logwhole6", IntDistribution(2, 40, log=True), [2, 2, 5, 40, 17, 9], range(2, 41))
choices = CategoricalDistribution(list("abcde"))
case("choice0", choices, [], range(5))
case("choice7", choices, [0, 0, 3, 3, 3, 1, 0], range(5))
