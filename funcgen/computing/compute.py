"""The machine: threads, device, numeric mode and seeds, set once at the start of a stage that uses torch."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from funcgen import sections
from funcgen.computing import kernels
from funcgen.computing.attention import CpuAttention
from funcgen.errors import ParameterError


def prepare(options: sections.Compute) -> torch.device:
    """Set the thread count and deterministic algorithms; return the device.

    Raises ParameterError where there is no such device, or where the numeric mode cannot be had.
    """
    if options.numeric_mode == "strict":
        check_strict()
    torch.set_num_threads(1 if options.numeric_mode == "strict" else options.threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # else cuBLAS is not deterministic
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")  # not 1,024: each shape of a product has one, with memory
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined] # 2 % of a step; nothing reads it
    available = torch.cuda.is_available()
    if options.device == "cuda" and not available:
        raise ParameterError("params.yaml: compute.device is cuda, but torch sees no GPU here; set it to cpu or auto")
    return torch.device("cuda" if available and options.device != "cpu" else "cpu")


def initial_device(options: sections.Compute, device: torch.device) -> torch.device:
    """Where a network waits for its training: on the device, or in main memory where no device need have room for all of it."""
    if options.sharding == "none":
        return device
    if device.type == "cuda":
        torch.cuda.init()  # which says that states are of this card
    return torch.device("cpu")


def check_strict() -> None:
    """Raises ParameterError where torch would not compute as the numeric mode `strict` says."""
    able = torch.cpu.get_capabilities()
    if not (able.get("avx2") and able.get("fma3") and torch.backends.mkl.is_available()):
        raise ParameterError(
            "params.yaml: compute.numeric_mode is strict, which needs an x86-64 processor with AVX2 and FMA, and torch built with MKL; "
            "set it to fast"
        )
    kernels.settle("strict")
    if torch.backends.cpu.get_cpu_capability() != "AVX2":
        raise ParameterError("params.yaml: compute.numeric_mode is strict, but torch has chosen its kernels already; start a new process")


@contextlib.contextmanager
def autocast(options: sections.Compute, device: torch.device) -> Iterator[None]:
    """Matrix products in bfloat16 where `precision` says so; weights, norms and losses stay in float32."""
    if options.precision == "float32":
        yield
        return
    with torch.autocast(device.type, dtype=torch.bfloat16), CpuAttention() if device.type == "cpu" else contextlib.nullcontext():
        yield


def random_state() -> dict[str, Any]:
    """The state of torch's generators, of the CPU and of each graphics card in use."""
    cards = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    return {"cpu": torch.get_rng_state(), "cards": cards}


def restore_random_state(saved: Mapping[str, Any]) -> None:
    """Have torch's generators go on from there."""
    torch.set_rng_state(saved["cpu"])
    if saved["cards"]:
        torch.cuda.set_rng_state_all(saved["cards"])
