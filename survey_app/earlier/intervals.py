"""The interval of an imported value, only where its source gives what is needed for one."""

from __future__ import annotations

from typing import Final

Z: Final = 1.959963984540054  # 97.5th percentile of the normal distribution
WHOLE: Final = 100.0


def interval_of_value(
    value: float, se: float | None, n: int | None, *, share: bool
) -> tuple[float, float] | None:
    """Return the 95 % interval of a value on 0-100, or None where it cannot be known.

    Parameters
    ----------
    value, se : float
        On 0-100; ``se`` as the source gives it.
    n : int, optional
        Number of respondents.
    share : bool
        Whether the value is a percentage of respondents: then ``n`` alone gives an interval, as if
        they were drawn at random. The mean of a scale needs ``se``.

    Returns
    -------
    tuple of float or None
        ``value`` ± 1.96 ``se``, cut off at 0 and 100; without ``se`` Wilson's interval of a share.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.

    Examples
    --------
    >>> interval(62.0, 1.5, None, share=False)
    (59.0601, 64.9399)
    """
    if se is not None:
        return (round(max(0.0, value - Z * se), 4), round(min(WHOLE, value + Z * se), 4))
    if n is None or not share:
        return None
    # here: a web process that reads no imported share would load all of statsmodels for nothing
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415

    low, high = proportion_confint(value / WHOLE * n, n, alpha=0.05, method="wilson")
    return (round(float(low) * WHOLE, 4), round(float(high) * WHOLE, 4))
