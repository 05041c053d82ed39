"""Rotating modules: who was asked what, and what each form of the questionnaire can tell.

What a form does not ask is missing by design: it is no refusal, lowers nobody's share of answered
items, and needs no imputation as long as forms are handed out at random. Each scale is estimated
from those who were asked it, and an index is composed of these means (instruments.md 4.4), so
forms that share no respondent still make one index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.errors import DesignError, FrameError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analytics.arrays import Booleans, Floats, Integers

type Scales = Mapping[str, Sequence[str]]
type Indices = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a questionnaire: its name, the items it asks, and who got it."""

    name: str
    items: frozenset[str]
    n: int

    def asks(self, items: Sequence[str]) -> str:
        """Tell whether the form asks ``all``, ``some`` or ``none`` of these items."""
        asked = sum(item in self.items for item in items)
        return "all" if asked == len(items) else "some" if asked else "none"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Respondents who were asked a scale as a whole, in part and not at all, and by which forms."""

    scale: str
    whole: int
    part: int
    not_asked: int
    forms_whole: tuple[str, ...]
    forms_part: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexCoverage:
    """What forms can say of an index.

    ``n`` counts the respondents of its scarcest scale, ``complete`` those who were asked all its
    scales, and ``forms`` names the forms that can estimate it alone. ``lacking`` names scales that
    no form asks as a whole: the index cannot be estimated.
    """

    index: str
    n: int
    complete: int
    forms: tuple[str, ...]
    lacking: tuple[str, ...]


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


def forms(asked: pd.DataFrame, names: pd.Series | None = None) -> tuple[Form, ...]:
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
    tuple of Form

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


def coverage(found: Sequence[Form], scales: Scales) -> tuple[Coverage, ...]:
    """Count for each scale who was asked it.

    Parameters
    ----------
    found : sequence of Form
    scales : mapping of scale to its items
    """
    rows = []
    for scale, items in scales.items():
        by = {kind: [f for f in found if f.asks(items) == kind] for kind in ("all", "some", "none")}
        n = {kind: sum(form.n for form in part) for kind, part in by.items()}
        whole, part = (tuple(f.name for f in by[kind]) for kind in ("all", "some"))
        rows.append(Coverage(scale, n["all"], n["some"], n["none"], whole, part))
    return tuple(rows)


def index_coverage(
    found: Sequence[Form], scales: Scales, indices: Indices
) -> tuple[IndexCoverage, ...]:
    """Tell for each index what all forms together, and each alone, can estimate."""
    per_scale = {row.scale: row for row in coverage(found, scales)}
    rows = []
    for index, parts in indices.items():
        alone = [f for f in found if all(f.asks(scales[scale]) == "all" for scale in parts)]
        rows.append(
            IndexCoverage(
                index,
                n=min(per_scale[scale].whole for scale in parts),
                complete=sum(form.n for form in alone),
                forms=tuple(form.name for form in alone),
                lacking=tuple(scale for scale in parts if not per_scale[scale].whole),
            )
        )
    return tuple(rows)


def pair_counts(found: Sequence[Form], scales: Scales) -> Integers:
    """Count who was asked both scales of each pair as a whole.

    Returns
    -------
    ndarray of int64, shape (n_scales, n_scales)
        Its diagonal counts those asked each scale.
    """
    hit = np.array([[f.asks(items) == "all" for items in scales.values()] for f in found])
    n = np.array([form.n for form in found], dtype=np.int64)
    return np.asarray(hit.T.astype(np.int64) @ (n[:, None] * hit), dtype=np.int64)


def planned_covariance(
    covariance: Floats, pairs: Integers, population: float | None = None
) -> Floats:
    """Give the covariance matrix of scale means that rotating modules will have.

    Parameters
    ----------
    covariance : ndarray of float, shape (n_scales, n_scales)
        Between persons, S_st.
    pairs : ndarray of int64, shape (n_scales, n_scales)
        n_st, who is asked both scales; its diagonal is n_s.
    population : float, optional
        Persons, for the finite population correction.

    Returns
    -------
    ndarray of float, shape (n_scales, n_scales)
        S_st (n_st / (n_s n_t) - 1 / N). An index with composition c has the variance c' V c.

    Raises
    ------
    DesignError
        If a scale is asked of nobody, or of more than there are.

    Notes
    -----
    Simple random sampling, forms handed out at random; two scales are two overlapping samples
    (Tam 1984, The American Statistician 38, 288-289).
    """
    n = np.diag(pairs).astype(np.float64)
    people = np.inf if population is None else population
    if not (n > 0).all():
        raise DesignError("a scale that no form asks as a whole cannot be planned for")
    if (n > people).any():
        raise DesignError("a scale is to be asked of more persons than there are")
    return np.asarray(covariance * (pairs / np.outer(n, n) - 1.0 / people), dtype=np.float64)


def form_warnings(found: Sequence[Form], scales: Scales, indices: Indices) -> list[str]:
    """Say in words what a reader of the figures must know of the forms."""
    total = sum(form.n for form in found)
    texts = []
    for row in coverage(found, scales):
        if row.part:
            texts.append(
                f"{row.scale!r} was asked only in part of {row.part} of {total} respondents (form "
                f"{', '.join(row.forms_part)}): a score from fewer items is another measure; give "
                "the shorter form a scale of its own"
            )
        elif 0 < row.whole < total:
            texts.append(
                f"{row.scale!r} was asked of {row.whole} of {total} respondents (form "
                f"{', '.join(row.forms_whole)}): the others are not missing, they were not asked"
            )
    for index in index_coverage(found, scales, indices):
        if index.lacking:
            texts.append(
                f"{index.index!r} cannot be estimated: no form asks all items of "
                f"{', '.join(index.lacking)}"
            )
        elif not index.forms and len(found) > 1:
            texts.append(
                f"{index.index!r} is composed over forms: nobody was asked all its scales, so it "
                "has no figure for a person and no correlation with anything"
            )
    return texts


def _letter(place: int) -> str:
    """Name the first 26 forms by a letter, further ones by a letter and a number."""
    letter = chr(ord("A") + place % 26)
    return letter if place < 26 else f"{letter}{place // 26 + 1}"  # noqa: PLR2004 - the alphabet


def _named(name: str, items: list[str], part: pd.DataFrame) -> Form:
    hit = part.to_numpy(dtype=bool)
    mixed = np.flatnonzero((hit != hit[0]).any(axis=0))
    if len(mixed):
        raise FrameError(
            f"the form {name!r} asks {items[int(mixed[0])]!r} of some who got it and not of "
            "others: give each version of a form a name of its own"
        )
    return _form(name, items, hit[0], len(hit))


def _form(name: str, items: list[str], hit: Booleans, n: int) -> Form:
    return Form(name, frozenset(i for i, asked in zip(items, hit, strict=True) if asked), n)
