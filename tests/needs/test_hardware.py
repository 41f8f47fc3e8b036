"""The machine is read from what the system says, and words describe other machines."""

import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from advisor.errors import ProfileError
from advisor.needs import hardware
from advisor.needs.hardware import MACHINES, describe, detect

CPUINFO = """processor\t: 0
vendor_id\t: AuthenticAMD
model name\t: AMD EPYC 9R14
flags\t\t: fpu sse2 avx2 avx512f avx512_bf16 avx512_vnni
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd evtstrm\n"


def test_the_cpus_name_and_instruction_sets_are_read() -> None:
    name, sets = hardware.read_cpuinfo(CPUINFO)
    assert name == "AMD EPYC 9R14"
    assert sets == ("avx2", "avx512", "avx512_bf16", "avx512_vnni")
    assert hardware.read_cpuinfo(ARM) == ("", ("neon",))
    assert hardware.read_cpuinfo("") == ("", ())


@pytest.mark.parametrize(
    ("v2", "v1_quota", "v1_period", "cpus"),
    [
        ("150000 100000\n", "", "", 1.5),
        ("max 100000\n", "", "", None),
        ("", "200000\n", "100000\n", 2.0),
        ("", "-1\n", "100000\n", None),
        ("", "", "", None),
        ("junk", "", "", None),
    ],
)
def test_a_containers_share_of_the_cpus_counts(
    v2: str, v1_quota: str, v1_period: str, cpus: float | None
) -> None:
    assert hardware.read_cpu_quota(v2, v1_quota, v1_period) == cpus


@pytest.mark.parametrize(
    ("v2", "v1", "mib"),
    [
        ("2147483648\n", "", 2_048),
        ("max\n", "", None),
        ("", "1073741824\n", 1_024),
        ("", "9223372036854771712\n", None),
        ("", "", None),
    ],
)
def test_a_containers_memory_limit_counts(v2: str, v1: str, mib: int | None) -> None:
    assert hardware.read_memory_limit_mib(v2, v1) == mib


# What Linux writes: cgroup v2 alone, v1 with its controllers, and a path outside the container.
UNIFIED = "0::/user.slice/job.scope\n"
LEGACY = "9:name=systemd:/\n4:memory:/docker/ab12\n2:cpu,cpuacct:/slurm/job_7\n0::/\n"


def test_the_groups_above_may_limit_a_process_too() -> None:
    assert hardware.read_groups(UNIFIED, "memory") == (
        ".",
        "memory",
        "user.slice/job.scope",
        "user.slice",
    )
    assert hardware.read_groups(LEGACY, "memory") == (
        ".",
        "memory",
        "memory/docker/ab12",
        "memory/docker",
    )
    assert "cpu/slurm/job_7" in hardware.read_groups(LEGACY, "cpu")


def test_a_group_outside_the_container_and_nonsense_leave_the_roots() -> None:
    for text in ("0::/../../other\n", "", "junk\n", ":::\n"):
        assert hardware.read_groups(text, "cpu") == (".", "cpu")


def test_the_tightest_limit_of_all_groups_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "job"
    own.mkdir()
    (tmp_path / "memory.max").write_text(f"{2**30}\n")
    (own / "memory.max").write_text(f"{2**29}\n")
    (own / "cpu.max").write_text("50000 100000\n")
    monkeypatch.setattr(hardware, "_groups", lambda controller: (tmp_path, own))
    machine = detect()
    assert (machine.memory_mib, machine.cores) == (512, 1)


def answering(*, stdout: str = "", error: Exception | None = None) -> Callable[..., object]:
    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        assert command[0] == "nvidia-smi"
        assert "shell" not in options
        assert options["timeout"] == hardware.GPU_SECONDS
        if error is not None:
            raise error
        return subprocess.CompletedProcess(command, 0, stdout=stdout)

    return run


@pytest.mark.parametrize(
    "error",
    [
        subprocess.TimeoutExpired("nvidia-smi", 5),
        subprocess.CalledProcessError(9, "nvidia-smi"),
        OSError("not for this architecture"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_driver_that_fails_is_no_gpu(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", answering(error=error))
    assert detect().gpu is None


def test_a_card_that_answers_is_in_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", answering(stdout="NVIDIA L4, 23034\n"))
    machine = detect()
    assert (machine.gpu, machine.gpu_memory_mib) == ("NVIDIA L4", 23_034)


def test_apple_silicon_has_its_gpu_and_neon_without_a_proc_cpuinfo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(platform, "processor", lambda: "arm")
    monkeypatch.setattr(hardware, "_text", lambda path: "")
    machine = detect()
    assert machine.gpu is not None
    assert machine.gpu.startswith("Apple")
    assert machine.instruction_sets == ("neon",)
    assert (machine.cpu, machine.system) == ("arm", "Darwin arm64")


def test_a_gpu_is_read_with_its_memory_and_nonsense_is_none() -> None:
    assert hardware.read_gpu("NVIDIA H100, 80GB HBM3, 81559\n") == (
        "NVIDIA H100, 80GB HBM3",
        81_559,
    )
    assert hardware.read_gpu("NVIDIA L4, 23034\nNVIDIA T4, 15360\n") == ("NVIDIA L4", 23_034)
    assert hardware.read_gpu("NVIDIA GB10, [N/A]\n") == ("NVIDIA GB10", None)
    assert hardware.read_gpu("It failed, make sure the driver runs\n") == (None, None)
    assert hardware.read_gpu("No devices were found\n") == (None, None)
    assert hardware.read_gpu("") == (None, None)


def test_this_machine_has_a_core_and_memory() -> None:
    machine = detect()
    assert machine.source == "detected"
    assert machine.cores >= 1
    assert machine.memory_mib is not None
    assert machine.memory_mib > 256


def test_described_machines_are_said_to_be_described() -> None:
    for name, machine in MACHINES.items():
        assert describe(name) == machine
        assert machine.source == "described"
    with pytest.raises(ProfileError, match="edge, laptop, server"):
        describe("mainframe")
