#!/usr/bin/env python3
"""Times one update of every case in JAX, jitted whole, on one thread. README.md defines the cases."""

import os

import timing

timing.one_thread()
os.environ["JAX_PLATFORMS"] = "cpu"
# JAX sizes its pool by the cores it may use, which is one now; this says the same to the matrix products.
os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"

import jax  # noqa: E402  (after the environment)
import jax.numpy as jnp  # noqa: E402

import cases  # noqa: E402

SCAN = 50  # updates in one call of the variant "scan"
ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh}
tree = jax.tree_util.tree_map


def adam_start(parameters):
    return tree(jnp.zeros_like, parameters), tree(jnp.zeros_like, parameters), jnp.zeros((), jnp.int32)


def adam(parameters, gradient, state):
    first, second, count = state
    count += 1
    first = tree(lambda m, g: cases.BETA1 * m + (1 - cases.BETA1) * g, first, gradient)
    second = tree(lambda v, g: cases.BETA2 * v + (1 - cases.BETA2) * g * g, second, gradient)
    rate = cases.LEARNING_RATE / (1 - cases.BETA1**count)
    root = jnp.sqrt(1 - cases.BETA2**count)
    parameters = tree(lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + cases.EPSILON), parameters, first, second)
    return parameters, (first, second, count)


def jitted(step, state, variant, data):
    """step(state, *data) -> (state, loss), as one compiled call, or SCAN of them as one."""
    if variant == "jit":
        call, count = jax.jit(step, donate_argnums=0), 1
    elif variant == "scan":
        def many(state, *data):
            state, losses = jax.lax.scan(lambda state, _: step(state, *data), state, length=SCAN)
            return state, losses[-1]

        call, count = jax.jit(many, donate_argnums=0), SCAN
    else:
        return None
    held = tree(jnp.array, state)
    data = [jnp.array(array) for array in data]

    def update(read=False):
        nonlocal held
        held, loss = jax.block_until_ready(call(held, *data))
        return float(loss) if read else None

    return update, count


def supervised(net, parameters, x, y, variant):
    """Mean squared error of net(parameters, x) against y, Adam."""

    def step(state, x, y):
        parameters, moments = state
        loss, gradient = jax.value_and_grad(lambda p: jnp.mean((net(p, x) - y) ** 2))(parameters)
        return adam(parameters, gradient, moments), loss

    return jitted(step, (parameters, adam_start(parameters)), variant, (x, y))


def layers(rng, widths):
    return [cases.dense(rng, *pair) for pair in zip(widths, widths[1:])]


def affine(layer, x):
    weight, bias = layer
    return x @ weight + bias


def mlp(parameters, x, activation=jax.nn.relu):
    for layer in parameters[:-1]:
        x = activation(affine(layer, x))
    return affine(parameters[-1], x)


def make_mlp(name):
    def make(variant, noise):
        widths, activation, batch = cases.MLPS[name]
        rng = cases.generator()
        x, y = cases.normal(rng, batch, widths[0]), cases.normal(rng, batch, widths[-1])
        net = lambda p, x: mlp(p, x, ACTIVATIONS[activation])
        return supervised(net, layers(rng, widths), x, y, variant)

    return make


def gaussian(actor, s, noise):
    """Tanh-Gaussian action and its log-density."""
    mean, log_std = jnp.split(mlp(actor, s), 2, -1)
    log_std = jnp.clip(log_std, cases.Sac.log_std_min, cases.Sac.log_std_max)
    a = jnp.tanh(mean + jnp.exp(log_std) * noise)
    log_density = -0.5 * noise**2 - log_std - 0.918938533 - jnp.log(1 - a**2 + 1e-6)
    return a, log_density.sum(-1)


def make_sac(variant, noise):
    """Variants jit and scan: two critics as two networks; stack: as one with batched products (vmap)."""
    c, rng = cases.Sac, cases.generator()
    data = cases.sac_batch(rng)
    actor = layers(rng, c.actor)
    critics = [layers(rng, c.critic) for _ in range(2)]
    if variant == "stack":
        critics = tree(lambda *members: jnp.stack(members), *critics)
    draw = jax.random.normal if noise else lambda key, shape: jnp.zeros(shape)

    def values(critics, s, a):
        x = jnp.concatenate([s, a], -1)
        if variant == "stack":
            return jax.vmap(mlp, (0, None))(critics, x).squeeze(-1)
        return jnp.stack([mlp(critic, x).squeeze(-1) for critic in critics])

    def step(state, s, a, r, s2, alive):
        actor, critics, targets, actor_moments, critic_moments, key = state
        key, key1, key2 = jax.random.split(key, 3)
        a2, log_density = gaussian(actor, s2, draw(key1, (c.batch, c.act)))
        y = r + c.gamma * alive * (values(targets, s2, a2).min(0) - c.alpha * log_density)

        def critic_loss(critics):
            return ((values(critics, s, a) - y) ** 2).mean(1).sum()

        loss, gradient = jax.value_and_grad(critic_loss)(critics)
        critics, critic_moments = adam(critics, gradient, critic_moments)

        def actor_loss(actor):
            chosen, log_density = gaussian(actor, s, draw(key2, (c.batch, c.act)))
            return (c.alpha * log_density - values(critics, s, chosen).min(0)).mean()

        actor, actor_moments = adam(actor, jax.grad(actor_loss)(actor), actor_moments)
        targets = tree(lambda target, p: target + c.tau * (p - target), targets, critics)
        return (actor, critics, targets, actor_moments, critic_moments, key), loss

    state = (actor, critics, critics, adam_start(actor), adam_start(critics), jax.random.key(1))
    return jitted(step, state, "jit" if variant == "stack" else variant, data)


