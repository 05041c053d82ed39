"""What programs write below the rows of a CSV file: lines that are nobody's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.workbench.file.columns import UNSEEN, without_blank_rows

if TYPE_CHECKING:
    import pandas as pd

MOST: Final = 20  # such lines
NEAR: Final = 10_000  # rows among which they are sought
BELOW: Final = (
    "{what} one field where the header names {columns} columns: taken for what programs write "
    "below a table, and not for a respondent"
)


def without_lines_below(frame: pd.DataFrame, end: str, separator: str) -> tuple[pd.DataFrame, str]:
    """Leave out last lines that are no number and hold no separator: «Number of cases read: 4».

    Parameters
    ----------
    frame : DataFrame
        All rows of the file.
    end : str
        The last lines as they are written, from anywhere within one on.
    separator : str

    Returns
    -------
    rows : DataFrame
    told : str
        That there were such lines, and not what they say, which may be a count; else empty.

    Notes
    -----
    A number alone may be somebody of whom nothing but their number is known, and what is quoted
    may have begun on a line before: both stay.
    """
    if frame.shape[1] < 2:  # noqa: PLR2004 - every line of one column is a field
        return frame, ""
    lines = end.splitlines()[1:]
    below = 0
    for line in reversed([line for line in lines if line.strip(UNSEEN)][-MOST:]):
        if separator in line or '"' in line or _number(line):
            break
        below += 1
    rows, _empty = without_blank_rows(frame.iloc[-NEAR:])
    last = rows.iloc[len(rows) - below :]
    if not below or not last.iloc[:, 1:].isna().all(axis=None):
        return frame, ""
    what = "the last line has" if below == 1 else f"the last {below} lines have"
    return frame.drop(index=last.index), BELOW.format(what=what, columns=frame.shape[1])


def _number(line: str) -> bool:
    return any(sign.isdigit() for sign in line) and not any(sign.isalpha() for sign in line)
