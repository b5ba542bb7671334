#!/usr/bin/env python3
"""Reference values for tests/plugins/test_fedsarsa_exact.c, computed apart from our C code.

    python3 tests/plugins/make_fedsarsa_fixture.py > tests/plugins/fedsarsa_fixture.txt

Needs numpy. Random numbers (Philox4x32-10) and the Garnet generator are implemented again here; fixed
points come from Newton's method with numerical derivatives on the mean field, stationary
distributions from eigenvectors, Jacobians from central differences, the noise covariance from the
sum of the autocovariances, the Lyapunov equation from its Kronecker form, and the bias of local
steps from the exact deterministic recursion. The C code does none of these.
"""
import struct
import sys

import numpy as np

S, A, B, GAMMA, TAU, ALPHA = 10, 3, 2, 0.9, 2.0, 0.01
D = S * A
MASK = 0xFFFFFFFF


class Philox:
    def __init__(self, seed, stream):
        self.key = (seed & MASK, seed >> 32)
        self.stream = (stream & MASK, stream >> 32)
        self.block, self.left = 0, []

    def u32(self):
        if not self.left:
            c = [self.block & MASK, self.block >> 32, *self.stream]
            k = list(self.key)
            for _ in range(10):
                p, q = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [(q >> 32) ^ c[1] ^ k[0], q & MASK, (p >> 32) ^ c[3] ^ k[1], p & MASK]
                k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
            self.left, self.block = c, self.block + 1
        return self.left.pop(0)

    def uniform(self):
        low = self.u32()
        return ((low | self.u32() << 32) >> 11) * 2.0**-53

    def below(self, n):
        m = self.u32() * n
        if (m & MASK) < n:
            least = (2**32 - n) % n
            while (m & MASK) < least:
                m = self.u32() * n
        return m >> 32


def stationary(chain):
    values, vectors = np.linalg.eig(chain.T)
    mu = np.real(vectors[:, np.argmin(abs(values - 1))])
    return mu / mu.sum()


def garnet(instance, kind, min_visit=0.03):
    """Kind `kind` (its own world, eps = 1): B distinct successors by Floyd's subset algorithm."""
    rng = Philox(instance, 1 + kind)
    while True:
        P, r = np.zeros((D, S)), np.zeros(D)
        for x in range(D):
            for i in range(S - B, S):
                j = rng.below(i + 1)
                if P[x, j] > 0:
                    j = i
                P[x, j] = 1 - rng.uniform()
            P[x] /= P[x].sum()
            r[x] = struct.unpack("f", struct.pack("f", rng.uniform()))[0]
        if stationary(P.reshape(S, A, S).mean(1)).min() * S >= min_visit:
            return P.reshape(S, A, S), r.reshape(S, A)


def softmax(q):
    e = np.exp((q - q.max(1, keepdims=True)) / TAU)
    return e / e.sum(1, keepdims=True)


def uniform(q):
    return np.full_like(q, 1 / A)


def linear(q, slope=1 / TAU):
    mean = q.mean(1, keepdims=True)
    return (1 + np.minimum(slope, 1 / (mean - q.min(1, keepdims=True))) * (q - mean)) / A


def occupancy(P, pi):
    return stationary(np.einsum("sa,sat->st", pi, P))


def field(world, theta, policy=softmax, best=False):
    P, r = world
    q = theta.reshape(S, A)
    pi = policy(q)
    value = q.max(1) if best else (pi * q).sum(1)
    eta = occupancy(P, pi)[:, None] * pi
    return (eta * (r + GAMMA * P @ value - q)).ravel()


def derivative(f, x, h=1e-5):
    """Central differences with one step of Richardson extrapolation."""
    columns = []
    for e in np.eye(len(x)):
        d1 = (f(x + h * e) - f(x - h * e)) / (2 * h)
        d2 = (f(x + 2 * h * e) - f(x - 2 * h * e)) / (4 * h)
        columns.append((4 * d1 - d2) / 3)
    return np.array(columns).T


