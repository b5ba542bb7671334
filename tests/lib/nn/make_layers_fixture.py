#!/usr/bin/env python3
"""Reference values for tests/lib/nn/test_layers.c: layers, their gradients and those of samples.

    python3 tests/lib/nn/make_layers_fixture.py > tests/lib/nn/layers_fixture.txt

Needs numpy and torch. Inputs and parameters are rounded to float32; the rest is PyTorch's, in
float64. Of each case: x, w, the parameters p0, p1, ...; the result y; the gradients gx, g0, g1, ...
of sum(w * y).
"""
import sys

import numpy as np
import torch

F = torch.nn.functional
rng = np.random.default_rng(21)


def emit(name, values):
    values = np.asarray(values, dtype=np.float64).ravel()
    print(name, values.size, *(f"{v:.9g}" for v in values))


def draw(*shape):
    return torch.tensor(rng.standard_normal(shape).astype(np.float32), dtype=torch.float64,
                        requires_grad=True)


def case(name, f, x, params):
    y = f(x, *params)
    w = draw(*y.shape).detach()
    leaves = ([x] if x.requires_grad else []) + params
    grads = list(torch.autograd.grad((w * y).sum(), leaves))
    emit(f"{name}:x", x.detach())
    emit(f"{name}:w", w)
    emit(f"{name}:y", y.detach())
    if x.requires_grad:
        emit(f"{name}:gx", grads.pop(0))
    for i, (p, g) in enumerate(zip(params, grads)):
        emit(f"{name}:p{i}", p.detach())
        emit(f"{name}:g{i}", g)


def layer_norm(x, gain, bias):
    y = F.layer_norm(x, x.shape[-1:], eps=1e-5)
    if gain.dim() > 1:
        gain, bias = gain[:, None], bias[:, None]
    return y * gain + bias


def dense(x, weight, bias):
    return torch.matmul(x, weight) + (bias[:, None] if bias.dim() > 1 else bias)


def perceptron(activation, norm):
    def f(x, *p):
        p = list(p)
        while len(p) > 2:
            x = dense(x, p.pop(0), p.pop(0))
            x = activation(layer_norm(x, p.pop(0), p.pop(0)) if norm else x)
        return dense(x, *p)
    return f


print(f"# {__file__.split('/')[-1]}, python {sys.version.split()[0]}, numpy {np.__version__},"
      f" torch {torch.__version__}")
case("dense", lambda x, w, b: torch.tanh(dense(x, w, b)), draw(4, 3), [draw(3, 5), draw(5)])
case("dense_no_bias", torch.matmul, draw(2, 2, 3), [draw(3, 5)])
case("ensemble_shared", lambda x, w, b: F.silu(dense(x, w, b)), draw(4, 3),
     [draw(2, 3, 5), draw(2, 5)])
case("ensemble_stacked", lambda x, w, b: F.elu(dense(x, w, b)), draw(2, 4, 3),
     [draw(2, 3, 5), draw(2, 5)])
case("layer_norm", layer_norm, draw(4, 7), [draw(7), draw(7)])
case("layer_norm_ensemble", layer_norm, draw(2, 3, 7), [draw(2, 7), draw(2, 7)])
case("mlp", perceptron(F.gelu, False), draw(4, 3),
     [draw(3, 6), draw(6), draw(6, 5), draw(5), draw(5, 2), draw(2)])
case("mlp_norm", perceptron(F.silu, True), draw(4, 3),
     [draw(2, 3, 6), draw(2, 6), draw(2, 6), draw(2, 6), draw(2, 6, 2), draw(2, 2)])
tokens = torch.tensor(rng.integers(0, 6, (4, 3)))
case("embedding", lambda x, table: table[x], tokens, [draw(6, 5)])
