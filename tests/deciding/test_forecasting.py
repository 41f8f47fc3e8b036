"""What a run is said to take, and how that turned out."""

import msgspec

from advisor.bench.candidate import Candidate
from advisor.deciding.forecasting import announcement, duration, forecasts, hindsight
from advisor.needs.requirements import Machine
from advisor.shortlist.forecast import Size
from tests.bench.test_experience import result
from tests.shortlist.profiles import needs

HERE = Machine(source="detected", cpu="a CPU", cores=2, gflops=100.0)
SIZE = Size(documents=1_000, queries=50, words=100)
MINI = "sentence-transformers/all-MiniLM-L6-v2"


def named(name: str, repo: str | None = None) -> Candidate:
    return msgspec.structs.replace(result(name).candidate, repo=repo)


def test_what_will_be_measured_is_announced_with_its_time_range_and_basis() -> None:
    models = [named("mini", MINI), named("mine")]
    known = forecasts(models, needs(machine=HERE), SIZE)
    said = announcement(models, known, SIZE, HERE)
    assert "Measuring 2 models on 1,000 documents and 50 queries: about " in said
    assert "100 GFLOP/s" in said
    assert "without 1 of which nothing is known" in said


def test_a_model_nobody_knows_has_no_forecast() -> None:
    models = [named("mine")]
    known = forecasts(models, needs(machine=HERE), SIZE)
    assert known == {}
    said = announcement(models, known, SIZE, HERE)
    assert said == "Measuring 1 model on 1,000 documents and 50 queries."


def test_hindsight_tells_how_far_off_what_was_measured_now_has_been() -> None:
    model = named("mini", MINI)
    known = forecasts([model], needs(machine=HERE), SIZE)
    before = known["mini"]
    assert before.query_ms is not None
    assert before.memory_mib is not None
    assert before.documents_per_s is not None
    whole = result("mini")
    assert whole.latency is not None
    assert whole.throughput is not None
    measured = msgspec.structs.replace(
        whole,
        candidate=model,
        latency=msgspec.structs.replace(whole.latency, p50=3 * before.query_ms.value),
        throughput=msgspec.structs.replace(
            whole.throughput, documents_per_s=before.documents_per_s / 2
        ),
        peak_mib=before.memory_mib.value,
    )
    said = hindsight(known, [measured]) or ""
    assert "latency 3.0, encoding 2.0, memory 1.0 (1 model)" in said
    earlier = msgspec.structs.replace(measured, latency=None, throughput=None, earlier=True)
    assert hindsight(known, [earlier]) is None


def test_durations_read_as_a_person_says_them() -> None:
    assert [duration(s) for s in (0.2, 45, 100, 7_200)] == ["1 s", "45 s", "2 min", "2.0 h"]
