# Attention and a pre-norm transformer in float64 by PyTorch: values and gradients.
#
#     python3 make_attention_fixture.py > attention_fixture.txt
#
# Made with Python 3.11 and PyTorch 2.15.0. Inputs are rounded to float32 first, so that both sides compute from the
# same numbers. Attention is torch.nn.functional.scaled_dot_product_attention with a mask; the transformer is
# torch.nn.TransformerEncoderLayer(norm_first=True, activation="gelu") with its weights set, an independent
# implementation of the same block. A query that sees nothing is 0 by our convention (PyTorch gives NaN there): its
# row is set to 0 after the call.
import torch
import torch.nn.functional as F

torch.manual_seed(20240611)
torch.set_default_dtype(torch.float64)


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).to(torch.float32).to(torch.float64)


def show(name, x):
    values = " ".join(f"{v:.10g}" for v in x.detach().reshape(-1).tolist())
    print(name, x.numel(), values)


def attention(name, batch, tokens, width, heads, allowed, real):
    """allowed [T][T] and real [B][T] booleans."""
    depth = width // heads
    qkv = draw(batch, tokens, 3 * width).requires_grad_()
    up = draw(batch, tokens, width)
    parts = [p.reshape(batch, tokens, heads, depth).transpose(1, 2) for p in qkv.split(width, dim=2)]
    mask = allowed[None, None] & real[:, None, None, :] & real[:, None, :, None]
    seen = mask.any(dim=3, keepdim=True)
    y = F.scaled_dot_product_attention(*parts, attn_mask=mask | ~seen)
    y = torch.where(seen, y, torch.zeros(()))
    y = y.transpose(1, 2).reshape(batch, tokens, width)
    (y * up).sum().backward()
    show(name + "_qkv", qkv)
    show(name + "_up", up)
    show(name + "_real", real.to(torch.float64))
    show(name + "_seen", allowed.sum(dim=1).to(torch.float64))
    show(name + "_y", y)
    show(name + "_grad", qkv.grad)


def transformer(name, batch, tokens, width, heads, layers, activation):
    """Weights in the order of our declarations; ours lie [in][out], PyTorch's [out][in]."""
    hidden = 4 * width
    x = draw(batch, tokens, width).requires_grad_()
    up = draw(batch, tokens, width)
    positions = draw(tokens + 1, width, scale=0.5).requires_grad_()
    blocks = [
        torch.nn.TransformerEncoderLayer(
            width, heads, hidden, dropout=0.0, activation=activation, norm_first=True, batch_first=True
        )
        for _ in range(layers)
    ]
    last = torch.nn.LayerNorm(width)
    ours = [positions]
    for b in blocks:
        a = b.self_attn
        ours += [b.norm1.weight, b.norm1.bias, a.in_proj_weight, a.in_proj_bias, a.out_proj.weight, a.out_proj.bias]
        ours += [b.norm2.weight, b.norm2.bias, b.linear1.weight, b.linear1.bias, b.linear2.weight, b.linear2.bias]
    ours += [last.weight, last.bias]
    with torch.no_grad():
        for p in ours[1:]:
            p.copy_(draw(*p.shape, scale=0.3))
    mask = torch.nn.Transformer.generate_square_subsequent_mask(tokens, dtype=torch.float64)
    h = x + positions[:tokens]
    for b in blocks:
        h = b(h, src_mask=mask)
    y = last(h)
    (y * up).sum().backward()

    def flat(values):
        turned = [values[0], *(v.t() if v.dim() == 2 else v for v in values[1:])]
        return torch.cat([v.reshape(-1) for v in turned])

    show(name + "_x", x)
    show(name + "_up", up)
    show(name + "_weights", flat(ours))
    show(name + "_y", y)
    show(name + "_x_grad", x.grad)
    show(name + "_grads", flat([p.grad for p in ours]))


def causal(tokens):
    return torch.ones(tokens, tokens, dtype=torch.bool).tril()


def everything(batch, tokens):
    return torch.ones(batch, tokens, dtype=torch.bool)


print(f"# make_attention_fixture.py, PyTorch {torch.__version__}")
attention("causal", 2, 9, 10, 2, causal(9), everything(2, 9))
attention("both", 2, 5, 9, 3, torch.ones(5, 5, dtype=torch.bool), everything(2, 5))
left = torch.tensor([[0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0]], dtype=torch.bool)
attention("left", 3, 7, 8, 4, causal(7), left)
right = torch.tensor([[1, 1, 1, 1, 0, 0], [1, 1, 0, 1, 1, 0]], dtype=torch.bool)
attention("right", 2, 6, 5, 1, torch.ones(6, 6, dtype=torch.bool), right)
steps = torch.tensor([1, 4, 4, 4, 5, 8, 8, 8])
attention("block", 2, 8, 6, 2, torch.arange(8)[None, :] < steps[:, None], everything(2, 8))
attention("long", 1, 70, 4, 1, causal(70), everything(1, 70))
transformer("gelu", 2, 7, 9, 3, 2, "gelu")
transformer("relu", 3, 4, 6, 2, 1, "relu")
