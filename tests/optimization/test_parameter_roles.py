"""What each parameter of a model is, whatever its class, its names, and what is tied to what."""

import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedModel

from funcgen.optimization.parameter_roles import Role, decay_groups, group, roles


def gpt(*, tied: bool = True) -> GPT2LMHeadModel:
    sizes = {"vocab_size": 12, "n_positions": 8, "n_embd": 8, "n_layer": 1, "n_head": 2}
    return GPT2LMHeadModel(GPT2Config(**sizes, bos_token_id=0, eos_token_id=2, tie_word_embeddings=tied))  # type: ignore[arg-type]


def llama() -> LlamaForCausalLM:
    """A family whose matrices are torch's own Linear, with an output head of its own and no biases."""
    sizes = {"vocab_size": 12, "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    return LlamaForCausalLM(LlamaConfig(**sizes, tie_word_embeddings=False))  # type: ignore[arg-type]


def names(model: PreTrainedModel) -> dict[Role, set[str]]:
    """The last parts of parameters' names by role."""
    by_id = {id(weight): ".".join(name.split(".")[-3:]) for name, weight in model.named_parameters()}
    found: dict[Role, set[str]] = {role: set() for role in Role}
    for weight, role in roles(model):
        found[role].add(by_id[id(weight)])
    return found


def test_gpt_2() -> None:
    found = names(gpt())
    assert found[Role.HIDDEN] == {"attn.c_attn.weight", "attn.c_proj.weight", "mlp.c_fc.weight", "mlp.c_proj.weight"}
    assert found[Role.EMBEDDING] == {"transformer.wte.weight", "transformer.wpe.weight"}
    assert found[Role.HEAD] == set()
    assert {"transformer.ln_f.weight", "transformer.ln_f.bias", "mlp.c_fc.bias"} < found[Role.VECTOR]
    assert names(gpt(tied=False))[Role.HEAD] == {"lm_head.weight"}


def test_a_family_of_linear_layers() -> None:
    found = names(llama())
    assert found[Role.HEAD] == {"lm_head.weight"}
    assert found[Role.EMBEDDING] == {"model.embed_tokens.weight"}
    assert len(found[Role.HIDDEN]) == 7
    assert all("norm" in name for name in found[Role.VECTOR])


def test_all_trainable_parameters_once_in_order() -> None:
    for model in (gpt(), gpt(tied=False), llama()):
        assert [id(weight) for weight, _ in roles(model)] == [id(weight) for weight in model.parameters()]
    model = gpt()
    model.transformer.wte.weight.requires_grad = False
    assert len(roles(model)) == len(list(model.parameters())) - 1


def test_groups() -> None:
    model = gpt(tied=False)
    decayed, rest = decay_groups(model, 0.1)
    assert (decayed["weight_decay"], rest["weight_decay"]) == (0.1, 0.0)
    assert len(decayed["params"]) == 4 + 1
    assert len(rest["params"]) == len(list(model.parameters())) - 5
    assert [one["params"] for one in group(model, Role.HEAD, lr=1.0)] == [[model.lm_head.weight]]
    assert group(gpt(), Role.HEAD) == []
    frozen = gpt()
    for weight in frozen.parameters():
        weight.requires_grad = weight.ndim < 2
    assert [one["weight_decay"] for one in decay_groups(frozen, 0.1)] == [0.0]
    assert isinstance(torch.optim.SGD(decay_groups(frozen, 0.1), lr=0.1), torch.optim.Optimizer)
