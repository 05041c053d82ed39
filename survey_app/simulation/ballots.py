"""Simulated answers as sealed ballots; pure, so that a process of its own may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from questionnaires.model import NOT_ASKED
from survey_app.counting.urn.ballot import Ballot
from survey_app.counting.urn.seal import seal_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    import numpy.typing as npt

    from survey_app.counting.urn.seal import SealedBallot


def answer_rows(
    columns: Sequence[str],
    answers: Mapping[str, npt.NDArray[np.int16]],
    people: npt.NDArray[np.intp],
) -> npt.NDArray[np.int16]:
    """Lay out answers in the order of a questionnaire's columns.

    Parameters
    ----------
    columns : sequence of str
        ``Questionnaire.columns``.
    answers : mapping of column to array, shape (n_people,)
    people : int array
        Whose rows are wanted.

    Returns
    -------
    array of int16, shape (len(people), len(columns))
    """
    rows = np.full((len(people), len(columns)), NOT_ASKED, dtype=np.int16)
    for at, column in enumerate(columns):
        if column in answers:
            rows[:, at] = answers[column][people]
    return rows


def seal_rows(
    rows: npt.NDArray[np.int16],
    domains: Sequence[str],
    wave: UUID,
    public_key: bytes,
    size: int,
    comments: Sequence[str] = (),
    cover_key: bytes = b"",
) -> list[SealedBallot]:
    """Seal each row with its domain code.

    Parameters
    ----------
    rows : int16 array, shape (n_ballots, n_columns)
    domains : sequence of str, length n_ballots
        As in the invitations; empty strings for the public.
    comments : sequence of str, length n_ballots, optional
        In waves that ask for one.
    cover_key : bytes
        Of waves that two people hold the keys of.
    """
    written = comments or [""] * len(domains)
    ballots = (
        Ballot(domain, tuple(row), comment=comment)
        for domain, row, comment in zip(domains, rows.tolist(), written, strict=True)
    )
    return list(seal_all(ballots, wave=wave, public_key=public_key, size=size, cover_key=cover_key))
