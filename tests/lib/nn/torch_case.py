"""Prints one operation's inputs, values and gradients for tests/lib/nn/opcase.h.

case(name, function, *inputs): inputs are numpy arrays, rounded to float32 and then computed with in
float64; integer arrays stay integers. An input wrapped in Fixed gets no gradient.
"""
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
rng = np.random.default_rng(0)


class Fixed:
    def __init__(self, values):
        self.values = values


def show(name, values):
    values = np.asarray(values).ravel()
    print(name, values.size, *(f"{float(v):.10g}" for v in values))


def case(name, function, *inputs):
    tensors = []
    for i, x in enumerate(inputs):
        fixed = isinstance(x, Fixed)
        x = np.asarray(x.values if fixed else x)
        if x.dtype.kind == "f":
            x = x.astype(np.float32).astype(np.float64)
        t = torch.tensor(x)
        t.requires_grad_(not fixed and x.dtype.kind == "f")
        tensors.append(t)
        show(f"{name}_{i}", x)
    y = function(*tensors)
    w = torch.tensor(rng.normal(size=tuple(y.shape)).astype(np.float32).astype(np.float64))
    (y * w).sum().backward()
    show(f"{name}_w", w)
    show(f"{name}_y", y.detach())
    for i, t in enumerate(tensors):
        if t.requires_grad:
            show(f"{name}_g{i}", t.grad if t.grad is not None else torch.zeros_like(t))


def normal(*shape, scale=1.0):
    return scale * rng.normal(size=shape)
