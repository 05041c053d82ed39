"""What was counted when an urn was emptied, also before links and credentials were told apart."""

from __future__ import annotations

import json
from typing import Any, Final

WHOLE: Final = ""
"""Code of the whole agency: of staff answers that are stored with no region."""
RECORD_FORMAT: Final = 3
"""From 3 on no answer is stored under another unit, and ``moved`` names silent units too."""


def read_counted(stored: str) -> dict[str, Any]:
    """Read the worker's own record of a wave, at least as format 2 has it.

    Parameters
    ----------
    stored : str
        JSON, as ``counting.wave_record`` holds it.
    """
    counted: dict[str, Any] = json.loads(stored)
    return _from_1(counted) if counted["format"] == 1 else counted


def _from_1(counted: dict[str, Any]) -> dict[str, Any]:
    """Bring the first days to 2: links were counted as a whole, and there were no credentials."""
    used = counted["marked"]
    found = counted["accepted"] + counted["refused"] + counted["screened_out"]
    left = max(0, used - found)
    return counted | {
        "format": 2,
        "credentials": used,
        "replaced": 0,
        "not_stored": left if counted["too_few"] else 0,
        "unused_credentials": 0 if counted["too_few"] else left,
        "receipts": [],
        "alarms": [],
        # the hash of the responses had none
        "salt": "",
        "domains": [one | {"credentials": None} for one in counted["domains"]],
    }
