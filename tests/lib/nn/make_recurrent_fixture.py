# Makes recurrent.txt: PyTorch's nn.LSTM and nn.GRU in float64 on inputs rounded to float32.
#     python3 make_recurrent_fixture.py > recurrent.txt     (made with PyTorch 2.15.0, numpy 2.4.6)
# Weights are written in our layout, [in][gates * hidden]; PyTorch's two biases where we have one are
# written as their sum. Resets are emulated by calling the module one step at a time.
import numpy as np
import torch

rng = np.random.default_rng(20)
BATCH, STEPS, IN, HIDDEN = 3, 6, 5, 4


def draw(*shape, scale=1.0):
    values = (scale * rng.standard_normal(shape)).astype(np.float32).astype(np.float64)
    return torch.tensor(values, requires_grad=True)


def show(name, values):
    values = np.asarray(values.detach() if torch.is_tensor(values) else values).ravel()
    print(name, values.size, " ".join(f"{v:.12g}" for v in values))


def show_pair(name, x, gradient):
    show(name, x)
    show(name + ".grad", gradient)


def run(module, x, states, resets):
    """One step at a time, the states zeroed where resets say."""
    outputs = []
    for t in range(STEPS):
        keep = torch.tensor(1.0 - resets[:, t]).reshape(1, BATCH, 1)
        states = [keep * s for s in states]
        y, new = module(x[:, t:t + 1], tuple(states) if len(states) == 2 else states[0])
        states = list(new) if len(states) == 2 else [new]
        outputs.append(y)
    return torch.cat(outputs, 1), states


def case(name, kind, with_resets):
    gates = 4 if kind == "lstm" else 3
    module = (torch.nn.LSTM if kind == "lstm" else torch.nn.GRU)(IN, HIDDEN, batch_first=True).double()
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(draw(*p.shape, scale=0.6))
    x = draw(BATCH, STEPS, IN)
    states = [draw(1, BATCH, HIDDEN) for _ in range(2 if kind == "lstm" else 1)]
    resets = np.zeros((BATCH, STEPS))
    if with_resets:  # at the beginning, at the end, twice running, and one sequence without
        resets[0, 0] = resets[0, 3] = resets[0, 4] = resets[2, 5] = 1
        y, last = run(module, x, states, resets)
    else:
        y, last = module(x, tuple(states) if kind == "lstm" else states[0])
        last = list(last) if kind == "lstm" else [last]
    weights = [draw(*v.shape) for v in [y] + last]
    sum((w.detach() * v).sum() for w, v in zip(weights, [y] + last)).backward()
    show_pair(name + ".x", x, x.grad)
    for k, s in enumerate(states):
        show_pair(f"{name}.first{k}", s, s.grad)
        show(f"{name}.last{k}", last[k])
        show(f"{name}.last{k}.weight", weights[1 + k])
    show(name + ".y", y)
    show(name + ".y.weight", weights[0])
    show(name + ".resets", resets)
    show_pair(name + ".input", module.weight_ih_l0.T, module.weight_ih_l0.grad.T)
    show_pair(name + ".recurrent", module.weight_hh_l0.T, module.weight_hh_l0.grad.T)
    both, grad = (module.bias_ih_l0 + module.bias_hh_l0).detach(), module.bias_ih_l0.grad
    if kind == "gru":
        both[2 * HIDDEN:] = module.bias_ih_l0[2 * HIDDEN:]
        show_pair(name + ".gated_bias", module.bias_hh_l0[2 * HIDDEN:], module.bias_hh_l0.grad[2 * HIDDEN:])
    show_pair(name + ".bias", both, grad)


print(f"# made by make_recurrent_fixture.py with PyTorch {torch.__version__}")
print(f"# batch {BATCH}, steps {STEPS}, in {IN}, hidden {HIDDEN}")
for kind in "lstm", "gru":
    case(kind, kind, False)
    case(kind + ".reset", kind, True)
