#!/usr/bin/env python3
"""Writes tests/lib/nn/heads_fixture.txt: distributions by torch.distributions in float64, at inputs
rounded to float32.

Made with Python 3.11, PyTorch 2.15, numpy 2.4:  python3 make_heads_fixture.py > heads_fixture.txt
"""
import numpy as np
import torch
from torch.distributions import (
    Categorical,
    Independent,
    Normal,
    TanhTransform,
    TransformedDistribution,
)

from torch_case import Fixed, case, normal

print("# Written by make_heads_fixture.py, PyTorch", torch.__version__)

R, C = 3, 5
extreme = np.array([[80, -80, 0, 1, -1], [1e4, -1e4, 9999, 0, 80], [-80, -81, -90, -1e4, -79.5]])
actions = np.array([4, 0, 2])


def column(x):
    return x.unsqueeze(-1)


# ---- categorical. PyTorch's entropy is that of probabilities bounded away from 0, so that extreme
# logits take the definition with p log p = 0 at p = 0.
def log_prob(x, a):
    return column(Categorical(logits=x).log_prob(a))


def entropy(x):
    return column(Categorical(logits=x).entropy())


def entropy_by_logarithms(x):
    log_p = torch.log_softmax(x, -1)
    return -(log_p.exp() * log_p).sum(-1, keepdim=True)


def masked(function):
    def result(x, mask, *rest):
        logits = torch.where(mask != 0, x, -1e30)
        return function(torch.where(mask.any(-1, keepdim=True), logits, 0.0), *rest)
    return result


case("log_prob", log_prob, normal(R, C), actions)
case("log_prob_extreme", log_prob, extreme, np.array([1, 2, 4]))
case("entropy", entropy, normal(R, C))
case("entropy_extreme", entropy_by_logarithms, extreme)
# A row that allows some, a row that allows one, a row that allows none; a forbidden action.
mask = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]]) * 1.0
x = normal(R, C, scale=3)
case("log_prob_masked", masked(log_prob), x, Fixed(mask), np.array([3, 3, 2]))
case("log_prob_forbidden", masked(log_prob), x, Fixed(mask), np.array([1, 4, 0]))
case("entropy_masked", masked(entropy_by_logarithms), x, Fixed(mask))
case("log_prob_masked_extreme", masked(log_prob), extreme, Fixed(mask), np.array([2, 3, 0]))
case("entropy_masked_extreme", masked(entropy_by_logarithms), extreme, Fixed(mask))


# ---- Gaussian
def gaussian(mean, log_std):
    return Independent(Normal(mean, log_std.expand_as(mean).exp()), 1)


def gaussian_log_prob(mean, log_std, x):
    return column(gaussian(mean, log_std).log_prob(x))


def gaussian_entropy(mean, log_std):
    return column(gaussian(mean, log_std).entropy()) 


def rsample(mean, log_std, noise):
    return mean + log_std.exp() * noise


case("gaussian_log_prob", gaussian_log_prob, normal(R, C), normal(R, C, scale=0.5), normal(R, C))
case("gaussian_log_prob_row", gaussian_log_prob, normal(R, C), normal(C, scale=0.5), normal(R, C))
mean = normal(R, C, scale=10)
case("gaussian_log_prob_extreme", gaussian_log_prob, mean, np.full((R, C), -8.0),
     mean + 1e-3 * normal(R, C))
case("gaussian_entropy", gaussian_entropy, Fixed(normal(R, C)), normal(R, C))
case("gaussian_entropy_row", gaussian_entropy, Fixed(normal(R, C)), normal(C))
case("rsample", rsample, normal(R, C), normal(R, C), Fixed(normal(R, C)))
case("rsample_row", rsample, normal(R, C), normal(C), Fixed(normal(R, C)))
case("tanh_range", lambda x: -5 + 7 * (torch.tanh(x) + 1) / 2, normal(R, C, scale=2))


# ---- tanh of a Gaussian
def squashed(mean, log_std):
    base = TransformedDistribution(Normal(mean, log_std.expand_as(mean).exp()), TanhTransform())
    return Independent(base, 1)


def tanh_action(mean, log_std, noise):
    return torch.tanh(rsample(mean, log_std, noise))


# log_prob() of the action would invert tanh, which float64 cannot for |u| > 18.
def tanh_log_prob(mean, log_std, noise):
    u = rsample(mean, log_std, noise)
    correction = TanhTransform().log_abs_det_jacobian(u, torch.tanh(u))
    return column(Normal(mean, log_std.expand_as(mean).exp()).log_prob(u).sum(-1)
                  - correction.sum(-1))


def tanh_both(*x):
    return tanh_action(*x) + tanh_log_prob(*x)


def tanh_given(mean, log_std, a):
    bound = float(np.float32(0.999999))
    return column(squashed(mean, log_std).log_prob(torch.clamp(a, -bound, bound)))


for name, function in (("tanh_action", tanh_action), ("tanh_log_prob", tanh_log_prob),
                       ("tanh_both", tanh_both)):
    case(name, function, normal(R, C), normal(R, C, scale=0.5), Fixed(normal(R, C)))
case("tanh_row", tanh_both, normal(R, C), normal(C, scale=0.5), Fixed(normal(R, C)))
mean = np.array([[80, -80, 1e4, -1e4, 0], [9, -9, 20, -20, 5], [1e-4, -3, 12, 0.5, -0.6]])
case("tanh_extreme", tanh_both, mean, normal(R, C) - 2, Fixed(normal(R, C)))
case("tanh_given", tanh_given, normal(R, C), normal(R, C, scale=0.5),
     np.tanh(normal(R, C)))
case("tanh_given_row", tanh_given, normal(R, C), normal(C, scale=0.5), np.tanh(normal(R, C)))
edge = np.array([[1, -1, 0.99999, -0.99999, 0.9999995], [0, 1e-6, -1e-3, 0.999, -0.99],
                 [0.9999, -0.9999, 0.5, -0.5, 0.1]])
case("tanh_given_extreme", tanh_given, normal(R, C), normal(R, C, scale=0.5), edge)