def newton(f, x):
    for _ in range(100):
        step = np.linalg.solve(derivative(f, x), f(x))
        x = x - step
        if abs(step).max() < 1e-14 * (1 + abs(x).max()):
            break
    assert abs(f(x)).max() < 1e-13
    return x


def fixed_point(worlds, weights, **how):
    return newton(lambda t: sum(w * field(m, t, **how) for w, m in zip(weights, worlds)),
                  np.full(D, 5.0))


def noise(world, theta):
    """Sum over all lags of the covariance of e = delta phi, by powers of the chain of pairs."""
    P, r = world
    q = theta.reshape(S, A)
    pi = softmax(q)
    mu = occupancy(P, pi)
    eta = (mu[:, None] * pi).ravel()
    K = np.einsum("sat,tb->satb", P, pi).reshape(D, D)
    delta = r.ravel()[:, None] + GAMMA * q.ravel()[None, :] - q.ravel()[:, None]
    first = np.diag((K * delta).sum(1))  # E[e | x], rows by x
    g = eta @ first
    sigma = np.diag(eta * (K * delta**2).sum(1)) - np.outer(g, g)
    later = first - g  # E[e_k - g | x_1], k = 1 for now
    for _ in range(4000):
        cross = np.einsum("x,xy,yj->xj", eta, K * delta, later)
        sigma = sigma + cross + cross.T
        later = K @ later
        if abs(later).max() < 1e-18:
            break
    return sigma


def lyapunov_trace(jacobian, sigma):
    step = np.eye(D) + ALPHA * jacobian
    system = np.eye(D * D) - np.kron(step, step)
    return np.trace(np.linalg.solve(system, ALPHA**2 * sigma.ravel()).reshape(D, D))


def rounds_fixed_point(worlds, theta, jacobian, H):
    """Fixed point of one deterministic round of H local steps, by Newton-like corrections."""
    for _ in range(60):
        ends = []
        for world in worlds:
            t = theta.copy()
            for _ in range(H):
                t = t + ALPHA * field(world, t)
            ends.append(t)
        change = np.mean(ends, 0) - theta
        power = np.linalg.matrix_power(np.eye(D) + ALPHA * jacobian, H)
        step = np.linalg.solve(np.eye(D) - power, change)
        theta = theta + step
        if abs(step).max() < 1e-13:
            break
    return theta


def show(name, array):
    array = np.atleast_1d(array).ravel()
    print(name, len(array), *(repr(float(v)) for v in array))


def main():
    worlds = [garnet(0, 0), garnet(0, 1)]
    half = [0.5, 0.5]
    print("# made by make_fedsarsa_fixture.py; name, count, values")
    for k, (P, r) in enumerate(worlds):
        show(f"P{k}", P)
        show(f"r{k}", r)
    star = fixed_point(worlds, half)
    averaged = [(np.mean([w[0] for w in worlds], 0), np.mean([w[1] for w in worlds], 0))]
    show("theta_star", star)
    show("theta_three", fixed_point(worlds, [2 / 3, 1 / 3]))
    show("theta_0", fixed_point(worlds[:1], [1]))
    show("theta_1", fixed_point(worlds[1:], [1]))
    show("theta_avg", fixed_point(averaged, [1]))
    show("theta_td", fixed_point(worlds, half, policy=uniform))
    show("theta_linear", fixed_point(worlds, half, policy=linear))
    show("theta_max", fixed_point(worlds, half, best=True))
    jacobians = [derivative(lambda t, w=w: field(w, t), star) for w in worlds]
    show("jacobian_0", jacobians[0])
    mean = np.mean(jacobians, 0)
    pulls = np.mean([J @ field(w, star) for J, w in zip(jacobians, worlds)], 0)
    show("bias_per_step", np.sum((np.linalg.solve(mean, pulls) / 2) ** 2))
    sigmas = [noise(w, star) for w in worlds]
    show("sigma_0", sigmas[0])
    show("noise_floor_10", lyapunov_trace(mean, np.mean(sigmas, 0)) / 10)
    for H in (100, 1000):
        show(f"offset_{H}", np.sum((rounds_fixed_point(worlds, star, mean, H) - star) ** 2))


if __name__ == "__main__":
    sys.exit(main())
