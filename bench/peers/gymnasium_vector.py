"""Steps a second of Gymnasium's CartPole-v1, random actions drawn beforehand, on one core.

Both ways Gymnasium has of stepping several at once: a loop over environments (sync) and the one written
with NumPy arrays (vector_entry_point). Beside bench/cartpole_step. Needs: pip install gymnasium

    OMP_NUM_THREADS=1 python3 bench/peers/gymnasium_vector.py
"""

import platform
import time

import gymnasium
import numpy

ROUNDS = 60


def rate(mode, lanes):
    """Steps a second in the fastest tenth of short rounds: what a busy machine interrupts does not count."""
    env = gymnasium.make_vec("CartPole-v1", num_envs=lanes, vectorization_mode=mode)
    env.action_space.seed(0)
    env.reset(seed=0)
    tables = [env.action_space.sample() for _ in range(16)]
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for actions in tables:
            env.step(actions)
        took.append(time.perf_counter() - start)
    env.close()
    return len(tables) * lanes / sorted(took)[ROUNDS // 10]


print(f"gymnasium {gymnasium.__version__}, numpy {numpy.__version__}, Python {platform.python_version()}")
for lanes in (1, 8, 64, 256, 1024, 4096, 16384):
    vector = rate("vector_entry_point", lanes)
    sync = rate("sync", lanes) if lanes <= 1024 else float("nan")
    print(f"{lanes:5d} lanes: {vector / 1e6:8.4f} M steps/s vectorised, {sync / 1e6:8.4f} M steps/s sync")
