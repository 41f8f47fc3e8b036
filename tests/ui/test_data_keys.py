"""The Data screen offers a key when it has something to do, and only then."""

import pytest

from advisor.ui.data import OWN
from advisor.ui.data_keys import Situation, offered

READING = Situation(
    choosing=False, reading=True, found=None, examined=None, refused=False, to_judge=False
)
REFUSED = READING._replace(reading=False, refused=True)


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        (READING._replace(choosing=True), {"pick"}),
        (READING, {"choose"}),
        (REFUSED, {"choose", "again", "judge", "write", "columns"}),
    ],
    ids=["a list to choose from", "while it is read", "when it could not be read"],
)
def test_a_key_is_there_when_it_leads_somewhere(now: Situation, keys: set[str]) -> None:
    actions = {binding.action.partition("(")[0] for binding in OWN}
    assert {action for action in actions if offered(action, now)} == keys
