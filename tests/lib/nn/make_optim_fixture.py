#!/usr/bin/env python3
"""Makes optim_fixture.txt: parameters after steps of PyTorch's optimisers in double precision.

    python3 make_optim_fixture.py > optim_fixture.txt      (made with PyTorch 2.15)
"""
import torch

SIZE, STEPS = 19, 7
torch.manual_seed(5)
start = torch.randn(SIZE, dtype=torch.float32).double()
grads = torch.randn(STEPS, SIZE, dtype=torch.float32).double()
grads[3] *= 50  # one that clipping must tame

cases = {
    "sgd": (lambda p: torch.optim.SGD(p, lr=0.05), 0),
    "sgd_decay": (lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.1), 0),
    "momentum": (lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9), 0),
    "nesterov": (lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True), 0),
    "rmsprop": (lambda p: torch.optim.RMSprop(p, lr=0.01), 0),
    "adam": (lambda p: torch.optim.Adam(p, lr=0.01), 0),
    "adam_decay": (lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1), 0),
    "adam_clip": (lambda p: torch.optim.Adam(p, lr=0.01, eps=1e-5), 0.5),
    "adamw": (lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1), 0),
}


def show(name, values):
    flat = values.flatten().tolist()
    print(name, len(flat), *("%.17g" % v for v in flat))


print("# made by make_optim_fixture.py; name, count, values")
show("start", start)
show("grads", grads)
for name, (make, clip) in cases.items():
    p = torch.nn.Parameter(start.clone())
    optimizer = make([p])
    after = []
    for g in grads:
        p.grad = g.clone()
        if clip:
            torch.nn.utils.clip_grad_norm_([p], clip)
        optimizer.step()
        after.append(p.detach().clone())
    show(name, torch.stack(after))
