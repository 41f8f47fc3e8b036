"""The machine at hand, detected without torch, or another one described by a word."""

from __future__ import annotations

import math
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

from advisor.errors import ProfileError
from advisor.needs.requirements import Machine
from advisor.text import one_line

_FLAGS = {
    "avx2": "avx2",
    "avx512f": "avx512",
    "avx512_bf16": "avx512_bf16",
    "avx512_vnni": "avx512_vnni",
    "amx_bf16": "amx_bf16",
    "amx_int8": "amx_int8",
    "asimd": "neon",
}
"""Linux's names of instruction sets, and ours."""
GPU_SECONDS = 5.0
_CGROUP = Path("/sys/fs/cgroup")
_NO_LIMIT_MIB = 2**33
"""A cgroup v1 limit above this many MiB is the kernel's way of saying none."""

MACHINES: dict[str, Machine] = {
    # A single-board computer or a gateway, of which the model may take a part.
    "edge": Machine(source="described", cpu="edge device", cores=4, memory_mib=4_096),
    # A developer's laptop of the last years.
    "laptop": Machine(
        source="described", cpu="laptop", cores=8, memory_mib=16_384, instruction_sets=("avx2",)
    ),
    # The usual size of one rented instance.
    "server": Machine(
        source="described",
        cpu="server",
        cores=8,
        memory_mib=32_768,
        instruction_sets=("avx2", "avx512"),
    ),
    # The smallest GPU instances of the large clouds carry one card of 24 GB.
    "gpu-server": Machine(
        source="described",
        cpu="GPU server",
        cores=8,
        memory_mib=65_536,
        instruction_sets=("avx2", "avx512"),
        gpu="one data-centre GPU",
        gpu_memory_mib=24_576,
    ),
}


def describe(name: str) -> Machine:
    """Return a described machine; ProfileError with the known words otherwise."""
    if name in MACHINES:
        return MACHINES[name]
    known = ", ".join(("this", *MACHINES))
    raise ProfileError(f"{one_line(name, 40)!r} is no kind of machine; there are {known}")


def detect() -> Machine:
    """Return what this process may use of the machine it runs on."""
    cpu, sets = read_cpuinfo(_text("/proc/cpuinfo"))
    gpu, gpu_memory = _gpu()
    return Machine(
        source="detected",
        cpu=one_line(cpu or platform.processor() or platform.machine(), 80),
        cores=_cores(),
        instruction_sets=sets or _implied_sets(platform.machine()),
        memory_mib=memory_mib(),
        gpu=gpu,
        gpu_memory_mib=gpu_memory,
        system=f"{platform.system()} {platform.machine()}",
    )


def read_cpuinfo(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the CPU's name and its instruction sets from the text of /proc/cpuinfo."""
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
    have = set(flags[1].split()) if flags else set()
    sets = tuple(ours for theirs, ours in _FLAGS.items() if theirs in have)
    return (name[1] if name else "", sets)


def read_groups(text: str, controller: str) -> tuple[str, ...]:
    """Return the folders below /sys/fs/cgroup that may limit us, from /proc/self/cgroup's text.

    A limit of any group above binds too, so they are all named; the controller's root is the own
    group of a container, whatever the host calls it.
    """
    folders = [".", controller]
    for line in text.splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        unified = number == "0" and not controllers
        if not unified and controller not in controllers.split(","):
            continue
        own = PurePosixPath("." if unified else controller) / path.strip().lstrip("/")
        if ".." not in own.parts:  # outside of what the container may see
            folders += [str(folder) for folder in (own, *own.parents)]
    return tuple(dict.fromkeys(folders))


def read_cpu_quota(v2: str, v1_quota: str, v1_period: str) -> float | None:
    """Return how many CPUs a cgroup grants, from cpu.max or cpu.cfs_*; None is no limit."""
    quota, _, period = v2.strip().partition(" ")
    if not quota:
        quota, period = v1_quota.strip(), v1_period.strip()
    if not quota.isdecimal() or not period.isdecimal() or not int(period):
        return None
    return int(quota) / int(period)


def read_memory_limit_mib(v2: str, v1: str) -> int | None:
    """Return a cgroup's memory limit in MiB from memory.max or memory.limit_in_bytes."""
    for text in (v2.strip(), v1.strip()):
        if text.isdecimal() and (mib := int(text) // 2**20) < _NO_LIMIT_MIB:
            return mib
    return None


def read_gpu(text: str) -> tuple[str | None, int | None]:
    """Return the first card's name and memory in MiB from nvidia-smi's CSV."""
    first = text.strip().partition("\n")[0]
    name, _, memory = (part.strip() for part in first.rpartition(","))
    if not name or not (memory.isdecimal() or memory.startswith("[")):
        return None, None
    # "[N/A]" is a card that shares the machine's memory (GB10, Jetson).
    return one_line(name, 60), int(memory) if memory.isdecimal() else None


def _implied_sets(architecture: str) -> tuple[str, ...]:
    # macOS and Windows have no /proc/cpuinfo, but 64-bit ARM has NEON by definition.
    return ("neon",) if architecture.lower() in ("arm64", "aarch64") else ()


def _cores() -> int:
    import psutil

    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    quotas = (
        read_cpu_quota(
            _text(folder / "cpu.max"),
            _text(folder / "cpu.cfs_quota_us"),
            _text(folder / "cpu.cfs_period_us"),
        )
        for folder in _groups("cpu")
    )
    granted = (math.ceil(quota) for quota in quotas if quota is not None)
    return max(1, min((cores, *granted)))


def memory_mib() -> int:
    """Return the memory of this machine in MiB, or what our group may have of it."""
    import psutil

    total = int(psutil.virtual_memory().total // 2**20)
    limits = (
        read_memory_limit_mib(_text(folder / "memory.max"), _text(folder / "memory.limit_in_bytes"))
        for folder in _groups("memory")
    )
    return min((total, *(limit for limit in limits if limit is not None)))


def _groups(controller: str) -> tuple[Path, ...]:
    folders = read_groups(_text("/proc/self/cgroup"), controller)
    return tuple(_CGROUP / folder for folder in folders)


def _gpu() -> tuple[str | None, int | None]:
    program = shutil.which("nvidia-smi")
    if program is None:
        apple = platform.system() == "Darwin" and platform.machine() == "arm64"
        return ("Apple GPU", None) if apple else (None, None)
    query = [program, "--query-gpu=name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(
            query,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=GPU_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None, None  # a driver that does not answer is no GPU to count on
    return read_gpu(done.stdout)


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
