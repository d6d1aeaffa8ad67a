"""What of a network training changes: all of it, or by LoRA (Hu et al. 2022) small matrices beside its hidden ones, the rest frozen.

The embeddings of the tokenizer's added tokens, the project's symbols and special tokens among them, are trained as well: a checkpoint
has never seen them. `adapted` puts all of this into a model in place and takes it out again, merged, so that nothing outside of training
knows of it. Adapters are peft's; every parameter that is trained is that of a plain torch layer, from which optimizers see its role.
"""

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import linear
from transformers import PreTrainedModel

from funcgen import sections


class InputRows(nn.Module):
    """An embedding table of which the rows of some tokens are looked up in `rows` instead."""

    place: Tensor

    def __init__(self, table: nn.Embedding, rows: nn.Embedding, tokens: Tensor) -> None:
        super().__init__()
        self.table, self.rows = table, rows
        place = torch.full((table.num_embeddings,), -1, device=tokens.device)
        place[tokens] = torch.arange(len(tokens), device=tokens.device)
        self.register_buffer("place", place)

    def forward(self, ids: Tensor) -> Tensor:
        """Embeddings of token ids, shape [..., width]."""
        place = self.place[ids]
        return torch.where((place >= 0).unsqueeze(-1), self.rows(place.clamp(min=0)), self.table(ids))


class OutputRows(nn.Module):
    """An output head, without bias, of which the rows of some tokens are those of `rows` instead."""

    tokens: Tensor

    def __init__(self, head: nn.Linear, rows: nn.Embedding, tokens: Tensor) -> None:
        super().__init__()
        self.head, self.rows = head, rows
        self.register_buffer("tokens", tokens)

    def forward(self, hidden: Tensor) -> Tensor:
        """Logits, shape [..., vocabulary]."""
        logits: Tensor = self.head(hidden)
        return logits.index_copy(-1, self.tokens, linear(hidden, self.rows.weight).to(logits.dtype))


@contextlib.contextmanager
def adapted(model: PreTrainedModel, how: sections.Adaptation, added: Sequence[int], seed: int) -> Iterator[None]:
    """Inside the block only what `how` says is trained; behind it the model is a plain one again, with that merged into its weights.

    `added` are the ids of added tokens. The adapters' initial weights come from torch's generator under `seed`: they change nothing yet.
    """
    if how.name == "full":
        yield
        return
    inject(model, how.lora, seed)
    train_rows(model, added)
    yield
    merge_rows(model)
    merge(model)
    model.requires_grad_(True)


def inject(model: PreTrainedModel, options: sections.Lora, seed: int) -> None:
    """Put adapters beside the matrices of the layers that `options` names, and freeze everything else."""
    from peft import LoraConfig, inject_adapter_in_model

    torch.manual_seed(seed)
    config = LoraConfig(
        r=options.rank,
        lora_alpha=options.alpha,
        lora_dropout=options.dropout,
        target_modules=list(options.layers),
        fan_in_fan_out=True,  # GPT-2's Conv1D keeps a matrix as [inputs, outputs]
        bias="none",
    )
    inject_adapter_in_model(config, model)


def train_rows(model: PreTrainedModel, added: Sequence[int]) -> None:
    """Have the embeddings of added tokens trained, in small tables of their own: one for input and output where these are tied."""
    table, head = model.get_input_embeddings(), model.get_output_embeddings()
    assert isinstance(table, nn.Embedding)
    assert isinstance(head, nn.Linear)
    tokens = torch.tensor(sorted(added), dtype=torch.long, device=table.weight.device)
    rows = rows_of(table.weight, tokens)
    model.set_input_embeddings(InputRows(table, rows, tokens))
    model.set_output_embeddings(OutputRows(head, rows if head.weight is table.weight else rows_of(head.weight, tokens), tokens))


def rows_of(weight: Tensor, tokens: Tensor) -> nn.Embedding:
    """A table with some rows of another."""
    return nn.Embedding(len(tokens), weight.shape[1], device=weight.device, _weight=weight.detach()[tokens].clone())


@torch.no_grad()
def merge_rows(model: PreTrainedModel) -> None:
    """Write the trained rows into table and head, which are the model's again."""
    inputs, outputs = model.get_input_embeddings(), model.get_output_embeddings()
    assert isinstance(inputs, InputRows)
    assert isinstance(outputs, OutputRows)
    inputs.table.weight[outputs.tokens] = inputs.rows.weight
    outputs.head.weight[outputs.tokens] = outputs.rows.weight
    model.set_input_embeddings(inputs.table)
    model.set_output_embeddings(outputs.head)


def merge(model: PreTrainedModel) -> None:
    """Add each adapter to the matrix beside it, and take it out."""
    from peft.tuners.lora import LoraLayer

    for name, layer in list(model.named_modules()):
        if isinstance(layer, LoraLayer):
            layer.merge()
            model.set_submodule(name, layer.get_base_layer())
    del model.peft_config
