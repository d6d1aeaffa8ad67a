"""Between texts and tokens: the tokenizer, prompts and completions, and which tokens were valid where."""
