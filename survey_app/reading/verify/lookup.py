"""Look for a receipt in what is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from survey_app.publications.receipts import DIGITS, as_receipt, digits_of
from survey_app.publications.records import RecordHead, find_receipt

__all__ = ["DIGITS", "Answer", "look_up"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What can be said of a receipt: in this wave's record, in none, or not whole."""

    wave: RecordHead | None = None
    whole: bool = True
    digits: int = DIGITS


async def look_up(text: str, *, at: datetime) -> Answer:
    """Compare what a person pasted with every record that is released at that moment."""
    receipt = as_receipt(text)
    if receipt is None:
        return Answer(whole=False, digits=len(digits_of(text)))
    return Answer(wave=await find_receipt(receipt, at=at))
