"""Recomputes every merge that the end-to-end tests have saved, with safetensors and NumPy.

Usage: python check.py FOLDER, where FOLDER holds one folder per case, each with a `case.json`.
Nothing here is shared with the program or with its other tests: files are read by the
safetensors package, numbers are computed by NumPy and ml_dtypes, names matched by fnmatch.
"""

import fnmatch
import json
import re
import sys
import zipfile
from pathlib import Path

import jsonschema
import ml_dtypes
import numpy as np

# The safetensors package looks the dtypes up in NumPy, which lacks these.
for dtype in ("float8_e4m3fn", "float8_e5m2"):
    setattr(np, dtype, getattr(ml_dtypes, dtype))

from safetensors import safe_open

FLOATS = {
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "F16": np.dtype(np.float16),
    "F32": np.dtype(np.float32),
    "F64": np.dtype(np.float64),
}
HEAD, EMBEDDINGS = "lm_head.weight", "model.embed_tokens.weight"
INDEX = "model.safetensors.index.json"
RECIPE_SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "recipe.schema.json").read_text(encoding="utf-8")
)


class Wrong(Exception):
    """What is wrong with an output."""


class Model:
    """A checkpoint: the tensors of all its safetensors files."""

    def __init__(self, paths):
        self.paths = paths
        self.files = {path.name: safe_open(path, framework="numpy") for path in shards(paths)}
        self.file_of = {name: file for file in self.files for name in self.files[file].keys()}

    def find(self, name):
        """The tensor that plays the part of `name`: a tied head's are the embeddings."""
        if name in self.file_of:
            return name
        return EMBEDDINGS if name == HEAD and self.is_tied() else None

    def is_tied(self):
        configs = [path for path in self.paths if path.name == "config.json"]
        return any(json.loads(path.read_text()).get("tie_word_embeddings") for path in configs)

    def tokens(self):
        """Tokens and their rows; added tokens win."""
        file = next(path for path in self.paths if path.name == "tokenizer.json")
        tokenizer = json.loads(file.read_text())
        added = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
        return tokenizer["model"]["vocab"] | added

    def dtype(self, name):
        return self.slice(name).get_dtype()

    def shape(self, name):
        return self.slice(name).get_shape()

    def slice(self, name):
        return self.files[self.file_of[name]].get_slice(name)

    def array(self, name):
        return self.files[self.file_of[name]].get_tensor(name)


def shards(paths):
    return [path for path in paths if path.name.endswith(".safetensors")]


def matches(pattern, name):
    """A glob with braces; fnmatch knows all but the braces."""
    braces = re.search(r"\{([^{}]*)\}", pattern)
    if braces is None:
        return fnmatch.fnmatchcase(name, pattern)
    before, after = pattern[: braces.start()], pattern[braces.end() :]
    return any(matches(before + word + after, name) for word in braces[1].split(","))


def weights_of(recipe, name):
    for rule in recipe["rules"]:
        if matches(rule["pattern"], name):
            return rule["weights"]
    return recipe["weights"]


def rounded(values, dtype):
    """To the nearest number of the output's dtype, ties to even; every NaN the same."""
    if values.dtype == np.float64 and dtype == "BF16":
        raise NotImplementedError("ml_dtypes rounds F64 to BF16 twice")
    result = values.astype(FLOATS[dtype])
    result[np.isnan(values)] = FLOATS[dtype].type("nan")
    return result


def formula(target, base, chats, dtype):
    """target + Σ λ·(chat − base), in F32, or in F64 where an operand is F64."""
    operands = [target, base, *(chat for chat, _ in chats)]
    double = any(operand.dtype == np.float64 for operand in operands)
    wide = np.float64 if double else np.float32
    total = target.astype(wide)
    for chat, weight in chats:
        total = total + wide(weight) * (chat.astype(wide) - base.astype(wide))
    return rounded(total, dtype)


