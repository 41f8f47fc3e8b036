"""What a machine is known for: probed in the first runs, learned from what was measured."""

from pathlib import Path

import msgspec
import pytest

from advisor.bench import protocol
from advisor.bench.experience import PROBES, SIDE, experienced, learn, probe
from advisor.bench.results import Latency, Result, Throughput
from advisor.needs.requirements import Learned, Machine
from advisor.shortlist import speed
from tests.bench.test_runner import candidate

HERE = Machine(source="detected", cpu="a CPU", cores=2, gflops=100.0)
ACTIVE = 10_000_000


def result(name: str, slower: float = 2.0, **changes: object) -> Result:
    """Return a model that took `slower` times what the formula says."""
    rate, ms = speed.tokens_per_s(ACTIVE, HERE), speed.plain_query_ms(ACTIVE, HERE)
    assert rate is not None
    assert ms is not None
    model = msgspec.structs.replace(
        candidate(Path("/models") / name, name), weights_hash=name, disk_bytes=100 * 2**20
    )
    whole = Result(
        candidate=model,
        status="measured",
        loaded=protocol.Loaded(seconds=1.0, n_active_parameters=ACTIVE),
        throughput=Throughput(
            tokens_per_s=rate / slower,
            documents_per_s=1.0,
            characters_per_s=None,
            basis="measured",
        ),
        latency=Latency(
            p50=slower * ms, p95=None, p99=None, n=60, blocks=3, noise=0.01, noisy=False,
            covers="one query", cpu_share=None, basis="measured",
        ),
        peak_mib=slower * speed.plain_memory_mib(100.0),
    )  # fmt: skip
    return msgspec.structs.replace(whole, **changes)


def known(cache: Path) -> Machine:
    return experienced(msgspec.structs.replace(HERE, gflops=None), cache)


def test_the_probe_is_what_a_product_of_matrices_takes() -> None:
    import numpy as np

    left, right = np.full((SIDE, SIDE), 0.5, np.float32), np.full((SIDE, SIDE), 0.25, np.float32)
    assert (left @ right)[0, 0] == SIDE / 8
    assert probe(2) > 1.0


def test_the_first_runs_probe_and_the_best_of_them_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([30.0, 90.0, 60.0, 50.0, 40.0])
    monkeypatch.setattr("advisor.bench.experience.probe", lambda cores: next(found))
    seen = [known(tmp_path).gflops for _ in range(PROBES + 2)]
    assert seen == [30.0, 90.0, 90.0, 90.0, 90.0, 90.0, 90.0]


def test_a_described_machine_is_neither_probed_nor_learned_from(tmp_path: Path) -> None:
    laptop = Machine(source="described", cpu="laptop", cores=8)
    assert experienced(laptop, tmp_path) == laptop
    assert learn(laptop, [result("one")], tmp_path) == ()
    assert list(tmp_path.iterdir()) == []


def test_what_took_twice_as_long_makes_the_next_estimates_twice_as_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advisor.bench.experience.probe", lambda cores: 100.0)
    learn(HERE, [result("one"), result("two", 3.0), result("three", 2.5)], tmp_path)
    learned = known(tmp_path).learned
    for factor in (learned.encoding, learned.query, learned.memory):
        assert factor is not None
        assert factor.n == 3
        assert factor.middle == pytest.approx(2.5, rel=0.01)
        assert factor.low == pytest.approx(2.0, rel=0.01)
        assert factor.high == pytest.approx(3.0, rel=0.01)


def test_a_better_probe_later_keeps_the_times_that_were_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(HERE, [result("one"), result("two")], tmp_path)
    monkeypatch.setattr("advisor.bench.experience.probe", lambda cores: 200.0)
    factor = known(tmp_path).learned.encoding
    assert factor is not None
    assert factor.middle == pytest.approx(4.0, rel=0.01)


def test_a_model_measured_again_counts_once_with_its_last_figures(tmp_path: Path) -> None:
    learn(HERE, [result("one", 2.0)], tmp_path)
    learn(HERE, [result("one", 3.0)], tmp_path)
    factor = known(tmp_path).learned.memory
    assert factor is not None
    assert factor.n == 1
    assert factor.middle == pytest.approx(3.0, rel=0.01)


@pytest.mark.parametrize("odd", ["failed", "earlier", "noisy", "wild"])
def test_nothing_is_learned_from_what_was_not_measured_properly_now(
    tmp_path: Path, odd: str
) -> None:
    whole = result("one", 500.0 if odd == "wild" else 2.0)
    latency, throughput = whole.latency, whole.throughput
    assert latency is not None
    assert throughput is not None
    if odd == "failed":
        whole = msgspec.structs.replace(whole, status="failed")
    elif odd == "earlier":
        whole = msgspec.structs.replace(
            whole,
            earlier=True,
            latency=msgspec.structs.replace(latency, basis="measured earlier"),
            throughput=msgspec.structs.replace(throughput, basis="measured earlier"),
        )
    elif odd == "noisy":
        noisy = msgspec.structs.replace(latency, noisy=True)
        whole = msgspec.structs.replace(whole, latency=noisy)
    learned = learn(HERE, [whole], tmp_path)
    assert [seen.query for seen in learned] in ([], [None])


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 100_000, b'{"schema": "other", "machines": {}}', b"\xff\xfe"]
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "machine.json").write_bytes(content)
    machine = known(tmp_path)
    assert machine.learned == Learned()
    assert machine.gflops is not None


def test_nothing_is_learned_from_what_the_formula_is_not_of(tmp_path: Path) -> None:
    plain = result("model")
    others = [
        msgspec.structs.replace(plain, candidate=msgspec.structs.replace(plain.candidate, **change))
        for change in ({"kind": "reranked"}, {"kind": "sparse"}, {"backend": "onnxruntime"})
    ]
    assert learn(HERE, others, tmp_path) == ()
    assert len(learn(HERE, [plain], tmp_path)) == 1
