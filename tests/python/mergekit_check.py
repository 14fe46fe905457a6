"""Compares what the page has merged with what mergekit makes of the config that the page exported.

By hand, in an environment with mergekit 0.1.5 (it is too large for every test run):

    python mergekit_check.py CONFIG.yml MERGED

CONFIG.yml is what `Export for mergekit` saved, with the models' names made paths; MERGED is the
folder that the page made. Counts elements that differ, and by how many units in the last place.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors import safe_open

INTS = {torch.bfloat16: torch.int16, torch.float16: torch.int16, torch.float32: torch.int32}


def tensors(folder):
    files = [safe_open(path, framework="pt") for path in sorted(Path(folder).glob("*.safetensors"))]
    return {name: file for file in files for name in file.keys()}


def places(tensor):
    """Floats as integers in their order, so that neighbours are one apart."""
    bits = tensor.contiguous().view(INTS[tensor.dtype]).to(torch.int64)
    lowest = torch.iinfo(INTS[tensor.dtype]).min
    return torch.where(bits < 0, lowest - bits, bits)


def compare(ours, theirs):
    if set(ours) != set(theirs):
        sys.exit(f"tensors that only one has: {sorted(set(ours) ^ set(theirs))}")
    elements = differing = most = 0
    for name in sorted(ours):
        a, b = ours[name].get_tensor(name), theirs[name].get_tensor(name)
        if a.dtype != b.dtype or a.shape != b.shape:
            sys.exit(f"{name}: {a.dtype} {list(a.shape)}, and {b.dtype} {list(b.shape)}")
        apart = (places(a) - places(b)).abs()
        elements += a.numel()
        differing += int((apart > 0).sum())
        most = max(most, int(apart.max()))
    return elements, differing, most


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    config, merged = sys.argv[1:]
    with tempfile.TemporaryDirectory() as out:
        command = Path(sys.executable).parent / "mergekit-yaml"
        subprocess.run([command, config, out, "--no-write-model-card", "--quiet"], check=True)
        elements, differing, most = compare(tensors(merged), tensors(out))
    share = f", 1 of {elements // differing:,}" if differing else ""
    print(f"{elements:,} elements, {differing:,} differ{share}, by at most {most} ulp")


if __name__ == "__main__":
    main()
