"""Small settings that several test files start from."""

from funcgen import sections
from funcgen.models import gpt
from funcgen.protocols import Chosen

TOKENIZER = sections.Tokenizer(
    vocabulary_size=300,
    vocabulary_texts=200_000,
    plain_text=False,
    lowercase=False,
    space="separate",
    max_prompt_length=8,
    max_completion_length=8,
    over_length="refuse",
    validation_texts=1,
    whole_texts=False,
    valid_tokens=False,
    augmentation=sections.Augmentation(copies=0, share=0.5, fresh=0.0, seed=1),
)

INGEST = sections.Ingest(
    max_rejected_share=0.01,
    max_characters=20000,
    validation_share=0.05,
    test_share=0.05,
    train_share=1.0,
    held_out_combinations=0.0,
    seed=1,
)
"""As params.yaml has it."""

CHOOSE = sections.Choose(by="model", consensus=sections.Consensus("bleu", "model", 0.0, lowercase=True, bleu_tokenizer="13a"))

SIZES = gpt.Params(
    None, None, n_layer=1, n_head=2, n_embd=16, dropout=0.0, attention_dropout=0.0, initializer_range=0.8, initial_positions="random"
)
MODEL = Chosen("gpt", gpt, SIZES)

FULL = sections.Adaptation("full", sections.Lora(rank=2, alpha=4, dropout=0.0, layers=["c_attn", "c_proj", "c_fc"]))
"""All of a network is trained."""
