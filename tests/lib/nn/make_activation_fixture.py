#!/usr/bin/env python3
"""Reference values for tests/lib/nn/test_activation.c: activations and their slopes.

    python3 tests/lib/nn/make_activation_fixture.py > tests/lib/nn/activation_fixture.txt

Needs numpy and torch. Arguments are rounded to float32; the rest is PyTorch's, in float64. At a
kink PyTorch's slope is 0 (relu) or that of the right side's limit (elu), as ours.
"""
import sys

import numpy as np
import torch

F = torch.nn.functional
KINDS = {"identity": lambda x: 1 * x, "relu": F.relu, "gelu": F.gelu,
         "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"), "elu": F.elu, "silu": F.silu,
         "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": F.softplus}


def emit(name, values):
    print(name, len(values), *(f"{v:.10g}" for v in values.tolist()))


print(f"# {__file__.split('/')[-1]}, python {sys.version.split()[0]}, numpy {np.__version__},"
      f" torch {torch.__version__}")
grid = np.concatenate([np.linspace(-10, 10, 121), np.linspace(-1.3, 1.3, 53),
                       [1e-3, -1e-3, 1e-6, -1e-6, 1e-20, -1e-20]])
x = torch.tensor(grid.astype(np.float32), dtype=torch.float64, requires_grad=True)
emit("x", x.detach())
for name, f in KINDS.items():
    y = f(x)
    emit(f"{name}:y", y.detach())
    emit(f"{name}:slope", torch.autograd.grad(y.sum(), x)[0])