def layer_norm(parameters, x):
    scale, shift = parameters
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(variance + cases.Transformer.layer_norm_epsilon) * scale + shift


def attention(block, x, fused):
    c = cases.Transformer
    q, k, v = jnp.split(affine(block["qkv"], x).reshape(*x.shape[:2], 3 * c.heads, -1), 3, 2)
    if fused:
        mixed = jax.nn.dot_product_attention(q, k, v, is_causal=True)
    else:
        causal = jnp.tril(jnp.ones((c.context, c.context), bool))
        scores = jnp.einsum("bqhd,bkhd->bhqk", q, k) * q.shape[-1] ** -0.5
        mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(jnp.where(causal, scores, -jnp.inf)), v)
    return affine(block["projection"], mixed.reshape(x.shape))


def make_transformer(variant, noise):
    """Variant jit: attention spelled out; fused: jax.nn.dot_product_attention."""
    c, rng = cases.Transformer, cases.generator()
    x, y = cases.normal(rng, c.batch, c.context, c.token), cases.normal(rng, c.batch, c.context, c.out)
    norm = lambda: (jnp.ones(c.width), jnp.zeros(c.width))

    def block():
        names = ("qkv", "projection", "inner", "outer")
        widths = ((c.width, 3 * c.width), (c.width, c.width), (c.width, c.inner), (c.inner, c.width))
        return {n: cases.dense(rng, *w) for n, w in zip(names, widths)} | {"norm1": norm(), "norm2": norm()}

    parameters = {"token": cases.dense(rng, c.token, c.width)}
    parameters["position"] = 0.02 * cases.normal(rng, c.context, c.width)
    parameters["blocks"] = [block() for _ in range(c.blocks)]
    parameters |= {"norm": norm(), "head": cases.dense(rng, c.width, c.out)}

    def net(parameters, x):
        x = affine(parameters["token"], x) + parameters["position"]
        for block in parameters["blocks"]:
            x = x + attention(block, layer_norm(block["norm1"], x), variant == "fused")
            inner = jax.nn.gelu(affine(block["inner"], layer_norm(block["norm2"], x)), approximate=True)
            x = x + affine(block["outer"], inner)
        return affine(parameters["head"], layer_norm(parameters["norm"], x))

    return supervised(net, parameters, x, y, "jit" if variant == "fused" else variant)


def make_lstm(variant, noise):
    """Variants jit and scan: lax.scan over the steps; unroll: the loop over the steps written out."""
    c, rng = cases.Lstm, cases.generator()
    x, y = cases.normal(rng, c.steps, c.batch, c.token), cases.normal(rng, c.steps, c.batch, c.out)
    parameters = {"input": cases.dense(rng, c.token, 4 * c.hidden)}
    parameters["hidden"] = cases.dense(rng, c.hidden, 4 * c.hidden)[0]
    parameters["head"] = cases.dense(rng, c.hidden, c.out)

    def net(parameters, x):
        def step(carry, row):
            h, cell = carry
            i, f, g, o = jnp.split(row + h @ parameters["hidden"], 4, -1)
            cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(cell)
            return (h, cell), h

        zero = jnp.zeros((c.batch, c.hidden))
        unroll = c.steps if variant == "unroll" else 1
        _, states = jax.lax.scan(step, (zero, zero), affine(parameters["input"], x), unroll=unroll)
        return affine(parameters["head"], states)

    return supervised(net, parameters, x, y, "jit" if variant == "unroll" else variant)


def only(variants, make):
    return lambda variant, noise: make(variant, noise) if variant in variants else None


# scan only where an update is so short that the call counts
MAKERS = {name: only(("jit", "scan"), make_mlp(name)) for name in cases.MLPS}
MAKERS["mlp-big"] = only(("jit",), make_mlp("mlp-big"))
MAKERS["sac"] = only(("jit", "scan", "stack"), make_sac)
MAKERS["transformer"] = only(("jit", "fused"), make_transformer)
MAKERS["lstm"] = only(("jit", "scan", "unroll"), make_lstm)

if __name__ == "__main__":
    variants = ("jit", "scan", "stack", "fused", "unroll")
    timing.main(__doc__, MAKERS, variants, "JAX", jax.__version__, f"XLA of jaxlib {jax.lib.__version__}")
