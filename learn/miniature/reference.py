"""Writes ../tests/fixture/miniature.json: what transformers and `measure.py` make of the page's models.

    python reference.py        needs `torch`, `safetensors` and `transformers`; run it after train.py

The logits are those of transformers' LlamaForCausalLM in F32, of the same BF16 files that the page
loads; the measures are those of the page's own prompts, the answers those to its first question.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM

import language as lang
import measure
from llama import Llama
from measure import VOCABULARY, numbers
from train import merged

MODELS = Path(__file__).parents[2] / "www/public/miniature"
OUT = Path(__file__).parents[1] / "tests/fixture/miniature.json"
LAMBDAS = [0.0, 0.25, 1.0, 2.0]
# What the page asks first.
QUESTION = f"{lang.BEGIN} {lang.USER} {lang.question('anna', 'live', 'B')} {lang.REPLY}"


def answer(model):
    """What a model says to the first question, without the end."""
    said = measure.replies(model, [QUESTION])[QUESTION]
    return said.removesuffix(lang.END).strip()


def main():
    prompts = json.loads((MODELS / "prompts.json").read_text())
    config = LlamaConfig.from_json_file(MODELS / "config.json")
    asked = [case["prompt"] for case in prompts["measures"][1]["cases"][:2]]
    models, logits = {}, []
    for name in ("base", "target", "chat", "second"):
        state = load_file(MODELS / name / "model.safetensors")
        state = {key: value.float() for key, value in state.items()}
        llama = LlamaForCausalLM(config).eval()
        llama.load_state_dict(state)
        own = Llama(len(VOCABULARY))
        own.load_state_dict(state)
        models[name] = own
        for prompt in asked:
            tokens = torch.tensor([numbers(prompt)])
            with torch.no_grad():
                theirs, ours = llama(tokens).logits[0], own(tokens)[0]
            assert (theirs - ours).abs().max() < 1e-4, "llama.py is no Llama"
            # The last position has seen all others.
            last = [round(value, 6) for value in theirs[-1].tolist()]
            logits.append({"model": name, "prompt": prompt, "logits": last})
    rows = [({"model": name}, model) for name, model in models.items()]
    for weight in LAMBDAS:
        model = merged(models["target"], models["base"], [(weight, models["chat"])])
        rows.append(({"model": "merged", "lambda": weight}, model))
    measures = [
        {**row, "answer": answer(model), "measures": measure.measured(model, prompts)}
        for row, model in rows
    ]
    found = {"logits": logits, "question": QUESTION, "measures": measures}
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    print(measure.table([(str(m.get("lambda", m["model"])), m["measures"]) for m in measures]))


if __name__ == "__main__":
    main()
