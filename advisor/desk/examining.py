"""The data doctor at the desk."""

from __future__ import annotations

from threading import Event

import msgspec

from advisor.corpus.cleaning import write_clean_copy
from advisor.corpus.samples import SAMPLES
from advisor.deciding.checkup import check_data
from advisor.desk import messages


def examined(request: messages.Examine, stopped: Event) -> messages.Examined:
    """Return what is odd about the data; AdvisorError when it cannot be read or was stopped."""
    checkup = check_data(
        request.place, msgspec.structs.replace(request.reading, seed=request.seed), stopped.is_set
    )
    remedies = any(finding.remedy in ("skip", "fix") for finding in checkup.findings)
    return messages.Examined(
        findings=checkup.findings,
        notes=checkup.notes,
        can_be_cleaned=remedies
        and checkup.task == "retrieval"
        and request.place not in SAMPLES
        and not checkup.stops(skipping=True),
    )


def cleaned(request: messages.Clean) -> messages.Cleaned:
    """Write a clean copy; DataError when there is none to make."""
    copy = write_clean_copy(request.place, msgspec.structs.replace(request.reading, skip=True))
    return messages.Cleaned(place=str(copy.folder), left_out=copy.left_out)
