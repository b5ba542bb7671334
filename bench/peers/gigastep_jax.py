#!/usr/bin/env python3
"""Agent-steps a second of the authors' JAX code for Gigastep on one core, on the cases of bench/gigastep.

usage: gigastep_jax.py CHECKOUT [--batch N ...] [--steps 100] [--rounds 7] [--no-resets]

CHECKOUT is a working copy of mlech26l/gigastep. One jitted scan of vectorised steps, random actions drawn inside, finished
environments begun again after every step unless --no-resets (the code then makes a start for every environment and takes
those of the finished ones). Compilation and a first call are not timed. The rate is per second of processor time of the one
thread, as bench/gigastep's is; the median of the rounds, with the lowest and the highest.
"""

import argparse
import os
import sys
import time
import types

import timing

timing.one_thread()
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"

options = argparse.ArgumentParser()
options.add_argument("checkout")
options.add_argument("--batch", type=int, nargs="+", default=[64, 1024, 8192])
options.add_argument("--steps", type=int, default=100)
options.add_argument("--rounds", type=int, default=7)
options.add_argument("--no-resets", action="store_true")
options = options.parse_args()

stub = types.ModuleType("type_enforced")  # only checks types
stub.Enforcer = lambda f: f
sys.modules["type_enforced"] = stub
package = types.ModuleType("gigastep")  # without its viewer, which needs a screen
package.__path__ = [f"{options.checkout}/gigastep"]
sys.modules["gigastep"] = package

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
from gigastep.gigastep_env import GigastepEnv  # noqa: E402

CASES = [("2 v 2, vector, continuous", 4, False), ("5 v 5, vector, discrete", 10, True)]


def scan_of(env, batch):
    """A jitted call of many steps: (observations, states, key) -> the same, and a checksum."""

    def step(carry, _):
        obs, states, key = carry
        key, act_key, step_key, reset_key = jax.random.split(key, 4)
        if env.discrete_actions:
            actions = jax.random.randint(act_key, (batch, env.n_agents), 0, 27)
        else:
            actions = jax.random.uniform(act_key, (batch, env.n_agents, 3), minval=-1, maxval=1)
        obs, states, rewards, _, done = env.v_step(states, actions, jax.random.split(step_key, batch))
        if not options.no_resets:
            obs, states = env.reset_done_episodes(obs, states, done, reset_key)
        return (obs, states, key), rewards.sum() + obs.sum()

    def many(carry):
        carry, sums = jax.lax.scan(step, carry, length=options.steps)
        return carry, sums.sum()

    return jax.jit(many, donate_argnums=0)


for name, agents, discrete in CASES:
    for batch in options.batch:
        env = GigastepEnv(n_agents=agents, obs_type="vector", discrete_actions=discrete)
        key = jax.random.PRNGKey(1)
        obs, states = env.v_reset(jax.random.split(key, batch))
        many = scan_of(env, batch)
        carry, total = many((obs, states, key))
        total.block_until_ready()
        rates = []
        for _ in range(options.rounds):
            start = time.process_time()
            carry, total = many(carry)
            total.block_until_ready()
            rates.append(batch * agents * options.steps / (time.process_time() - start) / 1e6)
        rates.sort()
        print(f"{name}: {batch} environments, {rates[len(rates) // 2]:.3f} M agent-steps/s "
              f"({rates[0]:.3f} to {rates[-1]:.3f}), jax {jax.__version__}", flush=True)
