"""Response rates after the AAPOR Standard Definitions (instruments.md 5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analytics.errors import FrameError

COMPLETE: Final = 0.80  # share of the questions shown that makes an answer complete
PARTIAL: Final = 0.50


@dataclass(frozen=True, slots=True)
class Dispositions:
    """How each person in the sample ended.

    ``complete`` (I), ``partial`` (P), ``refusal`` (R, opt-outs), ``non_contact`` (NC), ``other``
    (O, eligible but unable), ``unknown`` (U, eligibility not settled) and ``ineligible`` (IE).
    """

    complete: int
    partial: int
    refusal: int
    non_contact: int
    other: int = 0
    unknown: int = 0
    ineligible: int = 0


@dataclass(frozen=True, slots=True)
class ResponseRates:
    """Rates on 0-1. ``e`` is the share of the unknown that is taken to be eligible."""

    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float
    rr6: float
    e: float


def response_rates(counts: Dispositions) -> ResponseRates:
    """Compute RR1 to RR6.

    Parameters
    ----------
    counts : Dispositions
        Persons, none below zero.

    Raises
    ------
    FrameError
        If a count is negative or nobody was eligible.

    References
    ----------
    The American Association for Public Opinion Research (2023). Standard Definitions: Final
    Dispositions of Case Codes and Outcome Rates for Surveys, 10th edition. ``e`` is the share
    eligible among the cases of known eligibility.
    """
    full, part = counts.complete, counts.complete + counts.partial
    eligible = part + counts.refusal + counts.non_contact + counts.other
    if (
        min(
            counts.complete,
            counts.partial,
            counts.refusal,
            counts.non_contact,
            counts.other,
            counts.unknown,
            counts.ineligible,
        )
        < 0
    ):
        raise FrameError("a count of the response table is negative")
    if eligible == 0:
        raise FrameError("nobody in the sample was eligible: there is no response rate")
    e = eligible / (eligible + counts.ineligible)
    all_unknown, some_unknown = eligible + counts.unknown, eligible + e * counts.unknown
    return ResponseRates(
        rr1=full / all_unknown,
        rr2=part / all_unknown,
        rr3=full / some_unknown,
        rr4=part / some_unknown,
        rr5=full / eligible,
        rr6=part / eligible,
        e=e,
    )


def split_by_completeness(answered_shares: list[float]) -> tuple[int, int, int]:
    """Count complete, partial and too short answers.

    Parameters
    ----------
    answered_shares : list of float
        For each response, the share of the questions shown that has an answer; "don't know" is
        one.

    Returns
    -------
    complete, partial, short : int
        80 % or more; 50 to 79 %; below 50 %, which counts as a refusal.
    """
    complete = sum(share >= COMPLETE for share in answered_shares)
    partial = sum(PARTIAL <= share < COMPLETE for share in answered_shares)
    return complete, partial, len(answered_shares) - complete - partial
