"""What counts as a broken promise in the table of faults."""

import pytest

from benchmarks.faults import Seen

AGAIN = "next run: measured; 5 of 7 finished steps as they were"


@pytest.mark.parametrize(
    ("happened", "kept", "orphans", "bad"),
    [
        ("exit 2: the cache cannot be written", AGAIN, 0, False),
        ("SIGKILL, terminal left as it was", AGAIN, 0, False),
        ("exit 130, terminal left as it was", AGAIN, 0, True),
        ("exit 1: OSError: [Errno 27] File too large", AGAIN, 0, True),
        ("waited in vain: the phase timing did not come in 240 s", AGAIN, 0, True),
        ("exit 0: measured", "the next run hung", 0, True),
        ("exit 0: measured", AGAIN, 1, True),
    ],
)
def test_an_error_nobody_explains_and_a_process_that_stays_are_broken_promises(
    happened: str, kept: str, orphans: int, bad: bool
) -> None:
    assert Seen("a fault", happened, kept, (), 0, orphans).bad is bad
