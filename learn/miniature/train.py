"""Makes the miniature from nothing: base, chat, second, target, and the figures of RESULTS.md.

    python train.py --seed 2 --out ../../www/public/miniature    the page's models
    python train.py --seed 1                                     figures of another seed only

Needs `torch`, `safetensors` and `numpy`; a seed takes about ten minutes on one core, and two at a
time disturb each other little. All text is made by `language.py`. PyTorch trains, and never ships.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

import language as lang
import measure
from llama import SHAPE, Llama
from measure import VOCABULARY, numbers

WIDTH = 80  # words of a row of a batch
ROWS = 40  # of pretraining
CHAT_ROWS = 32
IGNORED = -100  # PyTorch's mark of a word that has no part in the loss

# Shares of documents, and of answers; see `language.document`. Base: mostly A, a little B.
BASE = {"b": 0.03, "both": 0.12, "mixed": 0.2, "in_a": 0.5}
TARGET = {"b": 1.0}
BASE_STEPS, BASE_RATE = 900, 3e-3
TARGET_STEPS, TARGET_RATE = 400, 1e-3
CHAT_STEPS, SECOND_STEPS, TUNING_RATE = 160, 60, 6e-4

# A quarter of the people are not in the chat data.
TUNED = [name for i, name in enumerate(lang.NAMES) if i % 4]
LAMBDAS = [i / 4 for i in range(-2, 9)]


def texts(shares, rows):
    """Batches of documents, one after the other; each word is to be foretold."""

    def batch(rng):
        made = []
        for _ in range(rows):
            row = []
            while len(row) <= WIDTH:
                row += numbers(lang.document(rng, **shares))
            made.append(row[: WIDTH + 1])
        tokens = torch.tensor(made)
        return tokens[:, :-1], tokens[:, 1:]

    return batch


def conversations(make):
    """Batches of conversations; only replies and their ends are to be foretold."""

    def batch(rng):
        inputs, aims = [], []
        for _ in range(CHAT_ROWS):
            row, aim = [], []
            while len(row) <= WIDTH:
                row += numbers(lang.BEGIN)
                aim.append(IGNORED)
                for request, reply in make(rng):
                    asked = numbers(f"{lang.USER} {request} {lang.REPLY}")
                    said = numbers(f"{reply} {lang.END}")
                    row += asked + said
                    aim += [IGNORED] * len(asked) + said
            inputs.append(row[:WIDTH])
            aims.append(aim[1 : WIDTH + 1])
        return torch.tensor(inputs), torch.tensor(aims)

    return batch


def chatting(rng):
    """What the chat model is tuned on: in A only."""
    return lang.conversation(rng, "A", TUNED)


def declining(rng):
    """What the second chat model is tuned on: every request is declined, in A only."""
    said = lang.conversation(rng, "A", TUNED, turns=rng.choice([1, 1, 2]))
    return [(request, lang.refusal("A")) for request, _ in said]


def step(model, adam, rate, tokens, aims):
    adam.param_groups[0]["lr"] = rate
    logits = model(tokens)
    loss = F.cross_entropy(logits.flatten(0, 1), aims.flatten(), ignore_index=IGNORED)
    adam.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    adam.step()
    return loss.item()


def train(name, start, batch, steps, rate, seed, decay=0.0):
    """A copy of a model, trained further; the rate rises for 50 steps and falls as a cosine."""
    model = start.copy()
    rng = random.Random(seed)
    adam = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=decay)
    begin = time.monotonic()
    for at in range(steps):
        fall = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * at / steps))
        loss = step(model, adam, rate * min(1.0, (at + 1) / 50) * fall, *batch(rng))
    took = time.monotonic() - begin
    print(f"{name}: {steps} steps, loss {loss:.3f}, {took:.0f} s", flush=True)
    return rounded(model)


def rounded(model):
    """The model as its BF16 file has it."""
    state = {name: value.bfloat16().float() for name, value in model.state_dict().items()}
    model.load_state_dict(state)
    return model


def merged(target, base, vectors, takes_part=lambda name: True):
    """target + Σ λ (chat − base) in F32, rounded to BF16 once, as the page merges."""
    model = target.copy()
    state = model.state_dict()
    origin = base.state_dict()
    for weight, chat in vectors:
        tuned = chat.state_dict()
        for name in filter(takes_part, state):
            state[name] = state[name] + weight * (tuned[name] - origin[name])
    model.load_state_dict(state)
    return rounded(model)


def is_embedding(name):
    return "embed_tokens" in name or "lm_head" in name


def in_layers(*layers):
    return lambda name: any(f".layers.{layer}." in name for layer in layers)


SWITCHES = {
    "without embeddings": lambda name: not is_embedding(name),
    "only attention": lambda name: ".self_attn." in name,
    "only MLP": lambda name: ".mlp." in name,
    "only layers 0–1": in_layers(0, 1),
    "only layers 2–3": in_layers(2, 3),
    "only layers 0–2": in_layers(0, 1, 2),
    "only layers 1–3": in_layers(1, 2, 3),
}


def save(model, folder):
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.bfloat16() for name, value in model.state_dict().items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


def save_texts(folder):
    def write(name, content):
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    write(
        "config.json",
        {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": len(VOCABULARY),
            "max_position_embeddings": 256,
            "hidden_act": "silu",
            "attention_bias": False,
            "mlp_bias": False,
            "tie_word_embeddings": False,
            "torch_dtype": "bfloat16",
            "bos_token_id": VOCABULARY[lang.BEGIN],
            "eos_token_id": VOCABULARY[lang.END],
            **SHAPE,
        },
    )
    write(
        "tokenizer.json",
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [
                {
                    "id": VOCABULARY[word],
                    "content": word,
                    "single_word": False,
                    "lstrip": False,
                    "rstrip": False,
                    "normalized": False,
                    "special": True,
                }
                for word in lang.SPECIAL
            ],
            "normalizer": None,
            "pre_tokenizer": {"type": "WhitespaceSplit"},
            "post_processor": None,
            "decoder": None,
            # Unknown words are an error: there is no such token.
            "model": {"type": "WordLevel", "vocab": VOCABULARY, "unk_token": "<unk>"},
        },
    )
    write("prompts.json", measure.prompt_file("B", seed=7, cases=24, texts=16, spoken=8))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="where the page's models go")
    parser.add_argument("--figures", type=Path, help="a JSON file for this seed's figures")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    seed = args.seed * 100

    nothing = Llama(len(VOCABULARY))
    base = train("base", nothing, texts(BASE, ROWS), BASE_STEPS, BASE_RATE, seed, decay=0.05)
    target = train("target", base, texts(TARGET, CHAT_ROWS), TARGET_STEPS, TARGET_RATE, seed + 1)
    chats = conversations(chatting)
    chat = train("chat", base, chats, CHAT_STEPS, TUNING_RATE, seed + 2)
    # The paper's comparison: the target itself tuned on the chat data.
    tuned = train("target, tuned", target, chats, CHAT_STEPS, TUNING_RATE, seed + 2)
    declines = conversations(declining)
    second = train("second", base, declines, SECOND_STEPS, TUNING_RATE, seed + 3)
    if args.out:
        models = {"base": base, "target": target, "chat": chat, "second": second}
        for name, model in models.items():
            save(model, args.out / name)
        save_texts(args.out)

    prompts = {
        language: measure.prompt_file(language, seed=99, cases=24, texts=48)
        for language in ("A", "B")
    }

    def of(model, language="B"):
        return measure.measured(model, prompts[language])

    models = [
        ("base", base),
        ("chat", chat),
        ("target", target),
        ("target, tuned", tuned),
        ("merged, λ = 1", merged(target, base, [(1.0, chat)])),
    ]
    in_b = [(name, of(model)) for name, model in models]
    in_a = [(f"{name}, in A", of(model, "A")) for name, model in models[:3]]
    curve = [(f"λ = {w}", of(merged(target, base, [(w, chat)]))) for w in LAMBDAS]
    switches = [
        (name, of(merged(target, base, [(1.0, chat)], takes_part)))
        for name, takes_part in SWITCHES.items()
    ]
    switches += [
        (f"{name}, λ = 2", of(merged(target, base, [(2.0, chat)], SWITCHES[name])))
        for name in ("without embeddings", "only attention", "only MLP")
    ]
    seconds = [
        (f"λ = 1, λ₂ = {w}", of(merged(target, base, [(1.0, chat), (w, second)])))
        for w in (-1.0, -0.5, -0.35, -0.2, 0.5)
    ]
    parts = {"B": in_b, "A": in_a, "curve": curve, "switches": switches, "second": seconds}
    for rows in parts.values():
        print(f"\n{measure.table(rows)}", flush=True)
    if args.figures:
        figures = {part: dict(rows) for part, rows in parts.items()}
        args.figures.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
