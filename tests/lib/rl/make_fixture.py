#!/usr/bin/env python3
"""Reference values for tests/lib/rl, computed apart from our C code.

    python3 tests/lib/rl/make_fixture.py > tests/lib/rl/fixture.txt

Made with Python 3.11, numpy 2.4.6, gymnasium 1.4.0. Returns are written as the sums of the papers,
never as the recursions of the C code: advantages as a discounted sum of errors, lambda-returns as the
weighted mean of all n-step returns, V-trace as eq. 1 with its products. Normalised rewards come from
Gymnasium's own wrapper around a world that replays a table.
"""
import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

rng = np.random.default_rng(20251125)


def show(name, values):
    values = np.asarray(values, dtype=np.float64).ravel()
    print(name, len(values), *(repr(float(v)) for v in values))


def f32(*shape):
    return rng.standard_normal(shape).astype(np.float32).astype(np.float64)


# ---------------------------------------------------------------- returns
T, N, GAMMA, LAM, RHO, C, STEPS = 23, 3, 0.93, 0.8, 1.2, 0.9, 4
reward, value, final = f32(T, N), f32(T + 1, N), f32(T, N)
q, ratio = f32(T, N), np.exp(f32(T, N)).astype(np.float32).astype(np.float64)
terminated = rng.random((T, N)) < 0.12
truncated = (rng.random((T, N)) < 0.12) & ~terminated
terminated[3, 0], truncated[3, 0] = False, True  # both kinds, whatever was drawn
terminated[9, 0], truncated[9, 0] = True, False
truncated[T - 1, 1], terminated[T - 1, 1] = True, False
terminated[T - 1, 2] = True


def end_of(t, n):
    """Last step of t's episode that is in the rollout."""
    while t < T - 1 and not (terminated[t, n] or truncated[t, n]):
        t += 1
    return t


def after(t, n, values=value):
    return 0.0 if terminated[t, n] else final[t, n] if truncated[t, n] else values[t + 1, n]


def each(f):
    return [[f(t, n) for n in range(N)] for t in range(T)]


def nstep(t, n, steps):
    last = min(t + steps - 1, end_of(t, n))
    total = sum(GAMMA ** (k - t) * reward[k, n] for k in range(t, last + 1))
    return total + GAMMA ** (last + 1 - t) * after(last, n)


def lambda_return(t, n):
    length = end_of(t, n) - t + 1
    total = sum((1 - LAM) * LAM ** (k - 1) * nstep(t, n, k) for k in range(1, length))
    return total + LAM ** (length - 1) * nstep(t, n, length)


def td_error(k, n):
    return reward[k, n] + GAMMA * after(k, n) - value[k, n]


def gae(t, n):
    return sum((GAMMA * LAM) ** (k - t) * td_error(k, n) for k in range(t, end_of(t, n) + 1))


def vtrace(t, n):
    total = value[t, n]
    for k in range(t, end_of(t, n) + 1):
        traces = np.prod([LAM * min(C, ratio[i, n]) for i in range(t, k)])
        total += GAMMA ** (k - t) * traces * min(RHO, ratio[k, n]) * td_error(k, n)
    return total


def vtrace_advantage(t, n):
    ends = t == end_of(t, n)
    ahead = after(t, n) if ends else vtrace(t + 1, n)
    return min(RHO, ratio[t, n]) * (reward[t, n] + GAMMA * ahead - value[t, n])


def retrace(t, n):
    total = q[t, n]
    for k in range(t, end_of(t, n) + 1):
        traces = np.prod([LAM * min(1.0, ratio[i, n]) for i in range(t + 1, k + 1)])
        total += GAMMA ** (k - t) * traces * (reward[k, n] + GAMMA * after(k, n) - q[k, n])
    return total


def discounted(t, n):
    return sum(GAMMA ** (k - t) * reward[k, n] for k in range(t, end_of(t, n) + 1))


for name in ("reward", "value", "final", "q", "ratio", "terminated", "truncated"):
    show(name, globals()[name])
show("sums", each(discounted))
show("nstep", each(lambda t, n: nstep(t, n, STEPS)))
show("lambda_return", each(lambda_return))
show("gae", each(gae))
show("vtrace", each(vtrace))
show("vtrace_advantage", each(vtrace_advantage))
show("retrace", each(retrace))


# ---------------------------------------------------------------- normalised rewards
class Replay(gym.vector.VectorEnv):
    """N worlds that hand out the table above."""

    metadata = {"autoreset_mode": AutoresetMode.SAME_STEP}
    num_envs = N
    single_observation_space = observation_space = gym.spaces.Box(-1, 1, (1,))
    single_action_space = action_space = gym.spaces.Discrete(1)
    t = 0

    def reset(self, *, seed=None, options=None):
        self.t = 0
        return np.zeros((N, 1)), {}

    def step(self, actions):
        self.t += 1
        row = self.t - 1
        return np.zeros((N, 1)), 5 * reward[row], terminated[row], truncated[row], {}


env = gym.wrappers.vector.NormalizeReward(Replay(), gamma=GAMMA, epsilon=1e-8)
env.accumulated_reward = env.accumulated_reward.astype(np.float64)
env.reset()
show("normalized_reward", [env.step(np.zeros(N, int))[1] for _ in range(T)])


# ---------------------------------------------------------------- linear algebra
S, D = 9, 4
chain = rng.random((S, S)) * (rng.random((S, S)) < 0.5)
chain[np.arange(S), (np.arange(S) + 1) % S] += 0.3
chain /= chain.sum(axis=1, keepdims=True)
chain[2] *= 0.7  # episodes end there with probability 0.3
chain_r, phi, weight = f32(S), f32(S, D), rng.random(S)
eye = np.eye(S)
# TD(lambda)'s fixed point as a weighted sum of n-step errors, not through a resolvent.
powers = [np.linalg.matrix_power(GAMMA * chain, k) for k in range(2000)]
trace = sum(LAM**k * powers[k] for k in range(2000))
big_a = phi.T @ np.diag(weight) @ trace @ (eye - GAMMA * chain) @ phi
big_b = phi.T @ np.diag(weight) @ trace @ chain_r
show("chain", chain)
show("chain_r", chain_r)
show("phi", phi)
show("weight", weight)
show("successor", sum(powers))
show("lstd", np.linalg.pinv(big_a) @ big_b)
tall = f32(7, 3) @ f32(3, 5)  # rank 3
sides = f32(7, 2)
show("tall", tall)
show("sides", sides)
show("least_squares", np.linalg.pinv(tall, rcond=1e-10) @ sides)
show("singular_values", np.sqrt(np.maximum(np.linalg.eigvalsh(tall.T @ tall)[::-1][:3], 0)))
