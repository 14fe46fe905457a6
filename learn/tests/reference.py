"""Makes `fixture/`: a tiny Llama checkpoint of random weights, and what transformers computes with it.

By hand, with PyTorch, safetensors and transformers (made with 2.13, 0.8 and 5.24):

    python learn/tests/reference.py
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

FOLDER = Path(__file__).parent / "fixture"
TEXTS = [
    [0, 2, 7, 8, 9, 3],
    [0, 39, 38, 5, 5, 1],
    [4],
    [0, 2] + list(range(4, 40)) + [3],
]
END = 1
MOST = 16

config = LlamaConfig(
    hidden_size=32,
    intermediate_size=56,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    # Not hidden_size / num_attention_heads, to see that it is read.
    head_dim=12,
    vocab_size=40,
    max_position_embeddings=64,
    rope_theta=500.0,
    rms_norm_eps=1e-5,
    tie_word_embeddings=False,
    bos_token_id=0,
    eos_token_id=END,
    attn_implementation="eager",
)
torch.manual_seed(5)
model = LlamaForCausalLM(config).eval()
with torch.no_grad():
    for name, weight in model.named_parameters():
        spread = 0.3 * torch.randn(weight.shape)
        weight.copy_((1 + spread if "norm" in name else spread).bfloat16().float())


@torch.no_grad()
def logits(tokens):
    return model(torch.tensor([tokens])).logits[0]


@torch.no_grad()
def reply(tokens):
    said = []
    while len(said) < MOST and said[-1:] != [END]:
        said.append(int(logits(tokens + said)[-1].argmax()))
    return said


def surprise(tokens):
    chances = torch.log_softmax(logits(tokens), -1)
    return -sum(float(chances[i, token]) for i, token in enumerate(tokens[1:]))


def rounded(rows):
    return [[float(f"{x:.6f}") for x in row] for row in rows.tolist()]


FOLDER.mkdir(exist_ok=True)
weights = {name: w.bfloat16().contiguous() for name, w in model.state_dict().items()}
save_file(weights, FOLDER / "model.safetensors", {"format": "pt"})
KEPT = """model_type hidden_act hidden_size intermediate_size num_hidden_layers num_attention_heads
num_key_value_heads head_dim vocab_size max_position_embeddings rms_norm_eps rope_parameters
tie_word_embeddings attention_bias mlp_bias""".split()
written = {key: value for key, value in config.to_dict().items() if key in KEPT}
(FOLDER / "config.json").write_text(json.dumps(written, indent=1) + "\n")
reference = {
    "end": END,
    "most": MOST,
    "cases": [
        {
            "tokens": tokens,
            "logits": rounded(logits(tokens)),
            "reply": reply(tokens),
            "surprise": surprise(tokens),
        }
        for tokens in TEXTS
    ],
}
# The same weights with the embeddings as output head.
model.lm_head.weight = model.model.embed_tokens.weight
reference["tied"] = rounded(logits(TEXTS[0]))
(FOLDER / "reference.json").write_text(json.dumps(reference, separators=(",", ":")) + "\n")