def expected(case, models, name):
    """What happens to a tensor of the target, and its bytes in the output."""
    recipe, target = case["recipe"], models["target"]
    array, dtype = target.array(name), target.dtype(name)
    if dtype not in FLOATS:
        return "copied", dtype, array.tobytes()
    same = recipe["output_dtype"] == "same as target"
    out = dtype if same else recipe["output_dtype"]

    def kept(part):
        return part.tobytes() if out == dtype else rounded(part, out).tobytes()

    weights = weights_of(recipe, name)
    if recipe["embedding_rows"] == "match by token" and name in (HEAD, EMBEDDINGS):
        return by_token(recipe, models, name, weights, out)
    taking_part = [(chat, w) for chat, w in zip(models["chats"], weights, strict=True) if w != 0]
    others = [models["base"], *(chat for chat, _ in taking_part)]
    names = [other.find(name) for other in others]
    if not taking_part or all(found is None for found in names):
        return "copied", out, kept(array)
    if None in names:
        if not recipe["copy_unmatched"]:
            raise Wrong(f"{name} should have been refused")
        return "copied", out, kept(array)

    arrays = [other.array(found) for other, found in zip(others, names, strict=True)]
    shared = len(array)
    if any(other.shape != array.shape for other in arrays):
        rows_only = all(other.shape[1:] == array.shape[1:] for other in arrays)
        tokens = name in (HEAD, EMBEDDINGS)
        if not (tokens and rows_only) and not recipe["copy_unmatched"]:
            raise Wrong(f"{name} should have been refused")
        if not (tokens and rows_only) or recipe["embedding_rows"] != "merge the rows both have":
            return "copied", out, kept(array)
        shared = min(len(array), *(len(other) for other in arrays))
    base, *chats = [other[:shared] for other in arrays]
    pairs = [(chat, w) for chat, (_, w) in zip(chats, taking_part, strict=True)]
    merged = formula(array[:shared], base, pairs, out)
    return "merged", out, merged.tobytes() + kept(array[shared:])


def by_token(recipe, models, name, weights, out):
    """A table of tokens: every row is made of the rows of its own token."""
    target = models["target"]
    array, dtype = target.array(name), target.dtype(name)
    token_of = {row: token for token, row in target.tokens().items()}
    taken = {take["target_token"]: take for take in recipe["take_over"]}
    involved = [models["base"], *(chat for chat, w in zip(models["chats"], weights) if w != 0)]
    lambdas = [w for w in weights if w != 0]
    tables = [(model.array(model.find(name)), model.tokens()) for model in involved]
    action, rows = "copied", []
    for at, own in enumerate(array):
        token = token_of.get(at)
        if token in taken:
            chat = models["chats"][taken[token]["chat"]]
            found = chat.find(name)
            row = chat.array(found)[chat.tokens()[taken[token]["chat_token"]]]
            same = chat.dtype(found) == out
            rows.append(row.tobytes() if same else rounded(row, out).tobytes())
            action = "merged"
            continue
        places = [tokens.get(token, len(table)) for table, tokens in tables]
        there = all(place < len(table) for place, (table, _) in zip(places, tables))
        if not lambdas or not there:
            rows.append(own.tobytes() if out == dtype else rounded(own, out).tobytes())
            continue
        base, *chats = [table[place] for place, (table, _) in zip(places, tables)]
        rows.append(formula(own, base, list(zip(chats, lambdas)), out).tobytes())
        action = "merged"
    return action, out, b"".join(rows)


