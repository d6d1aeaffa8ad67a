"""In the numeric mode `strict` bytes depend neither on the thread count nor on the instruction set; the chain says the mode."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch

from funcgen import params, provenance, sections
from funcgen.computing import kernels
from funcgen.computing.compute import prepare
from funcgen.errors import FuncgenError, ParameterError
from tests.numeric import METHODS, SIZES
from tests.project import ROOT, environment
from tests.test_architecture import STAGES

ABLE = torch.cpu.get_capabilities()
NEEDED: Mapping[str, tuple[str, ...]] = {
    "default": (),
    "avx2": ("avx2", "fma3"),
    "avx512": ("avx512_f", "avx512_bw", "avx512_dq", "avx512_vl"),
}
"""What a processor must be able to do for ATen's kernels of that name."""
STRICT = sections.Compute(processes=1, sharding="none", threads=2, device="cpu", precision="float32", numeric_mode="strict")

needs_strict = pytest.mark.skipif(
    not (ABLE.get("avx2") and ABLE.get("fma3") and torch.backends.mkl.is_available()),
    reason="needs an x86-64 processor with AVX2 and FMA, and torch built with MKL",
)


def outside() -> dict[str, str]:
    """An environment in which nothing chooses kernels."""
    return {name: value for name, value in environment().items() if name not in kernels.VARIABLES}


@cache
def made(mode: str, threads: int, instruction_set: str, branch: str, preloaded: str = "") -> dict[str, Any]:
    """What a process makes, begun in an environment that names kernels of its own."""
    lacking = [name for name in NEEDED[instruction_set] if not ABLE.get(name)]
    if lacking:
        pytest.skip(f"this processor has no {', '.join(lacking)}")
    given = {**outside(), "ATEN_CPU_CAPABILITY": instruction_set, "MKL_CBWR": branch, "ONEDNN_MAX_CPU_ISA": "ALL", "LD_PRELOAD": preloaded}
    command = [sys.executable, "-m", "tests.numeric", mode, str(threads)]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert {name: set(digests) for name, digests in found.items() if name != "mode"} == {name: {"checkpoint", *METHODS} for name in SIZES}
    return found


@needs_strict
@pytest.mark.parametrize(
    ("threads", "instruction_set", "branch"),
    [(2, "default", "AUTO"), (2, "avx2", "AVX2,STRICT"), (2, "avx512", "AVX512")],
)
def test_strict_is_equal_to_the_byte(threads: int, instruction_set: str, branch: str) -> None:
    assert made("strict", threads, instruction_set, branch) == made("strict", 1, "default", "AUTO")


@needs_strict
@pytest.mark.parametrize("name", SIZES)
def test_fast_is_not(name: str) -> None:
    """So that the test above would see it; a processor with AVX2 rounds a product and its sum once, where older ones do twice."""
    assert made("fast", 1, "avx2", "AUTO")[name]["checkpoint"] != made("fast", 1, "default", "AUTO")[name]["checkpoint"]
    assert made("fast", 1, "avx2", "AUTO")[name]["checkpoint"] != made("strict", 1, "default", "AUTO")[name]["checkpoint"]


@pytest.fixture(scope="module")
def another_maker(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library that makes MKL take an Intel's processor for another maker's, and another maker's for an Intel's."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler")
    library = tmp_path_factory.mktemp("preloaded") / "maker.so"
    answer = int("GenuineIntel" not in provenance.processor())
    code = "".join(f"int {name}(void) {{ return {answer}; }}\n" for name in ("mkl_serv_intel_cpu", "mkl_serv_intel_cpu_true"))
    subprocess.run([compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)], input=code, text=True, check=True)
    return str(library)


@needs_strict
def test_a_processor_of_another_maker(another_maker: str) -> None:
    """As far as MKL can be told; otherwise it takes kernels of its own for it."""
    fast = made("fast", 1, "avx2", "AUTO")
    if made("fast", 1, "avx2", "AUTO", another_maker) == fast:
        pytest.skip("this MKL cannot be told, or computes alike for both")
    assert made("strict", 2, "default", "AUTO", another_maker) == made("strict", 1, "default", "AUTO")


@needs_strict
def test_the_chain_says_the_mode() -> None:
    mode = made("strict", 2, "default", "AUTO")["mode"]
    assert mode["instruction_set"] == "AVX2"
    assert mode["threads"] == 1
    assert mode["kernels"] == kernels.STRICT
    for stage in ("pretrain", "train", "generate"):
        used = provenance.params_of(provenance.stage_entry(stage, params.values()), params.values())
        assert used["compute.numeric_mode"] == params.load().compute.numeric_mode


def test_no_stage_loads_torch_before_its_parameters() -> None:
    code = (
        f"import sys\nfrom stages import {', '.join(STAGES)}\nfrom funcgen import params\nparams.load()\nsys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_it_is_too_late_when_torch_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in kernels.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    kernels.settle("fast")
    with pytest.raises(ParameterError, match="torch is loaded in this process and may have chosen its kernels") as refused:
        kernels.settle("strict")
    assert "MKL_CBWR=COMPATIBLE" in str(refused.value)
    assert not kernels.chosen()


@needs_strict
def test_variables_that_came_too_late_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as ATen says by which kernels it computes."""
    if torch.backends.cpu.get_cpu_capability() == "AVX2":  # asked before, so that this process keeps its own
        pytest.skip("this process computes by the kernels for AVX2 anyway")
    for name, value in kernels.STRICT.items():
        monkeypatch.setenv(name, value)
    assert kernels.settled()
    with pytest.raises(ParameterError, match="torch has chosen its kernels already; start a new process"):
        prepare(STRICT)


def test_a_processor_that_cannot_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "aarch64"})
    with pytest.raises(ParameterError, match="needs an x86-64 processor with AVX2 and FMA"):
        prepare(STRICT)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("numeric_mode: fast", "numeric_mode: exact", r'compute\.numeric_mode is "exact": .*fast.*strict'),
        ("numeric_mode: fast", "numeric_mode: true", r"compute\.numeric_mode is true: .*fast.*strict"),
        ("numeric_mode: fast", "", r"compute\.numeric_mode: is missing"),
        (
            "device: cpu\n  precision: float32\n  numeric_mode: fast",
            "device: auto\n  precision: float32\n  numeric_mode: strict",
            r'compute\.device is "auto": makes no sense with compute\.numeric_mode strict',
        ),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = re.sub(" +#.*", "", params.PATH.read_text("utf-8"))
    assert old in text
    (tmp_path / "params.yaml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(FuncgenError, match=message):
        params.load(tmp_path / "params.yaml")
