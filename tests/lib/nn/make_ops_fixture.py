#!/usr/bin/env python3
"""Reference values for tests/lib/nn/test_ops.c: results of operations and their gradients.

    python3 tests/lib/nn/make_ops_fixture.py > tests/lib/nn/ops_fixture.txt

Needs numpy and torch. Inputs are rounded to float32; results and the gradients of sum(w * result)
are PyTorch's, in float64.
"""
import sys

import numpy as np
import torch

F = torch.nn.functional
rng = np.random.default_rng(20)


def shapes(text):
    return [tuple(int(n) for n in s.split("x")) for s in text.split(",")]


REPEATS = ["3x4,3x4", "3x4,4", "3x4,1", "3x4,3x1", "2x3x1,3x1", "2x2x3,2x3", "2x2x3,2x2x1"]
ARITH = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div,
         "min": torch.minimum, "max": torch.maximum}
CASES = [
    ("exp", "3x5", torch.exp),
    ("log", "3x5", torch.log),
    ("sqrt", "3x5", torch.sqrt),
    ("square", "3x5", torch.square),
    ("abs", "3x5", torch.abs),
    ("affine", "3x5", lambda x: 1.7 * x - 0.3),
    ("clip", "3x5", lambda x: x.clamp(-0.5, 0.75)),
    *((name, s, f) for name, f in ARITH.items() for s in REPEATS),
    ("sum", "3x5", lambda x: x.sum().reshape(1)),
    ("mean", "3x5", lambda x: x.mean().reshape(1)),
    ("weighted_mean", "3x5,3x5", lambda x, w: ((x * w.detach()).sum() / w.detach().sum()).reshape(1)),
    ("row_sum", "2x3x5", lambda x: x.sum(-1, keepdim=True)),
    ("row_mean", "2x3x5", lambda x: x.mean(-1, keepdim=True)),
    ("row_max", "2x3x5", lambda x: x.max(-1, keepdim=True).values),
    ("fold_min", "3x2x4", lambda x: x.min(0).values),
    ("fold_max", "3x2x4", lambda x: x.max(0).values),
    ("fold_mean", "3x2x4", lambda x: x.mean(0)),
    ("fold_sum", "7", lambda x: x.sum(0, keepdim=True)),
    ("reshape", "2x6", lambda x: x.reshape(3, 4)),
    ("concat", "2x3x4,2x3x2", lambda a, b: torch.cat([a, b], -1)),
    ("columns", "2x3x5", lambda x: x[..., 1:4]),
    ("rows", "5x2x3", lambda x: x[1:4]),
    ("swap", "2x3x2x2", lambda x: x.transpose(0, 1)),
    ("swap", "3x5", lambda x: x.T),
    ("matmul", "3x5,5x4", torch.matmul),
    ("matmul", "2x3x5,2x5x4", torch.matmul),
    ("matmul_nt", "3x5,4x5", lambda a, b: a @ b.mT),
    ("matmul_nt", "2x3x5,2x4x5", lambda a, b: a @ b.mT),
    ("matmul_tn", "5x3,5x4", lambda a, b: a.mT @ b),
    ("matmul_tn", "2x5x3,2x5x4", lambda a, b: a.mT @ b),
    ("row_dot", "2x3x4,2x3x4", lambda a, b: (a * b).sum(-1, keepdim=True)),
    ("row_dot", "2x3x4,3x4", lambda a, b: (a * b).sum(-1, keepdim=True)),
    ("row_dot", "3x4,4", lambda a, b: (a * b).sum(-1, keepdim=True)),
    ("softmax", "2x3x5", lambda x: torch.softmax(x, -1)),
    ("log_softmax", "2x3x5", lambda x: torch.log_softmax(x, -1)),
    ("logsumexp", "2x3x5", lambda x: torch.logsumexp(x, -1, keepdim=True)),
    ("normalize_rows", "2x3x5", lambda x: 2.5 * F.normalize(x, dim=-1)),
]
POSITIVE = {"log": [0], "sqrt": [0], "div": [1], "weighted_mean": [1]}
SCALE = {"softmax": 6, "log_softmax": 6, "logsumexp": 30, "exp": 5}


def emit(name, values):
    values = np.asarray(values, dtype=np.float64).ravel()
    print(name, values.size, *(f"{v:.9g}" for v in values))


def leaf(shape, positive, scale=1):
    x = scale * rng.standard_normal(shape)
    x = (0.2 + abs(x) if positive else x).astype(np.float32)
    return torch.tensor(x, dtype=torch.float64, requires_grad=True)


def case(label, inputs, result, extra=()):
    w = torch.tensor(rng.standard_normal(result.shape).astype(np.float32), dtype=torch.float64)
    grads = torch.autograd.grad((w * result).sum(), inputs, allow_unused=True)
    for i, x in enumerate(inputs):
        emit(f"{label}:x{i}", x.detach())
    for i, x in enumerate(extra, len(inputs)):
        emit(f"{label}:x{i}", x)
    emit(f"{label}:w", w)
    emit(f"{label}:y", result.detach())
    for i, g in enumerate(grads):
        if g is not None:
            emit(f"{label}:g{i}", g)


print(f"# {__file__.split('/')[-1]}, python {sys.version.split()[0]}, numpy {np.__version__},"
      f" torch {torch.__version__}")
for name, text, f in CASES:
    xs = [leaf(s, i in POSITIVE.get(name, []), SCALE.get(name, 1)) for i, s in enumerate(shapes(text))]
    case(f"{name}:{text}", xs, f(*xs))
x = leaf((2, 3, 5), False)
index = torch.tensor(rng.integers(0, 5, (2, 3)))
case("pick:2x3x5,2x3", [x], x.gather(-1, index[..., None]), [index])
x = leaf((4, 3), False)
index = torch.tensor(rng.integers(0, 3, (3, 5)))
case("gather:4x3,3x5", [x], x[index], [index])
