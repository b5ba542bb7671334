#!/usr/bin/env python3
"""Trajectories of the authors' JAX code, for test_gigastep_fixture.c.

usage: make_fixture.py CHECKOUT OUTDIR     (CHECKOUT: mlech26l/gigastep at commit 6288d65)

Made with Python 3.11, jax 0.10.2 (CPU), numpy 2.4.6. XLA is kept from changing the arithmetic: no fused multiply-add (an
instruction set without it), no algebraic simplification (divisions by constants stay divisions). The module type_enforced only checks types and is replaced by nothing.
Its random numbers are replaced by a hash that the test computes, too, from (key, position); a key is (number of the step
and the environment, path of splits). Agents steer by a rule of thumb with noise (below), which makes them meet; what
they did is stored.

Each scenario is one file of float32 numbers, <name>.npy:
  head      [16]   steps T, environments E, agents N, width of an observation W, discrete, full observability,
                   every how many steps states are stored, every how many an observation, 0...
  actions   [T][E][N][1 or 3]
  starts    for every episode in the order (step, environment): step, environment, map, then x, y, heading of N agents;
            ended by -1
  rewards   [T][E][N]
  alive     [T][E][N]
  over      [T][E]
  states    [every][E][6][N] x, y, z, v, heading, health, after the step
  waypoints [every][E][5] corners and timer
  obs       [every other][N][W] of environment (step / every) mod E, after the step and before a reset
  first     [E][N][W] after the first reset (pictures: of the first two environments)
Rewards and the rest are stored sparse: (count of numbers, then runs "how many zeros, how many others, the others").
"""
import os
import sys
import types

import numpy as np

checkout, outdir = sys.argv[1], sys.argv[2]
stub = types.ModuleType("type_enforced")
stub.Enforcer = lambda f: f
sys.modules["type_enforced"] = stub
package = types.ModuleType("gigastep")  # without its viewer, which needs a screen
package.__path__ = [f"{checkout}/gigastep"]
sys.modules["gigastep"] = package

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_max_isa=AVX --xla_disable_hlo_passes=algsimp"
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

T, E, STATE_EVERY, OBS_EVERY = 200, 16, 10, 10


def mix(a, b, c):
    """32 bits from three words; the finaliser of MurmurHash3 between them."""
    h = jnp.uint32(0x9E3779B9)
    for word in (a, b, c):
        h = h ^ word
        h = h ^ (h >> 16)
        h = h * jnp.uint32(0x85EBCA6B)
        h = h ^ (h >> 13)
        h = h * jnp.uint32(0xC2B2AE35)
        h = h ^ (h >> 16)
    return h


def split(key, num=2):
    k = jnp.arange(1, num + 1, dtype=jnp.uint32)
    return jnp.stack([jnp.broadcast_to(key[0], (num,)), key[1] * jnp.uint32(64) + k], axis=-1)


def uniform(key, shape=(), dtype=jnp.float32, minval=0.0, maxval=1.0):
    n = int(np.prod(shape)) if shape else 1
    u = (mix(key[0], key[1], jnp.arange(n, dtype=jnp.uint32)) >> 8).astype(jnp.float32) * jnp.float32(2**-24)
    return u.reshape(shape) * (maxval - minval) + minval


def randint(key, shape, minval, maxval):
    return (mix(key[0], key[1], jnp.uint32(0)) % jnp.uint32(maxval - minval)).astype(jnp.int32) + minval


jax.random.split, jax.random.uniform, jax.random.randint = split, uniform, randint

from gigastep.gigastep_env import GigastepEnv  # noqa: E402

package.GigastepEnv = GigastepEnv
from gigastep.scenarios import make_scenario  # noqa: E402


def steer(env, agents, world, rng, mood):
    """Turn towards the waypoint, the nearest living opponent or, near a wall, the middle; noise; a mood of each agent."""
    x, y, h = (np.asarray(agents[k], np.float64) for k in ("x", "y", "heading"))
    alive = np.asarray(agents["alive"]) > 0
    team = np.asarray(env.teams)
    lx, ly = env.limits
    dx, dy = x[:, None, :] - x[:, :, None], y[:, None, :] - y[:, :, None]
    far = dx**2 + dy**2 + 1e9 * ((team[None, :] == team[:, None])[None] | ~alive[:, None, :])
    target = far.argmin(-1)
    tx = np.take_along_axis(dx, target[..., None], -1)[..., 0]
    ty = np.take_along_axis(dy, target[..., None], -1)[..., 0]
    if env.enable_waypoints:
        box = np.asarray(world["waypoint_location"], np.float64)
        tx, ty = (box[:, :1] + box[:, 2:3]) / 2 - x, (box[:, 1:2] + box[:, 3:]) / 2 - y
    wall = (x < 1.5) | (x > lx - 1.5) | (y < 1.5) | (y > ly - 1.5)
    tx, ty = np.where(wall, lx / 2 - x, tx), np.where(wall, ly / 2 - y, ty)
    bearing = np.angle(np.exp(1j * (np.arctan2(ty, tx) - h)))
    u = np.stack([np.clip(2 * bearing, -1, 1), mood[0], mood[1]], -1) + rng.normal(0, 0.4, x.shape + (3,))
    if env.discrete_actions:
        m = np.clip(np.rint(u), -1, 1).astype(int) + 1
        return (m[..., 2] * 9 + m[..., 0] * 3 + m[..., 1])[..., None]
    return np.rint(np.clip(u, -1.25, 1.25) * 16) / 16


