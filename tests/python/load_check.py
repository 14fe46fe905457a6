"""Loads a folder that the page has made with transformers, and lets it speak.

By hand, in an environment with transformers and torch (too large for every test run):

    python load_check.py FOLDER
"""

import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    model, loading = AutoModelForCausalLM.from_pretrained(
        folder, output_loading_info=True, dtype="auto"
    )
    wrong = {what: names for what, names in loading.items() if names}
    if wrong:
        sys.exit(f"the weights do not fit the config: {wrong}")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    settings = GenerationConfig.from_pretrained(folder)
    print(f"dtype {model.dtype}, eos {settings.eos_token_id} ({tokenizer.eos_token!r})")
    messages = [{"role": "user", "content": "Hello"}]
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    print(f"prompt {prompt!r}")
    inputs = tokenizer(prompt, return_tensors="pt", add_special_tokens=False)
    inputs.pop("token_type_ids", None)
    with torch.no_grad():
        out = model.generate(**inputs, max_new_tokens=8, do_sample=False)
    print(f"answer {tokenizer.decode(out[0, inputs['input_ids'].shape[1]:])!r}")


if __name__ == "__main__":
    main()
