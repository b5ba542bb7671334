#!/usr/bin/env python3
"""The cases that every peer times: sizes, inputs, initial weights and the work of one update.

Inputs and weights come from one seed and in one order, so that libraries can be compared loss by loss (--losses).
Run as a program it prints the table of README.md.
"""

import math

import numpy as np

LEARNING_RATE, BETA1, BETA2, EPSILON = 3e-4, 0.9, 0.999, 1e-8

# name: (layer widths, activation, batch)
MLPS = {
    "mlp-big": ((64, 512, 512, 512, 1), "relu", 1024),
    "mlp-mid": ((17, 256, 256, 6), "relu", 256),
    "mlp-small": ((4, 64, 64, 2), "tanh", 32),
}


class Sac:
    batch, obs, act, hidden = 256, 17, 6, 256
    gamma, alpha, tau = 0.99, 0.2, 0.005
    log_std_min, log_std_max = -20.0, 2.0
    actor = (obs, hidden, hidden, 2 * act)
    critic = (obs + act, hidden, hidden, 1)


class Transformer:
    batch, context, token, width, heads, blocks, out = 64, 60, 32, 128, 4, 3, 8
    inner = 4 * width
    layer_norm_epsilon = 1e-5


class Lstm:
    batch, steps, token, hidden, out = 16, 32, 32, 128, 4


NAMES = (*MLPS, "sac", "transformer", "lstm")


def generator():
    return np.random.default_rng(1)


def normal(rng, *shape):
    return rng.standard_normal(shape, dtype=np.float32)


def dense(rng, fan_in, fan_out):
    """Weights [fan_in, fan_out] and biases [fan_out], uniform in +-1/sqrt(fan_in)."""
    bound = 1 / math.sqrt(fan_in)
    draw = lambda *shape: rng.uniform(-bound, bound, shape).astype(np.float32)
    return draw(fan_in, fan_out), draw(fan_out)


def sac_batch(rng):
    """s [batch, obs], a [batch, act] in [-1, 1], r [batch], s' [batch, obs], 1 - terminal [batch]."""
    s, a = normal(rng, Sac.batch, Sac.obs), np.tanh(normal(rng, Sac.batch, Sac.act))
    r, s2 = normal(rng, Sac.batch), normal(rng, Sac.batch, Sac.obs)
    alive = (rng.random(Sac.batch) > 0.05).astype(np.float32)
    return s, a, r, s2, alive


def _products(widths):
    return [a * b for a, b in zip(widths, widths[1:])]


def _trained(widths):
    """Multiply-adds a row: forward, gradient of every weight, gradient of every input but the first."""
    products = _products(widths)
    return 3 * sum(products) - products[0]


def multiply_adds(name):
    """Multiply-adds of the matrix products of one update; elementwise work is not counted."""
    if name in MLPS:
        widths, _, batch = MLPS[name]
        return batch * _trained(widths)
    if name == "sac":
        actor, critic = sum(_products(Sac.actor)), sum(_products(Sac.critic))
        critics = actor + 2 * critic + 2 * _trained(Sac.critic)
        # through the critics: forward, and the gradient of their inputs (of the first layer for the action alone)
        through = 2 * critic + 2 * (critic - Sac.obs * Sac.hidden)
        return Sac.batch * (critics + through + _trained(Sac.actor))
    if name == "transformer":
        t, d = Transformer, Transformer.width
        block = 4 * d * d + 2 * d * t.inner  # queries, keys, values and projection; the MLP
        attention = 2 * t.context * d  # a row: scores and weighted sums over the whole context, the mask not used
        row = 3 * (t.blocks * (block + attention) + d * t.out) + 2 * t.token * d
        return t.batch * t.context * row
    if name == "lstm":
        c = Lstm
        row = 3 * (4 * c.hidden * c.hidden + c.hidden * c.out) + 2 * 4 * c.token * c.hidden
        return c.batch * c.steps * row
    raise ValueError(name)


def parameters(name):
    """Learned numbers, of the networks that the optimiser moves."""
    count = lambda widths: sum(_products(widths)) + sum(widths[1:])
    if name in MLPS:
        return count(MLPS[name][0])
    if name == "sac":
        return count(Sac.actor) + 2 * count(Sac.critic)
    if name == "transformer":
        t, d = Transformer, Transformer.width
        block = count((d, 3 * d)) + count((d, d)) + count((d, t.inner, d)) + 2 * 2 * d
        return count((t.token, d)) + t.context * d + t.blocks * block + 2 * d + count((d, t.out))
    if name == "lstm":
        return count((Lstm.token + Lstm.hidden, 4 * Lstm.hidden)) + count((Lstm.hidden, Lstm.out))
    raise ValueError(name)


if __name__ == "__main__":
    print("| case | learned numbers | MFLOP of matrix products an update |\n|---|---:|---:|")
    for name in NAMES:
        print(f"| `{name}` | {parameters(name):,} | {2e-6 * multiply_adds(name):,.2f} |")
