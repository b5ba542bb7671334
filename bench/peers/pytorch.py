#!/usr/bin/env python3
"""Times one update of every case in PyTorch, on one thread. README.md defines the cases."""

import os
import re

import timing

timing.one_thread()
os.environ.pop("CUDA_HOME", None)  # else torch.compile warns that it finds no GPU

import torch  # noqa: E402  (after one_thread)
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

import cases  # noqa: E402

torch.set_num_threads(1)
torch.set_flush_denormal(True)

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}


def adam(parameters):
    """The quickest of PyTorch's own Adams: one fused loop where this version has it for the CPU."""
    settings = dict(lr=cases.LEARNING_RATE, betas=(cases.BETA1, cases.BETA2), eps=cases.EPSILON)
    parameters = list(parameters)
    try:
        return torch.optim.Adam(parameters, fused=True, **settings)
    except (RuntimeError, TypeError):
        return torch.optim.Adam(parameters, foreach=False, **settings)


def linear(rng, fan_in, fan_out):
    layer = nn.Linear(fan_in, fan_out)
    weight, bias = cases.dense(rng, fan_in, fan_out)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weight.T))
        layer.bias.copy_(torch.from_numpy(bias))
    return layer


def mlp(rng, widths, activation="relu"):
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [linear(rng, fan_in, fan_out), ACTIVATIONS[activation]()]
    return nn.Sequential(*layers[:-1])


def tensors(*arrays):
    return [torch.from_numpy(array) for array in arrays]


def supervised(net, x, y, compiled):
    """Mean squared error of net(x) against y, Adam."""
    loss_of = lambda x, y: F.mse_loss(net(x), y)
    if compiled:
        loss_of = torch.compile(loss_of)
    optimiser = adam(net.parameters())

    def update(read=False):
        loss = loss_of(x, y)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item() if read else None

    return update, 1


def make_mlp(name):
    def make(variant, noise):
        if variant not in ("eager", "compile"):
            return None
        widths, activation, batch = cases.MLPS[name]
        rng = cases.generator()
        x, y = tensors(cases.normal(rng, batch, widths[0]), cases.normal(rng, batch, widths[-1]))
        return supervised(mlp(rng, widths, activation), x, y, variant == "compile")

    return make


class Pair(nn.Module):
    """Two critics as two networks."""

    def __init__(self, rng):
        super().__init__()
        self.members = nn.ModuleList(mlp(rng, cases.Sac.critic) for _ in range(2))

    def forward(self, x):
        return torch.stack([member(x).squeeze(-1) for member in self.members])


class Stack(nn.Module):
    """Two critics as one network with batched products."""

    def __init__(self, rng):
        super().__init__()
        drawn = [[cases.dense(rng, *pair) for pair in zip(cases.Sac.critic, cases.Sac.critic[1:])] for _ in range(2)]
        layers = list(zip(*drawn))
        self.weights = nn.ParameterList(torch.stack(tensors(*(w for w, _ in layer))) for layer in layers)
        self.biases = nn.ParameterList(torch.stack(tensors(*(b for _, b in layer)))[:, None] for layer in layers)

    def forward(self, x):
        x = x.expand(2, *x.shape)
        for i, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            x = torch.baddbmm(bias, x if i == 0 else F.relu(x), weight)
        return x.squeeze(-1)


def gaussian(actor, s, noise):
    """Tanh-Gaussian action and its log-density."""
    mean, log_std = actor(s).chunk(2, -1)
    log_std = log_std.clamp(cases.Sac.log_std_min, cases.Sac.log_std_max)
    a = torch.tanh(mean + log_std.exp() * noise)
    log_density = -0.5 * noise**2 - log_std - 0.918938533 - torch.log(1 - a**2 + 1e-6)
    return a, log_density.sum(-1)


def make_sac(variant, noise):
    c, rng = cases.Sac, cases.generator()
    s, a, r, s2, alive = tensors(*cases.sac_batch(rng))
    kind = {"eager": Pair, "compile": Pair, "stack": Stack, "compile-s": Stack}.get(variant)
    if kind is None:
        return None
    actor = mlp(rng, c.actor)
    state = rng.bit_generator.state
    critics = kind(rng)
    rng.bit_generator.state = state  # the targets begin as copies of the critics
    targets = kind(rng).requires_grad_(False)
    actor_parameters, critic_parameters = list(actor.parameters()), list(critics.parameters())
    target_parameters = list(targets.parameters())
    actor_adam, critic_adam = adam(actor_parameters), adam(critic_parameters)
    draw = torch.randn if noise else torch.zeros

    def critic_loss():
        with torch.no_grad():
            a2, log_density = gaussian(actor, s2, draw(c.batch, c.act))
            q2 = targets(torch.cat([s2, a2], -1)).amin(0) - c.alpha * log_density
            y = r + c.gamma * alive * q2
        return ((critics(torch.cat([s, a], -1)) - y) ** 2).mean(1).sum()

    def actor_loss():
        chosen, log_density = gaussian(actor, s, draw(c.batch, c.act))
        return (c.alpha * log_density - critics(torch.cat([s, chosen], -1)).amin(0)).mean()

    if variant.startswith("compile"):
        critic_loss, actor_loss = torch.compile(critic_loss), torch.compile(actor_loss)

    def update(read=False):
        loss = critic_loss()
        critic_adam.zero_grad(set_to_none=True)
        loss.backward()
        critic_adam.step()
        critics.requires_grad_(False)  # the actor wants the gradient of their inputs alone
        actor_adam.zero_grad(set_to_none=True)
        actor_loss().backward()
        actor_adam.step()
        critics.requires_grad_(True)
        with torch.no_grad():
            if hasattr(torch, "_foreach_lerp_"):
                torch._foreach_lerp_(target_parameters, critic_parameters, c.tau)
            else:
                for target, parameter in zip(target_parameters, critic_parameters):
                    target.lerp_(parameter, c.tau)
        return loss.item() if read else None

    return update, 1


