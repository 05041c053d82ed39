"""Rotating modules: who was asked what.

What a form does not ask is missing by design: it is no refusal, lowers nobody's share of answered
items, and needs no imputation as long as forms are handed out at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import FrameError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Booleans


@dataclass(frozen=True, slots=True)
class AskedForm:
    """One form of a questionnaire: its name, the items it asks, and who got it."""

    name: str
    items: frozenset[str]
    n: int

    def asks(self, items: Sequence[str]) -> str:
        """Tell whether the form asks ``all``, ``some`` or ``none`` of these items."""
        asked = sum(item in self.items for item in items)
        return "all" if asked == len(items) else "some" if asked else "none"


def asked_by_form(form: pd.Series, answered: pd.DataFrame) -> pd.DataFrame:
    """Tell who was asked what from the name of the form alone.

    Parameters
    ----------
    form : Series of str, shape (n_respondents,)
        The form each respondent got.
    answered : DataFrame of bool, shape (n_respondents, n_items)
        Whether there is an answer, "don't know" included.

    Returns
    -------
    DataFrame of bool, shape (n_respondents, n_items)
        An item belongs to a form if anybody with that form answered it.

    Raises
    ------
    FrameError
        If a respondent has no form.
    """
    if form.isna().any():
        raise FrameError(f"{int(form.isna().sum())} respondents have no form: say which they got")
    return answered.groupby(form.to_numpy()).transform("any").astype(bool)


def forms(asked: pd.DataFrame, names: pd.Series | None = None) -> tuple[AskedForm, ...]:
    """List the forms that were handed out.

    Parameters
    ----------
    asked : DataFrame of bool, shape (n_respondents, n_items)
        Whether the item was put to the respondent (stored codes other than "not asked").
    names : Series of str, shape (n_respondents,), optional
        The form each got; without it the forms are the patterns that occur, named A, B, C ...
        from the most frequent.

    Returns
    -------
    tuple of AskedForm

    Raises
    ------
    FrameError
        If nobody was asked, or a form asks one respondent what it does not ask another.
    """
    if asked.empty:
        raise FrameError("nobody was asked anything: there is no form to describe")
    items = [str(item) for item in asked.columns]
    if names is not None:
        return tuple(
            _named(str(name), items, part) for name, part in asked.groupby(names.to_numpy())
        )
    patterns, counts = np.unique(asked.to_numpy(dtype=bool), axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return tuple(
        _form(_letter(place), items, patterns[k], int(counts[k])) for place, k in enumerate(order)
    )


def _letter(place: int) -> str:
    """Name the first 26 forms by a letter, further ones by a letter and a number."""
    letter = chr(ord("A") + place % 26)
    return letter if place < 26 else f"{letter}{place // 26 + 1}"  # noqa: PLR2004 - the alphabet


def _named(name: str, items: list[str], part: pd.DataFrame) -> AskedForm:
    hit = part.to_numpy(dtype=bool)
    mixed = np.flatnonzero((hit != hit[0]).any(axis=0))
    if len(mixed):
        raise FrameError(
            f"the form {name!r} asks {items[int(mixed[0])]!r} of some who got it and not of "
            "others: give each version of a form a name of its own"
        )
    return _form(name, items, hit[0], len(hit))


def _form(name: str, items: list[str], hit: Booleans, n: int) -> AskedForm:
    return AskedForm(name, frozenset(i for i, asked in zip(items, hit, strict=True) if asked), n)
