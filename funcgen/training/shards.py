"""A process's share of a network and its optimizer, by torch's fully sharded data parallelism (FSDP2; Zhao et al. 2023).

A unit is a transformer block, or what is outside of the blocks: its weights are gathered before it computes and let go behind that, and
its gradients are summed into the shares. Every tensor is cut along its first dimension; what a process has of it is a DTensor. All
processes must call the same functions at the same time, with the same arguments.
"""

from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.optim import SGD, Optimizer
from transformers import PreTrainedModel
from transformers.models.gpt2.modeling_gpt2 import GPT2Block

from funcgen import sections
from funcgen.computing.compute import autocast
from funcgen.training.batches import Batch, part
from funcgen.training.gradients import token_losses


class Losses(nn.Module):
    """A network as what computes losses: FSDP gathers the weights outside of the blocks while its root module is called, which is this."""

    def __init__(self, model: PreTrainedModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: Batch, label_smoothing: float) -> Tensor:
        return token_losses(self.model, batch, label_smoothing)


def share_out(model: PreTrainedModel, optimizer: Optimizer, device: torch.device) -> Losses:
    """Leave of a model's weights and of the optimizer's state this process's share, on its device; the model as what computes losses."""
    before = dict(model.named_parameters())
    mesh = init_device_mesh(device.type, (distributed.get_world_size(),))
    for block in [module for module in model.modules() if isinstance(module, GPT2Block)]:
        fully_shard(block, mesh=mesh)
    network = Losses(model)
    fully_shard(network, mesh=mesh, reshard_after_forward=True)
    shares: dict[Tensor, Tensor] = {before[name]: weight for name, weight in model.named_parameters()}
    kept = dict(optimizer.state)
    optimizer.state.clear()
    for weight, values in kept.items():
        optimizer.state[shares[weight]] = {name: share_of(value, shares[weight]) for name, value in values.items()}
    for group in optimizer.param_groups:
        group["params"] = [shares[weight] for weight in group["params"]]
        if isinstance(optimizer, SGD):
            group["fused"] = False  # of torch's fused optimizers SGD has no rule for shares
    return network


def share_of(value: Any, weight: Tensor) -> Any:
    """This process's share of what an optimizer keeps for a weight: cut as the weight is, or all of it where it has another shape.

    It has memory of its own: what the first process has sent, all can write to.
    """
    if not isinstance(value, Tensor):
        return value
    if not isinstance(weight, DTensor) or value.shape != weight.shape:
        return value.clone()
    return distribute_tensor(value, weight.device_mesh, weight.placements, src_data_rank=None).clone()


def losses_of_part(network: Losses, batch: Batch, label_smoothing: float, compute: sections.Compute) -> Tensor:
    """Cross-entropy of the target tokens in this process's part of a batch, shape [its targets].

    Where there are more processes than rows, those without one compute something all the same, as every process gathers for all.
    """
    number, size = distributed.get_rank(), distributed.get_world_size()
    idle = number >= len(batch.input_ids)
    own = part(batch, 0 if idle else number, size)
    with autocast(compute, batch.input_ids.device):
        losses: Tensor = network(own, label_smoothing)
    return 0.0 * losses if idle else losses


def gradient_of_share(network: Losses, batch: Batch, label_smoothing: float, compute: sections.Compute) -> float:
    """Leave this process's share of the gradient of a batch's mean loss in its share of the weights; in the first one that loss."""
    losses = losses_of_part(network, batch, label_smoothing, compute)
    loss = losses.sum() / len(batch.targets)
    (loss * distributed.get_world_size()).backward()  # FSDP takes the mean over processes
    total = loss.detach()
    distributed.reduce(total, 0)
    return total.item()


def losses_of_share(network: Losses, batch: Batch, label_smoothing: float, compute: sections.Compute) -> Tensor:
    """Cross-entropy of all target tokens of a batch, shape [targets], in the first process; without gradient.

    Not in inference mode: the memory that weights are gathered in would be of no use for gradients.
    """
    number, size = distributed.get_rank(), distributed.get_world_size()
    with torch.inference_mode(False), torch.no_grad():
        computed = losses_of_part(network, batch, label_smoothing, compute)
        own = batch.positions // batch.input_ids.shape[1] % size == number
        losses = computed.new_zeros(len(batch.targets))
        losses[own] = computed[: int(own.sum())]
        distributed.reduce(losses, 0)
    return losses


def weights_of(model: PreTrainedModel) -> dict[str, Tensor]:
    """Every weight, gathered; tied ones are one tensor."""
    found = {id(weight): whole(weight) for weight in model.parameters()}
    return {name: found[id(weight)] for name, weight in model.named_parameters(remove_duplicate=False)}


def state_of(optimizer: Optimizer) -> list[dict[str, Any]]:
    """What is kept for each weight, gathered."""
    return [{name: whole(value) for name, value in values.items()} for values in optimizer.state.values()]


def whole(value: Any) -> Any:
    """A tensor of which each process has a share, in the first process's main memory; in the others nothing. What is none, as it is."""
    if not isinstance(value, DTensor):
        return value
    with torch.no_grad():
        full = value.full_tensor()
    return full.new_empty(0) if distributed.get_rank() else full.cpu()
