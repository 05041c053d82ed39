"""What a protected file may ask for: levels of its hierarchy, and no more cells than we decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from analytics.errors import FrameError, UnsupportedError
from analytics.workbench.file.categories import categories, cross

if TYPE_CHECKING:
    from analytics.workbench.specification.model import DisclosureSpec, Specification


# Time goes with the square of groups: beyond these it is minutes, and then hours.
MOST_GROUPS: Final = 3000
MOST_CATEGORIES: Final = 1000
MOST_CELLS: Final = 150_000


def missing_levels(by: tuple[tuple[str, ...], ...], spec: DisclosureSpec) -> list[tuple[str, ...]]:
    """List the levels of the hierarchy that must be estimated to protect what is asked for.

    Raises
    ------
    UnsupportedError
        If a crossing is asked for that is no part of the hierarchy: it could give away what the
        tables on its margins hide.
    """
    for level in by:
        if len(level) > 1 and level != spec.hierarchy[: len(level)]:
            raise UnsupportedError(
                f"[disclosure] the crossing {' x '.join(level)} is not part of hierarchy: name "
                "these columns there, from the top down, or leave the crossing out"
            )
    paths = [spec.hierarchy[: depth + 1] for depth in range(len(spec.hierarchy))]
    return [path for path in paths if path not in by]


def check_hierarchy(data: pd.DataFrame, spec: DisclosureSpec) -> None:
    """Check that the file has the columns of the hierarchy.

    Raises
    ------
    FrameError
    """
    for column in spec.hierarchy:
        if column not in data.columns:
            raise FrameError(f"[disclosure] hierarchy names {column!r}, which the data lacks")


def check_size(data: pd.DataFrame, spec: Specification) -> None:
    """Check that what may show can be decided in half a minute.

    Parameters
    ----------
    data : DataFrame
        All waves.
    spec : Specification
        With every division that is estimated.

    Raises
    ------
    UnsupportedError
        If a division or a share has too many categories, or all of them together too many figures.
    """
    groups = {by: _groups(data, by) for by in spec.by}
    for by, number in groups.items():
        if number > MOST_GROUPS:
            raise UnsupportedError(
                f"[disclosure] {' x '.join(by)} makes {number} groups, and for more than "
                f"{MOST_GROUPS} it is not decided what may show: take a division with fewer"
            )
    answers = {
        column: categories(data, column, "[variables] shares").nunique()
        for column in spec.variables.shares
    }
    for column, number in answers.items():
        if number > MOST_CATEGORIES:
            raise UnsupportedError(
                f"[disclosure] {column!r} has {number} categories, and of more than "
                f"{MOST_CATEGORIES} it is not decided what may show: leave it out of [variables] "
                "shares"
            )
    asked = spec.variables
    others = (
        spec.scales, spec.indices, asked.means, asked.totals, asked.ratios, asked.balances,
    )  # fmt: skip
    measures = sum(answers.values()) + sum(map(len, others))
    cells = (1 + sum(groups.values())) * measures
    if cells > MOST_CELLS:
        raise UnsupportedError(
            f"[disclosure] all groups together have {cells} figures, and of more than {MOST_CELLS} "
            "it is not decided what may show: ask for fewer shares or divisions at a time"
        )


def _groups(data: pd.DataFrame, by: tuple[str, ...]) -> int:
    """Count the combinations of categories that occur."""
    code, _ = cross([categories(data, column, "[domains] by") for column in by])
    return int(code.max(initial=-1)) + 1
