#!/usr/bin/env python3
"""Writes tests/lib/nn/losses_fixture.txt: losses by PyTorch in float64, at inputs rounded to float32.

Made with Python 3.11, PyTorch 2.15, numpy 2.4:  python3 make_losses_fixture.py > losses_fixture.txt
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch.distributions import Categorical, Independent, Normal, kl_divergence

from torch_case import Fixed, case, normal, rng

print("# Written by make_losses_fixture.py, PyTorch", torch.__version__)

R, C = 3, 5
extreme = np.array([[80, -80, 0, 1, -1], [1e4, -1e4, 9999, 0, 80], [-80, -81, -90, -1e4, -79.5]])


def column(x):
    return x.unsqueeze(-1)


# ---- per element
def expectile(prediction, target):
    u = target - prediction
    return torch.abs(0.8 - (u < 0).double()) * u**2


def bce(x, y):
    return F.binary_cross_entropy_with_logits(x, y, reduction="none")


case("squared", lambda a, b: F.mse_loss(a, b, reduction="none"), normal(R, C), normal(R, C))
case("huber", lambda a, b: F.huber_loss(a, b, reduction="none", delta=0.7),
     normal(R, C, scale=2), normal(R, C))
case("expectile", expectile, normal(R, C), normal(R, C))
targets = rng.uniform(size=(R, C))
targets[0, :2] = 0, 1
case("bce", bce, normal(R, C, scale=3), targets)
targets = np.array([[1, 0, 0.3, 0, 1], [1, 0, 1, 0.5, 0.999], [0, 0.2, 1, 0.1, 1e-4]])
case("bce_extreme", bce, extreme, targets)


# ---- per row
def cross_entropy(x, labels):
    return column(F.cross_entropy(x, labels, reduction="none", ignore_index=-1))


def soft(x, q):
    return -(q * F.log_softmax(x, -1)).sum(-1, keepdim=True)


def kl(x, y):
    return column(kl_divergence(Categorical(logits=x), Categorical(logits=y)))


# kl_divergence() calls it infinite where a probability rounds to 0.
def kl_by_logarithms(x, y):
    p, q = F.log_softmax(x, -1), F.log_softmax(y, -1)
    return (p.exp() * (p - q)).sum(-1, keepdim=True)


case("ce", cross_entropy, normal(R, C), np.array([4, 0, -1]))
case("ce_extreme", cross_entropy, extreme, np.array([1, 2, 4]))
case("soft_ce", soft, normal(R, C), rng.uniform(size=(R, C)))
q = np.array([[0.5, 0, 0.2, 0.2, 0.1], [1, 0, 0, 0, 0], [0, 0, 1, 0, 0]])
case("soft_ce_extreme", soft, extreme, q)
case("kl", kl, normal(R, C), normal(R, C, scale=2))
near = normal(R, C)
case("kl_near", kl, near, near + normal(R, C, scale=1e-3))
case("kl_extreme", kl_by_logarithms, extreme, extreme[:, ::-1].copy() / 2)


def gaussian_kl(mean_p, s_p, mean_q, s_q):
    p = Independent(Normal(mean_p, s_p.expand_as(mean_p).exp()), 1)
    q = Independent(Normal(mean_q, s_q.expand_as(mean_p).exp()), 1)
    return column(kl_divergence(p, q))


case("gaussian_kl", gaussian_kl, normal(R, C), normal(R, C), normal(R, C), normal(R, C))
case("gaussian_kl_row", gaussian_kl, normal(R, C), normal(C), normal(R, C), normal(C))
mean, s = normal(R, C), normal(R, C, scale=0.5)
case("gaussian_kl_near", gaussian_kl, mean, s, mean + 1e-3 * normal(R, C),
     s + 0.03 * normal(R, C))


def quantile_huber(quantiles, targets):
    n, kappa = quantiles.shape[-1], 0.5
    tau = (torch.arange(n) + 0.5) / n
    u = targets.unsqueeze(-2) - quantiles.unsqueeze(-1)
    huber = F.huber_loss(u, torch.zeros_like(u), reduction="none", delta=kappa)
    rho = torch.abs(tau.unsqueeze(-1) - (u < 0).double()) * huber / kappa
    return rho.mean(-1).sum(-1, keepdim=True)


case("quantile_huber", quantile_huber, normal(R, C), normal(R, C + 2))


# ---- directions
def angle(a, b):
    u, v = F.normalize(a, dim=-1), F.normalize(b, dim=-1)
    return 2 * torch.atan2((u - v).norm(dim=-1), (u + v).norm(dim=-1)).unsqueeze(-1)


case("cosine", lambda a, b: column(F.cosine_similarity(a, b, dim=-1)), normal(R, C),
     normal(R, C, scale=10))
case("angle", angle, normal(R, C), normal(R, C, scale=10))
a = normal(R, C)
b = np.stack([a[0] + 0.1 * normal(C), -2 * a[1] + 0.1 * normal(C), a[2] + 0.2 * normal(C)])
case("angle_near", angle, a, b)


# ---- contrasts, over [2][B][B]
def info_nce(x):
    return -torch.diagonal(F.log_softmax(x, -1), dim1=-2, dim2=-1).unsqueeze(-1)


def symmetric(x):
    return (info_nce(x) + info_nce(x.transpose(-1, -2))) / 2


def binary_nce(x):
    return bce(x, torch.eye(x.shape[-1]).expand_as(x)).sum(-1, keepdim=True)


sharp = np.stack([np.diag([80, -80, 1e4, 0, 1]) + normal(C, C), normal(C, C, scale=100)])
for name, function in ("info_nce", info_nce), ("symmetric", symmetric), ("binary_nce", binary_nce):
    case(name, function, normal(2, C, C))
    case(name + "_extreme", function, sharp)


# ---- PPO
def policy_loss(log_prob, old, advantage):
    r = torch.exp(torch.clamp(log_prob - old, max=80))
    return -torch.minimum(r * advantage, torch.clamp(r, 0.8, 1.2) * advantage)


def value_loss(value, old, returns):
    clipped = old + torch.clamp(value - old, -0.5, 0.5)
    return torch.maximum((value - returns) ** 2, (clipped - returns) ** 2) / 2


old = normal(R, C)
case("ppo_policy", policy_loss, old + normal(R, C, scale=0.3), Fixed(old), Fixed(normal(R, C)))
moved = np.array([[70, 90, -200, 1e4, -1e30]])
advantage = np.array([[1, 0, 2, 0, -1]])
case("ppo_extreme", policy_loss, moved, Fixed(0 * moved), Fixed(advantage * 1.0))
case("ppo_value", value_loss, normal(R, C), Fixed(normal(R, C)), Fixed(normal(R, C)))
