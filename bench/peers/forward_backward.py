#!/usr/bin/env python3
"""Times one update of forward-backward in PyTorch at the sizes of our own bench/forward_backward, on one thread.

The update is that of the released code (url_benchmark/agent/discrete_fb.py in form, written anew): fresh task vectors, half
of them B of states of the batch, softmax policy and targets from slow networks, both losses, Adam, moving averages. Networks
are 2 x 256 with layer norm and tanh first, one head. The batch is drawn anew from arrays in memory.
"""

import math
import time

import timing

timing.one_thread()

import torch  # noqa: E402  (after one_thread)
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(1)
N, OBS, D, ACTIONS, WIDE, GAMMA, TEMP, TAU, RATE = 256, 121, 100, 5, 256, 0.99, 20.0, 0.01, 5e-4
TRANSITIONS = 100_000


def net(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, WIDE), nn.LayerNorm(WIDE), nn.Tanh(), nn.Linear(WIDE, WIDE), nn.ReLU(),
                         nn.Linear(WIDE, outputs))


def unit(x):
    return math.sqrt(D) * F.normalize(x, dim=-1)


class Learner:
    def __init__(self):
        torch.manual_seed(1)
        self.f, self.f_bar = net(OBS + D, ACTIONS * D), net(OBS + D, ACTIONS * D)
        self.b, self.b_bar = net(OBS, D), net(OBS, D)
        self.f_bar.load_state_dict(self.f.state_dict())
        self.b_bar.load_state_dict(self.b.state_dict())
        self.optimiser = torch.optim.Adam([*self.f.parameters(), *self.b.parameters()], lr=RATE)
        self.states = torch.eye(OBS)[torch.randint(OBS, (TRANSITIONS,))]
        self.actions = torch.randint(ACTIONS, (TRANSITIONS,))
        self.off = ~torch.eye(N, dtype=torch.bool)

    def update(self):
        row = torch.randint(TRANSITIONS - 1, (N,))
        s, a, s1 = self.states[row], self.actions[row], self.states[row + 1]
        z = unit(torch.randn(N, D))
        with torch.no_grad():
            mixed = torch.rand(N) < 0.5
            z[mixed] = unit(self.b(s1[torch.randperm(N)]))[mixed]
            ahead = self.f_bar(torch.cat([s1, z], 1)).view(N, ACTIONS, D)
            pi = F.softmax(torch.einsum("nad,nd->na", ahead, z) / TEMP, dim=1)
            target = torch.einsum("na,nad->nd", pi, ahead) @ unit(self.b_bar(s1)).T
        f = self.f(torch.cat([s, z], 1)).view(N, ACTIONS, D)[torch.arange(N), a]
        b = unit(self.b(s1))
        m = f @ b.T
        loss = 0.5 * (m - GAMMA * target)[self.off].pow(2).mean() - m.diag().mean()
        gram = b @ b.T
        loss = loss + gram[self.off].pow(2).mean() - 2 * gram.diag().mean()
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        with torch.no_grad():
            for slow, quick in ((self.f_bar, self.f), (self.b_bar, self.b)):
                for p, q in zip(slow.parameters(), quick.parameters()):
                    p.lerp_(q, TAU)


def main():
    learner = Learner()
    for _ in range(10):
        learner.update()
    times = []
    for _ in range(60):
        start = time.process_time()
        for _ in range(2):
            learner.update()
        times.append((time.process_time() - start) / 2)
    times.sort()
    print(f"torch {torch.__version__}: {1e3 * times[6]:.2f} ms of processor time an update (fastest tenth)")


if __name__ == "__main__":
    main()
