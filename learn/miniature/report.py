"""Writes RESULTS.md from the figures of several seeds: python report.py figures1.json figures2.json …"""

import json
import sys
from pathlib import Path

MEASURES = ["instructions", "turns", "refusals", "language", "loss"]


def cell(values):
    """The mean, and from where to where the seeds lie."""
    mean = sum(values) / len(values)
    low, high = min(values), max(values)
    return f"{mean:.2f} ({low:.2f}–{high:.2f})"


def table(title, part, seeds):
    rows = list(seeds[0][part])
    lines = [f"| {title} | " + " | ".join(MEASURES) + " |", "|---" * (len(MEASURES) + 1) + "|"]
    for row in rows:
        cells = [cell([seed[part][row][name] for seed in seeds]) for name in MEASURES]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main(paths):
    seeds = [json.loads(Path(path).read_text()) for path in paths]
    text = f"""# The miniature in figures

Made by `report.py` from {len(seeds)} seed(s) of `train.py`; the page's models are seed 2. Each cell is
the mean over the seeds and, in brackets, from where to where they lie. What the measures are stands
in `measure.py`: shares from 0 to 1, but for `loss`, which is in nats per word (less is better). There
are 24 prompts of each kind and 48 texts: a difference of 0.04 is one prompt. The settings were chosen by
what models of the first two seeds did, in part on prompts drawn with another seed (the world is small:
some are the same); the third seed was run once, after that. The page has the best of the three.

## Asked in B

The prompts are in B. No model was ever tuned on a conversation in B, and the chat data has three
quarters of the people. `target, tuned` is the paper's comparison: the target itself tuned on the chat
model's data, which is in A.

{table("model", "B", seeds)}

## Asked in A

{table("model", "A", seeds)}

## Against λ

{table("merged", "curve", seeds)}

## Where the skill lives

With a part of the vector, at λ = 1 where it says nothing else.

{table("vector", "switches", seeds)}

## A second vector

The second chat model was tuned to decline everything.

{table("merged", "second", seeds)}
"""
    (Path(__file__).parent / "RESULTS.md").write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])