class Block(nn.Module):
    def __init__(self, rng):
        super().__init__()
        c = cases.Transformer
        self.norm1 = nn.LayerNorm(c.width, eps=c.layer_norm_epsilon)
        self.norm2 = nn.LayerNorm(c.width, eps=c.layer_norm_epsilon)
        self.qkv, self.projection = linear(rng, c.width, 3 * c.width), linear(rng, c.width, c.width)
        self.inner, self.outer = linear(rng, c.width, c.inner), linear(rng, c.inner, c.width)

    def attention(self, x):
        batch, context, width = x.shape
        heads = self.qkv(x).view(batch, context, 3, cases.Transformer.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(*heads.unbind(0), is_causal=True)
        return self.projection(mixed.transpose(1, 2).reshape(batch, context, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.outer(F.gelu(self.inner(self.norm2(x)), approximate="tanh"))


class Masked(Block):
    """Attention spelled out."""

    def attention(self, x):
        batch, context, width = x.shape
        heads = self.qkv(x).view(batch, context, 3, cases.Transformer.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = heads.unbind(0)
        mask = torch.full((context, context), float("-inf")).triu(1)
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5 + mask, -1)
        return self.projection((weights @ v).transpose(1, 2).reshape(batch, context, width))


class Decoder(nn.Module):
    def __init__(self, rng, block):
        super().__init__()
        c = cases.Transformer
        self.token = linear(rng, c.token, c.width)
        self.position = nn.Parameter(torch.from_numpy(0.02 * cases.normal(rng, c.context, c.width)))
        self.blocks = nn.Sequential(*(block(rng) for _ in range(c.blocks)))
        self.norm, self.head = nn.LayerNorm(c.width, eps=c.layer_norm_epsilon), linear(rng, c.width, c.out)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.token(x) + self.position)))


def make_transformer(variant, noise):
    block = {"eager": Block, "compile": Block, "masked": Masked, "compile-m": Masked}.get(variant)
    if block is None or (block is Block and not hasattr(F, "scaled_dot_product_attention")):
        return None
    c, rng = cases.Transformer, cases.generator()
    x, y = tensors(cases.normal(rng, c.batch, c.context, c.token), cases.normal(rng, c.batch, c.context, c.out))
    return supervised(Decoder(rng, block), x, y, variant.startswith("compile"))


class Recurrent(nn.Module):
    """PyTorch's own LSTM and a head; of its two biases the second begins at zero."""

    def __init__(self, rng):
        super().__init__()
        c = cases.Lstm
        self.lstm = nn.LSTM(c.token, c.hidden)
        with torch.no_grad():
            for name, fan_in in (("ih", c.token), ("hh", c.hidden)):
                weight, bias = cases.dense(rng, fan_in, 4 * c.hidden)
                getattr(self.lstm, f"weight_{name}_l0").copy_(torch.from_numpy(weight.T))
                getattr(self.lstm, f"bias_{name}_l0").copy_(torch.from_numpy(bias) * (name == "ih"))
        self.head = linear(rng, c.hidden, c.out)

    def forward(self, x):
        return self.head(self.lstm(x)[0])


class Spelled(nn.Module):
    """The recurrence spelled out; the products with the inputs are one for all steps."""

    def __init__(self, rng):
        super().__init__()
        c = cases.Lstm
        self.input = linear(rng, c.token, 4 * c.hidden)
        self.hidden = nn.Parameter(torch.from_numpy(cases.dense(rng, c.hidden, 4 * c.hidden)[0]))
        self.head = linear(rng, c.hidden, c.out)

    def forward(self, x):
        h = cell = x.new_zeros(cases.Lstm.batch, cases.Lstm.hidden)
        states = []
        for row in self.input(x):
            i, f, g, o = torch.addmm(row, h, self.hidden).chunk(4, -1)
            cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(cell)
            states.append(h)
        return self.head(torch.stack(states))


def make_lstm(variant, noise):
    net = {"eager": Recurrent, "compile": Spelled, "spelled": Spelled}.get(variant)
    if net is None:
        return None
    c, rng = cases.Lstm, cases.generator()
    x, y = tensors(cases.normal(rng, c.steps, c.batch, c.token), cases.normal(rng, c.steps, c.batch, c.out))
    return supervised(net(rng), x, y, variant == "compile")


def matrix_library():
    """MKL with its version, or the BLAS that the process really maps (Debian's build takes the system's)."""
    mkl = re.search(r"Math Kernel Library Version ([\d.]+)", torch.__config__.show())
    if mkl:
        return "MKL " + mkl[1]
    torch.mm(torch.ones(8, 8), torch.ones(8, 8))
    with open("/proc/self/maps") as maps:
        found = {line.split("/")[-2] for line in maps if re.search(r"/libblas\.so", line)}
    return "BLAS of " + ", ".join(sorted(found))


# stack, compile-s: sac; masked, compile-m: transformer; spelled: lstm
VARIANTS = ("eager", "stack", "masked", "spelled") + (
    ("compile", "compile-s", "compile-m") if hasattr(torch, "compile") else ()
)
MAKERS = {name: make_mlp(name) for name in cases.MLPS}
MAKERS |= {"sac": make_sac, "transformer": make_transformer, "lstm": make_lstm}

if __name__ == "__main__":
    timing.main(__doc__, MAKERS, VARIANTS, "PyTorch", torch.__version__, matrix_library())
