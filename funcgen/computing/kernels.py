"""Which kernels torch and its libraries compute with: environment variables that they read, and what the mode `strict` makes of them.

Sums in another order, or with another rounding of products, are other bytes. ATen takes its kernels by the widest instruction set that
there is, MKL and oneDNN by the processor, its maker included. What follows from which variable, bench/numeric_modes.py prints.
"""

import os
import sys
from collections.abc import Mapping
from typing import Literal

from funcgen.errors import ParameterError

Mode = Literal["fast", "strict"]
VARIABLES = (
    "ATEN_CPU_CAPABILITY",
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "ONEDNN_MAX_CPU_ISA",
    "ONEDNN_DEFAULT_FPMATH_MODE",
    "DNNL_MAX_CPU_ISA",
    "DNNL_DEFAULT_FPMATH_MODE",
)
"""Environment variables by which they choose; those of oneDNN have an older name that counts where the newer one is not set."""
STRICT: Mapping[str, str] = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "COMPATIBLE",  # the one branch that MKL takes on processors of other makers than Intel as well; they get AUTO for another
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "ONEDNN_DEFAULT_FPMATH_MODE": "STRICT",
}
"""Kernels that every x86-64 processor with AVX2 and FMA can run."""


def chosen() -> dict[str, str]:
    """The variables that are set."""
    return {name: os.environ[name] for name in VARIABLES if name in os.environ}


def settled() -> bool:
    """Whether the variables are as the mode `strict` has them."""
    return all(os.environ.get(name) == value for name, value in STRICT.items())


def settle(mode: Mode) -> None:
    """Set the variables as a mode has them, whatever they are; `fast` leaves them. Raises ParameterError where it is too late for that."""
    if mode == "fast" or settled():
        return
    if "torch" in sys.modules:
        given = " ".join(f"{name}={value}" for name, value in STRICT.items())
        raise ParameterError(
            "params.yaml: compute.numeric_mode is strict, but torch is loaded in this process and may have chosen its kernels: load torch "
            f"later, as stages do, or start the process with {given}"
        )
    os.environ.update(STRICT)
