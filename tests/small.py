"""Small settings that several test files start from."""

from funcgen import sections

TOKENIZER = sections.Tokenizer(
    vocabulary_size=300,
    lowercase=False,
    space="separate",
    max_prompt_length=8,
    max_completion_length=8,
    over_length="refuse",
    validation_texts=1,
)

CHOOSE = sections.Choose(by="model", consensus=sections.Consensus("bleu", 0.0, lowercase=True, bleu_tokenizer="13a"))
