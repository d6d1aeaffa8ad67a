"""Networks that transformers does not have, as causal language models with its interface: body, output head, cache, checkpoints."""
