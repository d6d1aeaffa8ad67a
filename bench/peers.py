"""Generation by others: transformers' `generate`, and CTranslate2 with the same weights."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import torch
from transformers import GenerationConfig, PreTrainedModel

from funcgen import checkpoints
from funcgen.tokens.tokenization import Codec
from funcgen.training.batches import by_length


class Transformers:
    """`generate` with left padding, prompts batched by length."""

    def __init__(self, model: PreTrainedModel, codec: Codec, beam: int, limit: int) -> None:
        self.model = model
        self.vocabulary = codec.vocabulary
        tokens = {"bos_token_id": codec.vocabulary.begin, "eos_token_id": codec.vocabulary.end, "pad_token_id": codec.vocabulary.pad}
        self.configuration = GenerationConfig(**tokens, max_new_tokens=limit, num_beams=beam, do_sample=False)

    @torch.inference_mode()
    def __call__(self, prompts: Sequence[Sequence[int]], batch_size: int) -> list[list[int]]:
        """The completion of each prompt."""
        found: list[list[int]] = [[] for _ in prompts]
        for indices in by_length([len(prompt) for prompt in prompts], range(len(prompts)), batch_size):
            width = max(len(prompts[index]) for index in indices)
            rows = [[*[self.vocabulary.pad] * (width - len(prompts[index])), *prompts[index]] for index in indices]
            mask = [[*[0] * (width - len(prompts[index])), *[1] * len(prompts[index])] for index in indices]
            output = cast(Any, self.model).generate(
                torch.tensor(rows), attention_mask=torch.tensor(mask), generation_config=self.configuration
            )
            for index, row in zip(indices, output[:, width:].tolist(), strict=True):
                found[index] = row[: row.index(self.vocabulary.end) + 1] if self.vocabulary.end in row else row
        return found


class Ctranslate2:
    """A converted checkpoint."""

    def __init__(self, model: PreTrainedModel, codec: Codec, folder: Path, kind: str) -> None:
        import ctranslate2

        checkpoints.save(model, codec, folder / "checkpoint")
        converted = folder / kind
        ctranslate2.converters.TransformersConverter(str(folder / "checkpoint")).convert(str(converted), quantization=kind, force=True)
        path = converted / "config.json"  # where it puts null for a tokenizer without an unknown token, and then refuses to read it
        config = json.loads(path.read_text("utf-8"))
        end = codec.tokenizer.id_to_token(codec.vocabulary.end)
        path.write_text(json.dumps({**config, "unk_token": config["unk_token"] or end, "eos_token": end}), "utf-8")
        self.generator = ctranslate2.Generator(str(converted), device="cpu", compute_type=kind, intra_threads=1, inter_threads=1)
        self.codec = codec
        self.end = end

    def __call__(self, prompts: Sequence[Sequence[int]], batch_size: int, beam: int, limit: int) -> list[list[int]]:
        """The completion of each prompt."""
        tokens = [[self.codec.tokenizer.id_to_token(token) for token in prompt] for prompt in prompts]
        results = self.generator.generate_batch(
            tokens,
            max_batch_size=batch_size,
            beam_size=beam,
            max_length=limit,
            length_penalty=1.0,
            end_token=self.end,
            return_end_token=True,
            include_prompt_in_result=False,
        )
        return [list(result.sequences_ids[0]) for result in results]
