"""The machine is read from what the system says, and words describe other machines."""

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


def test_a_gpu_is_read_with_its_memory_and_nonsense_is_none() -> None:
    assert hardware.read_gpu("NVIDIA H100, 80GB HBM3, 81559\n") == (
        "NVIDIA H100, 80GB HBM3",
        81_559,
    )
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
