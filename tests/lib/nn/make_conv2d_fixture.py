# Makes conv2d.txt: PyTorch's conv2d in float64 on inputs rounded to float32.
#     python3 make_conv2d_fixture.py > conv2d.txt     (made with PyTorch 2.15.0, numpy 2.4.6)
# Images are written [images][height][width][channels], kernels [height][width][in][out]. For "same"
# padding with a stride, which PyTorch refuses, the zeros of TensorFlow's rule are put by hand.
import numpy as np
import torch
import torch.nn.functional as F

rng = np.random.default_rng(21)
ACTIVATIONS = {"identity": lambda v: v, "tanh": torch.tanh, "gelu": F.gelu}


def draw(*shape, scale=1.0):
    values = (scale * rng.standard_normal(shape)).astype(np.float32).astype(np.float64)
    return torch.tensor(values, requires_grad=True)


def show(name, x):
    values = x.detach().numpy().ravel()
    print(name, values.size, " ".join(f"{v:.10g}" for v in values))


def zeros(size, kernel, stride):
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def case(name, x_shape, kernel, out, stride, padding, activation):
    images, channels = x_shape[0], x_shape[3]
    x, weight = draw(*x_shape), draw(out, channels, *kernel, scale=0.4)
    bias = draw(out)
    planes = x.permute(0, 3, 1, 2)
    if padding == "same" and stride > 1:
        (top, bottom), (left, right) = (zeros(x_shape[1 + k], kernel[k], stride) for k in range(2))
        y = F.conv2d(F.pad(planes, (left, right, top, bottom)), weight, bias, stride=stride)
    else:
        y = F.conv2d(planes, weight, bias, stride=stride, padding=padding)
    y = ACTIVATIONS[activation](y.permute(0, 2, 3, 1))
    w = draw(*y.shape)
    (w.detach() * y).sum().backward()
    print(f"# {name}: {list(x_shape)} -> {list(y.shape)}, {activation}")
    for part, v in ("x", x), ("x.grad", x.grad), ("y", y), ("y.weight", w):
        show(f"{name}.{part}", v)
    show(name + ".kernel", weight.permute(2, 3, 1, 0))
    show(name + ".kernel.grad", weight.grad.permute(2, 3, 1, 0))
    show(name + ".bias", bias)
    show(name + ".bias.grad", bias.grad)


print(f"# made by make_conv2d_fixture.py with PyTorch {torch.__version__}")
case("valid", (2, 7, 6, 3), (3, 2), 4, 2, "valid", "identity")
case("same", (2, 5, 6, 3), (4, 3), 5, 1, "same", "tanh")
case("stride", (2, 7, 8, 2), (3, 4), 3, 2, "same", "gelu")
case("wide", (3, 2, 3, 2), (5, 5), 3, 1, "same", "identity")
