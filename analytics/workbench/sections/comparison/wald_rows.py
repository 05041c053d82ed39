"""Wald tests as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.workbench.sections.plain_values import plain

if TYPE_CHECKING:
    from analytics.workbench.methods.comparison.joint import Wald


def adjusted(test: Wald) -> dict[str, object]:
    """Write a Wald test as it is adjusted for its degrees of freedom."""
    return {
        "f": plain(test.f), "df1": plain(test.df1), "df2": plain(test.df2), "p": plain(test.p)
    }  # fmt: skip


def unadjusted(test: Wald) -> dict[str, object]:
    """Write a Wald test as it is without adjustment."""
    return {
        "f": plain(test.plain_f), "df1": plain(test.df1), "df2": plain(test.plain_df2),
        "p": plain(test.plain_p),
    }  # fmt: skip
