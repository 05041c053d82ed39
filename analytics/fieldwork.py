"""A wave in the field: what is usual by now, where it may end, and what a reminder brings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit, logit, stdtrit

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Floats

FEWEST: Final = 3  # earlier waves, or reminders, before anything is called usual
CONFIDENCE: Final = 0.95
REMINDED: Final = 3  # days from a reminder
PACE: Final = 2  # days before it that say how fast answers came


@dataclass(frozen=True, slots=True)
class FieldCurve:
    """One wave, day by day.

    Attributes
    ----------
    invited : int
    shares : tuple of (float or None), shape (n_days,)
        Of those invited, who had answered by the end of each day from the first on; ``None``
        where it is not known. The last one known of an earlier wave is where it ended.
    reminders : tuple of int
        Days after the first on which a reminder went out.
    """

    invited: int
    shares: tuple[float | None, ...]
    reminders: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ExpectedDay:
    """What is expected by the end of one day, 0-1, with a 95 % prediction interval."""

    day: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """Every day that is left, the last one last, and how many earlier waves it rests on."""

    days: tuple[ExpectedDay, ...]
    n_waves: int


@dataclass(frozen=True, slots=True)
class ReminderGain:
    """Shares of those invited, 0-1, over reminders of earlier waves.

    ``after`` answered in the three days from a reminder on; ``before`` would have, at the pace of
    the two days before it. ``low`` and ``high`` bound the difference for one more reminder (95 %).
    """

    before: float
    after: float
    low: float
    high: float
    n_reminders: int


def usual_curve(earlier: Sequence[FieldCurve], n_days: int) -> tuple[float, ...]:
    """Average earlier waves, each stretched to as many days as this one.

    Parameters
    ----------
    earlier : sequence of FieldCurve
    n_days : int
        Of the wave they are held against.

    Returns
    -------
    tuple of float, shape (n_days,)
        Empty where there are fewer than three.
    """
    whole = [curve for curve in earlier if _known(curve)]
    if len(whole) < FEWEST:
        return ()
    ends = np.arange(1, n_days + 1) / n_days
    return tuple(np.mean([_at(curve, ends) for curve in whole], axis=0).tolist())


def forecast(now: FieldCurve, earlier: Sequence[FieldCurve], n_days: int) -> Forecast | None:
    r"""Say where a wave may end.

    Parameters
    ----------
    now : FieldCurve
        The wave so far.
    earlier : sequence of FieldCurve
        Waves of the same kind that ended.
    n_days : int
        Days from the first to the last one of ``now``.

    Returns
    -------
    Forecast or None
        ``None`` before anything is known, and where fewer than three earlier waves say how much
        came afterwards.

    Raises
    ------
    FrameError
        If nobody was invited, or a share lies outside 0-1.

    Notes
    -----
    On the logit scale, where a share stays between 0 and 1, each earlier wave says how much was
    still to come at the same part of its time. The forecast adds their mean :math:`\bar\delta` to
    where this wave stands, and the interval is the one for a further draw from a normal
    distribution, :math:`\bar\delta \pm t_{m-1}\, s \sqrt{1 + 1/m}`. What chance adds in a wave
    of fewer people than the earlier ones, :math:`(1 - p_x / p_1) / (n p_x (1 - p_x)^2)` each by the
    delta method, is added to the variance. Nobody takes an answer back: no bound lies below what
    has come.

    References
    ----------
    Hahn, G. J., Meeker, W. Q. (1991). Statistical Intervals: A Guide for Practitioners. Wiley.
    """
    for curve in (now, *earlier):
        if curve.invited <= 0 or any(s is not None and not 0 <= s <= 1 for s in curve.shares):
            raise FrameError("a wave in the field needs people invited, and shares from 0 to 1")
    known = _known(now)
    if not known or known[-1] + 1 >= n_days:
        return None
    day, share = known[-1], now.shares[known[-1]]
    assert share is not None
    then = (day + 1) / n_days
    whole = [one for one in earlier if _known(one) and 0 < _at(one, np.array([then]))[0] < 1]
    if len(whole) < FEWEST or not 0 < share < 1:
        return None
    return Forecast(
        tuple(
            _expected(now.invited, share, whole, then, at, n_days) for at in range(day + 1, n_days)
        ),
        len(whole),
    )


def _expected(
    invited: int, share: float, whole: Sequence[FieldCurve], then: float, at: int, n_days: int
) -> ExpectedDay:
    places = np.array([then, (at + 1) / n_days])
    pairs = np.clip([_at(curve, places) for curve in whole], None, 1 - 1e-9)
    gains = np.diff(logit(pairs), axis=1)[:, 0]
    mean = float(gains.mean())
    m = len(gains)
    end = float(expit(logit(share) + mean))
    of_chance = [
        _chance(curve.invited, pair[0], pair[1]) for curve, pair in zip(whole, pairs, strict=True)
    ]
    more = max(0.0, _chance(invited, share, end) - float(np.mean(of_chance)))
    error = float(np.sqrt(gains.var(ddof=1) * (1 + 1 / m) + more))
    wide = float(stdtrit(m - 1, (1 + CONFIDENCE) / 2)) * error
    low, high = expit(logit(share) + mean - wide), expit(logit(share) + mean + wide)
    return ExpectedDay(at, max(share, end), max(share, float(low)), max(share, float(high)))


def _chance(invited: int, share: float, end: float) -> float:
    """Return the variance of a logit that chance alone brings, given where the wave ends."""
    return max(0.0, 1 - share / end) / (invited * share * (1 - share) ** 2)


def reminder_gain(earlier: Sequence[FieldCurve]) -> ReminderGain | None:
    """Compare the days from a reminder on with those before it.

    Parameters
    ----------
    earlier : sequence of FieldCurve

    Returns
    -------
    ReminderGain or None
        ``None`` where fewer than three reminders have counts around them.

    Notes
    -----
    It is a difference before and after, not an effect: without a reminder fewer and fewer would
    have come, so the difference says rather too little than too much of what a reminder brings.
    """
    pairs = []
    for curve in earlier:
        for day in curve.reminders:
            places = (day - 1 - PACE, day - 1, day - 1 + REMINDED)
            around = [_day(curve, place) for place in places]
            if None not in around:
                pairs.append(np.diff(np.array(around, dtype=np.float64)))
    if len(pairs) < FEWEST:
        return None
    before, after = np.array(pairs).T
    before = before * REMINDED / PACE
    more = after - before
    m = len(more)
    wide = float(stdtrit(m - 1, (1 + CONFIDENCE) / 2) * more.std(ddof=1) * np.sqrt(1 + 1 / m))
    return ReminderGain(
        float(before.mean()),
        float(after.mean()),
        float(more.mean()) - wide,
        float(more.mean()) + wide,
        m,
    )


def _day(curve: FieldCurve, day: int) -> float | None:
    """Return the share by the end of a day; nobody had answered before the first one."""
    if day < 0:
        return 0.0
    return curve.shares[day] if day < len(curve.shares) else None


def _known(curve: FieldCurve) -> list[int]:
    return [day for day, share in enumerate(curve.shares) if share is not None]


def _at(curve: FieldCurve, parts: Floats) -> Floats:
    """Return the shares at parts of a wave's time, straight between the days that are known."""
    known = _known(curve)
    days = np.array([0.0, *((day + 1) / len(curve.shares) for day in known)])
    shares = np.array([0.0, *(curve.shares[day] or 0.0 for day in known)])
    found: Floats = np.interp(parts, days, shares)
    return found
