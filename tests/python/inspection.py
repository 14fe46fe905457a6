"""Recomputes what the page said of chat vectors, with safetensors and NumPy in f64.

Usage: python inspection.py FOLDER, where FOLDER holds one folder per case, some with an
`inspection.json` and the CSV that the page saved.
"""

import csv
import json
import math
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open

from check import FLOATS, Wrong, weights_of

# Sums in f32 are wrong by less than 8e-6, the roots of their quotients by as much.
RELATIVE, ABSOLUTE = 1e-5, 1e-7


def tensors_of(path):
    file = safe_open(path, framework="numpy")
    return {name: (file.get_slice(name).get_dtype(), file.get_tensor(name)) for name in file.keys()}


def norm(x):
    return math.sqrt(np.dot(x, x))


def cosine(x, y):
    norms = norm(x) * norm(y)
    return np.dot(x, y) / norms if norms > 0 else math.nan


def loss(case, name, dtype, base, target, chats):
    """What rounding loses of what is added, which is f32 arithmetic rounded once."""
    weights = weights_of(case["recipe"], name)
    total = (base if target is None else target).astype(np.float32)
    added = np.zeros(len(base))
    for chat, weight in zip(chats, weights, strict=True):
        vector = chat.astype(np.float32) - base.astype(np.float32)
        total = total + np.float32(weight) * vector
        added += float(np.float32(weight)) * (chat - base)
    if not added.any():
        return math.nan
    same = case["recipe"]["output_dtype"] == "same as target"
    out = total.astype(FLOATS[dtype if same else case["recipe"]["output_dtype"]])
    return norm(out.astype(np.float64) - total.astype(np.float64)) / norm(added)


def expected(case, name, models):
    """A line of the CSV, as far as numbers go. All elements of these models are finite."""
    flat = [None if model is None else model[name][1].astype(np.float64).ravel() for model in models]
    base, target, *chats = flat
    difference = None if target is None else target - base
    vectors = [chat - base for chat in chats]
    line = [len(base), norm(base), math.nan if target is None else norm(difference)]
    dtype = (models[1] or models[0])[name][0]
    line += [loss(case, name, dtype, base, target, chats), 0, 0, 0, 0]
    for vector in vectors:
        along = math.nan if target is None else cosine(vector, difference)
        line += [norm(vector), norm(vector) / norm(base), np.abs(vector).max(), along, 0, 0]
    for j in range(len(vectors)):
        line += [cosine(vectors[i], vectors[j]) for i in range(j)]
    return line


def is_close(is_, right):
    if math.isnan(right) or math.isnan(is_):
        return math.isnan(right) and math.isnan(is_)
    return abs(is_ - right) <= max(RELATIVE * abs(right), ABSOLUTE)


def check(folder):
    case = json.loads((folder / "inspection.json").read_text())
    paths = [case["base"], case["target"], *case["chats"]]
    models = [None if path is None else tensors_of(folder / path) for path in paths]
    with open(folder / case["csv"], newline="", encoding="utf-8") as file:
        head, *lines, whole = list(csv.reader(file))
    if {line[0] for line in lines} != set(models[0]) or whole[0] != "(all tensors)":
        raise Wrong("the tensors are others")
    numbers = 0
    for name, *told in lines:
        right = expected(case, name, models)
        for column, text, x in zip(head[1:], told, right, strict=True):
            if not is_close(float(text or "nan"), float(x)):
                raise Wrong(f"{name}, {column}: {text}, not {x}")
            numbers += 1
    total = sum(tensor.size for _, tensor in models[0].values())
    if int(whole[1]) != total:
        raise Wrong(f"{whole[1]} elements, not {total}")
    return f"{numbers} numbers of {len(lines)} tensors"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    passed = failed = 0
    for file in sorted(Path(sys.argv[1]).glob("*/inspection.json")):
        try:
            print(f"ok      {file.parent.name}: {check(file.parent)}")
            passed += 1
        except Exception as error:
            print(f"FAILED  {file.parent.name}: {type(error).__name__}: {error}")
            failed += 1
    if passed + failed == 0:
        print("no inspection to check; run `cargo xtask test e2e python`")
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