def sparse(a):
    a = np.asarray(a, np.float32).ravel()
    out, i = [float(len(a))], 0
    while i < len(a):
        z = i
        while z < len(a) and a[z] == 0:
            z += 1
        e = z
        while e < len(a) and a[e] != 0:
            e += 1
        out += [float(z - i), float(e - z), *a[z:e].tolist()]
        i = e
    return np.array(out, np.float32)


def keys(step):
    return jnp.array([[step * E + e, 0] for e in range(E)], jnp.uint32)


def record(number, name, **kwargs):
    env = make_scenario(name, jit=False, **kwargs)
    step, reset = jax.jit(jax.vmap(env.step)), jax.jit(jax.vmap(env.reset))
    rng = np.random.default_rng(number)
    N = env.n_agents
    obs, states = reset(keys(10**6))
    starts, actions, rewards, alive, over, kept, waypoints, seen = [], [], [], [], [], [], [], []
    first = np.asarray(obs).reshape(E, N, -1)

    def note(t, e, agents, world):
        starts.append(np.concatenate([[t, e, np.asarray(world["map_idx"])[e]]]
                                     + [np.asarray(agents[k])[e] for k in ("x", "y", "heading")]))

    for e in range(E):
        note(0, e, *states)
    mood = np.zeros((2, E, N))
    for t in range(T):
        if t % 10 == 0:
            mood = rng.normal(0, 0.7, (2, E, N))
        a = steer(env, *states, rng, mood)
        act = jnp.asarray(a[..., 0], jnp.int32) if env.discrete_actions else jnp.asarray(a, jnp.float32)
        obs, states, r, _, done = step(states, act, keys(t))
        agents, world = states
        actions.append(a)
        rewards.append(np.asarray(r))
        alive.append(np.asarray(agents["alive"]))
        over.append(np.asarray(done))
        if (t + 1) % STATE_EVERY == 0:
            kept.append(np.stack([np.asarray(agents[k]) for k in ("x", "y", "z", "v", "heading", "health")], 1))
            waypoints.append(np.concatenate([np.asarray(world["waypoint_location"]),
                                             np.asarray(world["waypoint_enabled"])[:, None]], 1))
        if (t + 1) % OBS_EVERY == 0:
            seen.append(np.asarray(obs).reshape(E, N, -1)[t // OBS_EVERY % E])
        done = np.asarray(done)
        if done.any():
            _, fresh = reset(keys(2 * 10**6 + t))
            pick = lambda new, old: jnp.where(jnp.asarray(done).reshape((E,) + (1,) * (old.ndim - 1)), new, old)
            states = jax.tree_util.tree_map(pick, fresh, states)
            for e in np.flatnonzero(done):
                note(t + 1, e, *states)
    W = first.shape[-1]
    if "_rgb_" in name:
        first = first[:2]
    head = np.zeros(16)
    head[:8] = [T, E, N, W, env.discrete_actions, "fobs" in name, STATE_EVERY, OBS_EVERY]
    flat = np.concatenate([head.astype(np.float32), np.ravel(actions).astype(np.float32),
                           np.concatenate(starts).astype(np.float32), np.array([-1], np.float32),
                           *(sparse(a) for a in (rewards, 1 - np.array(alive), over, kept, waypoints, seen, first))])
    np.save(f"{outdir}/{name}.npy", flat)
    deaths = N * E - np.sum(alive[-1])
    print(name, "episodes", len(starts), "deaths at the end", deaths, "rewards", np.count_nonzero(rewards),
          "harmed states", np.count_nonzero(np.array(kept)[:, :, 5] < 0.98), "bytes", flat.nbytes, flush=True)


CASES = [
    ("identical_2_vs_2_pobs_vec_void_cont", {"maps": "empty"}),
    ("identical_5_vs_5_pobs_vec_maps_disc", {}),
    ("special_5_vs_5_fobs_vec_maps_cont", {"maps": "empty", "reward_detection": 3, "reward_damage": 7, "reward_idle": 5,
                                           "reward_collision_agent": 11, "reward_collision_obstacle": 13,
                                           "reward_agent_disabled": 2}),
    ("special_10_vs_3_pobs_vec_maps_disc", {}),
    ("identical_20_vs_5_fobs_vec_maps_disc", {}),
    ("hide_and_seek_5_vs_5_pobs_vec_maps_disc", {}),
    ("waypoint_5_vs_3_pobs_vec_maps_disc", {}),
    ("identical_1_vs_1_fobs_vec_maps_cont", {"maps": "empty"}),
    ("special_5_vs_1_pobs_rgb_maps_disc", {}),
    ("waypoint_5_vs_3_fobs_rgb_maps_disc", {}),
]

if __name__ == "__main__":
    only = sys.argv[3:]
    for number, (name, kwargs) in enumerate(CASES):
        if not only or name in only:
            record(number, name, **kwargs)
