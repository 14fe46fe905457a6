"""The script that people write by hand: whole checkpoints in memory.

whole_models.py BASE TARGET CHAT OUT: files; OUT = target + 0.7 (chat - base), in the target's dtype.
"""

import sys

from safetensors.torch import load_file, save_file

base, target, chat = (load_file(path) for path in sys.argv[1:4])
merged = {}
for name, tensor in target.items():
    vector = chat[name].float() - base[name].float()
    merged[name] = (tensor.float() + 0.7 * vector).to(tensor.dtype)
save_file(merged, sys.argv[4])