def check_files(folder, case, output):
    """Metadata of every file, and the index where there are several."""
    for name, file in output.files.items():
        metadata = file.metadata()
        if metadata.get("format") != "pt":
            raise Wrong(f"{name}: the format is {metadata.get('format')}")
        document = json.loads(metadata["chat_vector_recipe"])
        jsonschema.validate(document, RECIPE_SCHEMA)
        recipe = document["recipe"]
        if recipe["weights"] != case["recipe"]["weights"]:
            raise Wrong(f"{name}: the recipe's weights are {recipe['weights']}")
    held = sum(len(file.keys()) for file in output.files.values())
    if held != len(output.file_of):
        raise Wrong("a tensor is in two files")
    if len(output.files) == 1:
        return
    index = json.loads((folder / "out" / INDEX).read_text())
    if index["weight_map"] != output.file_of:
        raise Wrong("the index does not say where the tensors are")
    total = sum(output.array(name).nbytes for name in output.file_of)
    if index["metadata"]["total_size"] != total:
        raise Wrong(f"total_size is not {total}")


def check_zip(path):
    """A zip holds the files that lie beside it, and each is whole."""
    with zipfile.ZipFile(path) as packed:
        damaged = packed.testzip()
        if damaged is not None:
            raise Wrong(f"{path.name}: {damaged} is damaged")
        inside = {name.split("/", 1)[1]: name for name in packed.namelist()}
        beside = {other.name for other in path.parent.iterdir()} - {path.name}
        if set(inside) != beside:
            raise Wrong(f"{path.name} holds {sorted(inside)}, not {sorted(beside)}")
        for name, full in inside.items():
            if packed.read(full) != (path.parent / name).read_bytes():
                raise Wrong(f"{path.name}: {name} is another one than was saved")


def check(folder):
    """Checks one case, and returns what it was in a few words."""
    case = json.loads((folder / "case.json").read_text())

    def model(paths):
        return Model([folder / path for path in paths])

    base = model(case["base"])
    target = model(case["target"]) if case["target"] else base
    models = {"base": base, "target": target, "chats": [model(chat) for chat in case["chats"]]}
    output = model(case["out"])
    check_files(folder, case, output)
    zips = [folder / path for path in case["out"] if path.endswith(".zip")]
    for path in zips:
        check_zip(path)
    if set(output.file_of) != set(target.file_of):
        raise Wrong(f"tensors: {set(output.file_of) ^ set(target.file_of)}")
    merged = 0
    for name in target.file_of:
        action, dtype, data = expected(case, models, name)
        if case["actions"][name] != action:
            raise Wrong(f"{name} should be {action}, not {case['actions'][name]}")
        if output.dtype(name) != dtype:
            raise Wrong(f"{name} is {output.dtype(name)}, not {dtype}")
        if output.shape(name) != target.shape(name):
            raise Wrong(f"{name}: the shape is {output.shape(name)}")
        if output.array(name).tobytes() != data:
            raise Wrong(f"{name} ({action}, {dtype}): the numbers differ")
        merged += action == "merged"
    copied = len(target.file_of) - merged
    packed = ", and the zip" if zips else ""
    return f"{merged} tensors merged, {copied} copied, {len(output.files)} file(s){packed}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    passed = failed = 0
    # Infinities and overflows are part of what is compared.
    with np.errstate(all="ignore"):
        for file in sorted(Path(sys.argv[1]).glob("*/case.json")):
            try:
                print(f"ok      {file.parent.name}: {check(file.parent)}")
                passed += 1
            except Exception as error:
                print(f"FAILED  {file.parent.name}: {type(error).__name__}: {error}")
                failed += 1
    # Recipes that were saved by themselves.
    for file in sorted(Path(sys.argv[1]).glob("*/kept/chat_vector_recipe.json")):
        name = f"{file.parts[-3]}, its recipe"
        try:
            jsonschema.validate(json.loads(file.read_text()), RECIPE_SCHEMA)
            print(f"ok      {name}")
            passed += 1
        except Exception as error:
            print(f"FAILED  {name}: {type(error).__name__}: {error}")
            failed += 1
    if passed + failed == 0:
        print("no case to check; run `cargo xtask test e2e python`")
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if passed and not failed else 1)


if __name__ == "__main__":
    main()
