"""A Llama in miniature, in PyTorch: Hugging Face's names, shapes and rotary convention.

Source: Touvron et al., arXiv 2302.13971; grouped-query attention as in arXiv 2307.09288.
"""

import torch
from torch import nn
from torch.nn import functional as F

SHAPE = {
    "hidden_size": 96,
    "intermediate_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 24,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
}


class RmsNorm(nn.Module):
    def __init__(self, width, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))


def rotated(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat([-second, first], -1) * sin


class Attention(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.heads = shape["num_attention_heads"]
        self.groups = shape["num_key_value_heads"]
        self.dim = shape["head_dim"]
        width = shape["hidden_size"]
        self.q_proj = nn.Linear(width, self.heads * self.dim, bias=False)
        self.k_proj = nn.Linear(width, self.groups * self.dim, bias=False)
        self.v_proj = nn.Linear(width, self.groups * self.dim, bias=False)
        self.o_proj = nn.Linear(self.heads * self.dim, width, bias=False)

    def forward(self, x, cos, sin):
        batch, length, _ = x.shape

        def split(y):
            return y.view(batch, length, -1, self.dim).transpose(1, 2)

        q = rotated(split(self.q_proj(x)), cos, sin)
        k = rotated(split(self.k_proj(x)), cos, sin)
        v = split(self.v_proj(x))
        k, v = (y.repeat_interleave(self.heads // self.groups, 1) for y in (k, v))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(y.transpose(1, 2).reshape(batch, length, -1))


class Mlp(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, inner = shape["hidden_size"], shape["intermediate_size"]
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        width, eps = shape["hidden_size"], shape["rms_norm_eps"]
        self.self_attn = Attention(shape)
        self.mlp = Mlp(shape)
        self.input_layernorm = RmsNorm(width, eps)
        self.post_attention_layernorm = RmsNorm(width, eps)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    def __init__(self, shape, vocabulary):
        super().__init__()
        width = shape["hidden_size"]
        self.embed_tokens = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape["num_hidden_layers"]))
        self.norm = RmsNorm(width, shape["rms_norm_eps"])


class Llama(nn.Module):
    """Token numbers `[batch, length]` → logits `[batch, length, vocabulary]`."""

    def __init__(self, vocabulary, shape=SHAPE):
        super().__init__()
        self.shape = shape
        self.vocabulary = vocabulary
        self.model = Body(shape, vocabulary)
        self.lm_head = nn.Linear(shape["hidden_size"], vocabulary, bias=False)
        for name, weight in self.named_parameters():
            if weight.dim() > 1:
                adds_to_stream = "o_proj" in name or "down_proj" in name
                std = weight.shape[-1] ** -0.5 * (0.5 if adds_to_stream else 1.0)
                nn.init.normal_(weight, std=0.02 if "embed" in name else std)

    def forward(self, tokens):
        dim = self.shape["head_dim"]
        steps = self.shape["rope_theta"] ** (-torch.arange(0, dim, 2).float() / dim)
        angles = torch.arange(tokens.shape[1]).float()[:, None] * steps
        angles = torch.cat([angles, angles], -1)
        x = self.model.embed_tokens(tokens)
        for layer in self.model.layers:
            x = layer(x, angles.cos(), angles.sin())
        return self.lm_head(self.model.norm(x))

    def copy(self):
        other = Llama(self.vocabulary, self.shape)
        other.load_state_dict(self.state_dict())
        return other
