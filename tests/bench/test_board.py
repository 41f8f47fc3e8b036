"""The board folds updates into one line a candidate."""

from advisor.bench import protocol
from advisor.bench.board import TIMING, Board
from advisor.bench.candidate import Candidate
from advisor.bench.events import Ended, Paused, Scored, Timing, Update, Waiting
from advisor.evaluation.estimate import Interval


def test_a_line_follows_its_candidate_from_waiting_to_measured() -> None:
    board = Board()
    board.expect((Candidate(name="a", kind="dense"), Candidate(name="b", kind="dense")))
    assert [line.phase for line in board.lines.values()] == ["waiting", "waiting"]

    def fold(event: protocol.Event | Waiting | Scored | Ended) -> None:
        board.fold(Update(candidate="a", event=event))

    fold(Waiting())
    fold(protocol.Loaded(seconds=0.5, peak_mib=100.0))
    fold(protocol.Progress(phase="encoding documents", done=5, total=20, rate=2.5))
    line = board.lines["a"]
    assert (line.phase, line.done, line.total, line.rate) == ("encoding documents", 5, 20, 2.5)
    fold(
        protocol.Encoded(
            side="documents", n=20, fresh=20, timed=20, seconds=4.0, characters=1, peak_mib=300.0
        )
    )
    assert (line.documents_per_s, line.peak_mib, line.total) == (5.0, 300.0, 0)
    fold(Scored(metrics={}, quality=Interval(mean=0.5, low=0.4, high=0.6, n=40), of=40))
    fold(protocol.Timed(block=0, latencies_ms=(3.0, 1.0, 2.0), covers="x", peak_mib=250.0))
    assert line.quality is not None
    assert (line.quality.mean, line.p50_ms, line.blocks, line.peak_mib) == (0.5, 2.0, 1, 300.0)
    fold(Ended(status="failed", reason="why", log="log"))
    assert (line.status, line.reason, line.log) == ("failed", "why", "log")
    assert board.lines["b"].phase == "waiting"


def test_a_candidate_added_later_gets_its_line() -> None:
    board = Board()
    board.fold(Update(candidate="new", event=Waiting()))
    assert board.lines["new"].phase == "starting"


def test_the_p95_comes_with_the_200th_call_and_counts_all_blocks() -> None:
    board = Board()
    seen = []
    for block in range(3):
        slow = 100.0 if block == 2 else 1.0
        calls = (1.0,) * 57 + (slow,) * 10
        event = protocol.Timed(block=block, latencies_ms=calls, covers="x")
        line = board.fold(Update(candidate="a", event=event))
        seen.append((line.blocks, line.p50_ms, line.p95_ms is not None))
    assert seen == [(1, 1.0, False), (2, 1.0, False), (3, 1.0, True)]
    assert len(line.calls) == 201


def test_what_a_model_is_and_how_it_reads_the_texts_stays_with_its_line() -> None:
    board = Board()
    loaded = protocol.Loaded(seconds=0.5, dtype="bfloat16", max_tokens=512)
    found = protocol.Diagnosed(truncated_share=0.4)
    for event in (loaded, found, Timing()):
        line = board.fold(Update(candidate="a", event=event))
    assert (line.loaded, line.diagnosis, line.phase) == (loaded, found, TIMING)


def test_a_pause_takes_the_progress_of_the_phase_with_it() -> None:
    board = Board()
    progress = protocol.Progress(phase="encoding documents", done=5, total=20, rate=2.5)
    board.fold(Update(candidate="a", event=progress))
    line = board.fold(Update(candidate="a", event=Paused()))
    assert (line.phase, line.done, line.total, line.rate) == ("paused", 0, 0, None)


def test_what_was_measured_earlier_is_marked() -> None:
    board = Board()
    assert board.fold(Update(candidate="a", event=Waiting(), earlier=True)).earlier
