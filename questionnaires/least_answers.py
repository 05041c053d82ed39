"""How many answers make a score."""

from math import ceil

_SLACK = 1e-9  # keeps 0.6 * 5 at 3, whatever the last bit of the product says


def least_answers(share: float, asked: int) -> int:
    """Give how many items must be answered of those that somebody was asked.

    Parameters
    ----------
    share : float
        Of the items asked (`Scale.min_answered`), above 0 and at most 1.
    asked : int

    Returns
    -------
    int
        Rounded up to whole items.

    Examples
    --------
    >>> [least_answers(0.6, asked) for asked in (2, 3, 4, 5, 8)]
    [2, 2, 3, 3, 5]
    """
    return ceil(share * asked - _SLACK)
