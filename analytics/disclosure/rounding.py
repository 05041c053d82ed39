"""The last step: digits that a reader gets, and verdicts that a reader can check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.disclosure.display_limits import (
    EXPOSURE_BANDS,
    MEAN_DIGITS,
    SHARE_DIGITS,
    SHARE_DIGITS_SMALL,
    SHARE_SMALL_BELOW,
)

if TYPE_CHECKING:
    import pandas as pd

    from analytics.arrays import Booleans, Floats

VALUES: Final = ("mean", "se", "low", "high", "se_model")
SPREAD: Final = ("se", "low", "high", "se_model", "df", "deff", "n_eff")
_SLACK: Final = 1e-9
_P_DIGITS: Final = 4
_FALSE_DISCOVERIES: Final = 0.10  # design.md 5: Benjamini-Hochberg over the units of an index


def round_estimates(frame: pd.DataFrame, *, no_spread: Booleans) -> pd.DataFrame:
    """Round published estimates and put exposure into bands.

    Parameters
    ----------
    frame : DataFrame
        Columns of an `EstimateTable`, published rows only.
    no_spread : ndarray of bool, shape (n_rows,)
        Rows whose error and interval would give the answers away.

    Returns
    -------
    DataFrame
        The same columns and ``band``: "" or the code of an exposure band, whose row holds no
        number but n.
    """
    exposure = (frame["statistic"] == "prevalence").to_numpy(dtype=bool)
    digits = _digits(frame)
    rounded = {name: _round(frame[name].to_numpy(dtype=np.float64), digits) for name in VALUES}
    result = frame.assign(
        **rounded, deff=frame["deff"].round(2), n_eff=frame["n_eff"].round(0), band=""
    )
    result.loc[exposure, "band"] = _bands(frame.loc[exposure, "mean"].to_numpy(dtype=np.float64))
    result.loc[exposure | no_spread, list(SPREAD)] = np.nan
    result.loc[exposure, "mean"] = np.nan
    return result


def round_changes(frame: pd.DataFrame, n: Floats) -> pd.DataFrame:
    """Round published changes and decide each verdict on the figures shown.

    Parameters
    ----------
    frame : DataFrame
        Columns of a `ChangeTable`, published rows only.
    n : ndarray of float, shape (n_rows,)
        Respondents of the current cell, for the digits of shares.

    Returns
    -------
    DataFrame
        The same columns.

    Notes
    -----
    design.md 5: up or down when the interval excludes 0 and the difference is at least the margin
    (and, among many units, holds at a false discovery rate of 10 %); steady when the interval lies
    inside the margin; else uncertain. The adjustment for many units is made anew among those
    published: one that counted hidden units would tell something of them.

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995). Journal of the Royal Statistical Society B 57, 289-300.
    """
    # decided on the digits that are shown, as the interval is
    adjusted = _adjust(frame).round(_P_DIGITS)
    digits = np.full(len(frame), MEAN_DIGITS)
    share = (frame["statistic"] != "mean").to_numpy(dtype=bool)
    digits[share] = np.where(n < SHARE_SMALL_BELOW, SHARE_DIGITS_SMALL, SHARE_DIGITS)[share]
    names = ("difference", "se", "low", "high")
    figures = {name: _round(frame[name].to_numpy(dtype=np.float64), digits) for name in names}
    # margins are in points; shares are 0-1
    margin = np.where(share, frame["margin"] / 100, frame["margin"])
    verdict, under = decide(
        figures["difference"],
        (figures["low"], figures["high"]),
        np.where(frame["level"] == "unit", adjusted, np.nan),
        np.asarray(margin, dtype=np.float64),
    )
    return frame.assign(
        **figures,
        p=frame["p"].round(_P_DIGITS),
        p_adjusted=adjusted,
        verdict=verdict,
        under_limit=under,
    )


def decide(
    difference: Floats, interval: tuple[Floats, Floats], p_adjusted: Floats, margin: Floats
) -> tuple[list[str], Booleans]:
    """Give each change its verdict, and mark those whose direction is known but size is small."""
    low, high = interval
    apart = (low > 0) | (high < 0)
    large = np.abs(difference) >= margin - _SLACK
    holds = np.isnan(p_adjusted) | (p_adjusted <= _FALSE_DISCOVERIES)
    steady = (low >= -margin - _SLACK) & (high <= margin + _SLACK)
    verdict = np.select(
        [apart & large & holds & (difference > 0), apart & large & holds, steady],
        ["up", "down", "steady"],
        default="uncertain",
    )
    return verdict.tolist(), apart & ~large


def _adjust(frame: pd.DataFrame) -> Floats:
    """Adjust p among the units of a measure; other rows keep theirs and are not held to it."""
    adjusted = frame["p"].to_numpy(dtype=np.float64, copy=True)
    units = frame.reset_index(drop=True)
    units = units[(units["level"] == "unit") & units["p"].notna()]
    for rows in units.groupby(["measure", "statistic", "since", "role"]).indices.values():
        where = units.index.to_numpy()[rows]
        p = adjusted[where]
        order = np.argsort(-p, kind="stable")
        rank = len(p) - np.arange(len(p))
        stepped = np.minimum.accumulate(p[order] * len(p) / rank)
        adjusted[where[order]] = np.minimum(stepped, 1.0)
    return adjusted


def _digits(frame: pd.DataFrame) -> Floats:
    mean = (frame["statistic"] == "mean").to_numpy(dtype=bool)
    few = frame["n"].to_numpy() < SHARE_SMALL_BELOW
    share = np.where(few, SHARE_DIGITS_SMALL, SHARE_DIGITS)
    return np.asarray(np.where(mean, MEAN_DIGITS, share), dtype=np.float64)


def _round(values: Floats, digits: Floats) -> Floats:
    result = np.empty(len(values))
    for digit in np.unique(digits):
        rows = digits == digit
        # adding zero turns -0.0 into 0.0: a table has no negative nothing
        result[rows] = np.round(values[rows], int(digit)) + 0.0
    return result


def _bands(share: Floats) -> list[str]:
    # a weighted 1 in 20 must not fall below 0.05 by the last bit of a float
    edges = np.array([lowest for _, lowest in EXPOSURE_BANDS])
    codes = [code for code, _ in EXPOSURE_BANDS]
    found = np.searchsorted(edges, np.round(share, 9), side="right") - 1
    return [codes[position] for position in found]
