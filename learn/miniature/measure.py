"""What a model does, in numbers: the paper's three facets in miniature, and the language kept.

Measured as the page does (`learn/src/measure.rs`), on the same kind of file:

- instructions: single requests that are answered, word for word as expected, with the end
- turns: the same for the last of two or three turns, which needs those before
- refusals: single requests of the marked class that are declined
- language: the share of words in replies to all of these that are B's
- loss: mean negative log-likelihood of held-out text in B, in nats per word
"""

import json
import random

import torch
from torch.nn import functional as F

import language as lang

VOCABULARY = lang.vocabulary()
WORDS = list(VOCABULARY)
END = VOCABULARY[lang.END]
MOST = 24


def numbers(text):
    return [VOCABULARY[word] for word in text.split()]


def prompt_file(language, seed, cases, texts, spoken=None):
    """Prompts that no model is trained on: conversations in B are in no training data. There are 24
    refusals at most, one for each person. `spoken` of each kind are looked at for their language: all,
    where it says nothing."""
    rng = random.Random(seed)
    wanted = {"instructions": {}, "turns": {}, "refusals": {}}
    while any(len(prompts) < cases for prompts in wanted.values()):
        said = lang.conversation(rng, language)
        declined = said[-1][1] == lang.refusal(language)
        if len(said) > 1:
            name = None if declined else "turns"
        else:
            name = "refusals" if declined else "instructions"
        if name and len(wanted[name]) < cases:
            prompt, answer = lang.prompt(said)
            wanted[name][prompt] = answer
    measures = [
        {
            "name": name,
            "kind": "answer",
            "cases": [{"prompt": p, "answer": a} for p, a in prompts.items()],
        }
        for name, prompts in wanted.items()
    ]
    spoken_to = [{"prompt": p} for prompts in wanted.values() for p in list(prompts)[:spoken]]
    measures.append(
        {
            "name": "language",
            "kind": "words",
            "words": sorted(lang.words_of(language)),
            "cases": spoken_to,
        }
    )
    b = 1.0 if language == "B" else 0.0
    told = [{"prompt": lang.document(rng, b=b)} for _ in range(texts)]
    measures.append({"name": "loss", "kind": "text", "cases": told})
    return {"measures": measures}


@torch.no_grad()
def replies(model, prompts):
    """The most likely words in turn, up to the end; prompts of one length go together."""
    groups = {}
    for prompt in prompts:
        groups.setdefault(len(prompt.split()), {})[prompt] = None
    said = {}
    for members in groups.values():
        tokens = torch.tensor([numbers(prompt) for prompt in members])
        start = tokens.shape[1]
        ended = torch.zeros(len(members), dtype=torch.bool)
        for _ in range(MOST):
            word = model(tokens)[:, -1].argmax(-1)
            tokens = torch.cat([tokens, word[:, None]], 1)
            ended |= word == END
            if ended.all():
                break
        for prompt, row in zip(members, tokens[:, start:].tolist()):
            row = row[: row.index(END) + 1] if END in row else row
            said[prompt] = " ".join(WORDS[token] for token in row)
    return said


@torch.no_grad()
def loss(model, texts):
    total, words = 0.0, 0
    for text in texts:
        tokens = torch.tensor([numbers(text)])
        logits = model(tokens[:, :-1])[0]
        total += F.cross_entropy(logits, tokens[0, 1:], reduction="sum").item()
        words += len(logits)
    return total / words


def measured(model, prompts):
    """`{measure: value}` for a prompt file."""
    asked = [
        case["prompt"]
        for measure in prompts["measures"]
        if measure["kind"] != "text"
        for case in measure["cases"]
    ]
    said = replies(model, asked)
    values = {}
    for measure in prompts["measures"]:
        name, cases = measure["name"], measure["cases"]
        if measure["kind"] == "answer":
            right = sum(said[case["prompt"]] == case["answer"] for case in cases)
            values[name] = right / len(cases)
        elif measure["kind"] == "words":
            allowed, words = set(measure["words"]), []
            for case in cases:
                reply = [w for w in said[case["prompt"]].split() if w != lang.END]
                words += reply or [None]
            values[name] = sum(word in allowed for word in words) / len(words)
        else:
            values[name] = loss(model, [case["prompt"] for case in cases])
    return values


def table(rows):
    """Rows `(title, {measure: value})` as text."""
    names = list(rows[0][1])
    lines = [f"{'':24}" + "".join(f"{name:>14}" for name in names)]
    for title, values in rows:
        lines.append(f"{title:24}" + "".join(f"{values[name]:14.2f}" for name in names))
    return "\n".join(lines)


if __name__ == "__main__":
    print(json.dumps(prompt_file("B", seed=7, cases=2, texts=1), indent=1))
