"""How many answered, how completely, and where."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from analytics.response_rates import Dispositions, response_rates, split_by_completeness
from analytics.rows import row_blocks
from questionnaires.model import NOT_ANSWERED, NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analytics.arrays import Floats
    from analytics.estimation.domains import Partition
    from questionnaires.model import Questionnaire


def answered_shares(questionnaire: Questionnaire, answers: pd.DataFrame) -> Floats:
    """Compute the share of the questions shown that each respondent answered.

    Parameters
    ----------
    questionnaire : Questionnaire
        Its items; those without a column in the answers are left out.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes; "don't know" and "prefer not to answer" are answers.

    Returns
    -------
    ndarray of float, shape (n_respondents,)
        From 0 to 1; 0 for somebody who was asked nothing.
    """
    asked = np.zeros(len(answers))
    answered = np.zeros(len(answers))
    for item in questionnaire.items:
        columns = list(questionnaire.item_columns(item))
        if any(column not in answers.columns for column in columns):
            continue
        codes = answers[columns].to_numpy()
        asked += (codes != NOT_ASKED).any(axis=1)
        answered += ((codes != NOT_ASKED) & (codes != NOT_ANSWERED)).any(axis=1)
    return np.divide(answered, asked, out=np.zeros_like(asked), where=asked > 0)


def participation(
    questionnaire: Questionnaire,
    answers: pd.DataFrame,
    partitions: Sequence[Partition],
    frame: pd.DataFrame,
    each: Floats | None = None,
) -> dict[str, object]:
    """Count answers and compute the rates.

    Parameters
    ----------
    questionnaire, answers
        As elsewhere.
    partitions : sequence of Partition
        The levels to count answers in.
    frame : DataFrame
        With a column ``invited``, one row per unit or county; empty for an open link.
    each : ndarray of float, shape (n_rows,), optional
        Respondents that a row of the partitions stands for, where it stands for several.

    Returns
    -------
    dict
        ``answers``, ``complete``, ``partial``, ``short``, ``invited`` (None for an open link),
        ``rates`` (RR1-RR6 and e, or None) and ``domains``: a list of ``level``, ``domain``,
        ``answers``, ``invited``. Opt-outs are known to the identity side alone; here everybody
        who did not answer counts as non-contact, which leaves RR1 and RR2 as they are.
    """
    counts = [
        split_by_completeness(answered_shares(questionnaire, some).tolist())
        for _, some in row_blocks(answers)
    ]
    complete, partial, short = (sum(one) for one in zip(*counts, strict=True))
    result: dict[str, object] = {
        "answers": len(answers),
        "complete": complete,
        "partial": partial,
        "short": short,
        "invited": None,
        "rates": None,
        "domains": _by_domain(partitions, frame, each),
    }
    if "invited" not in frame.columns or frame.empty:
        return result
    invited = int(frame["invited"].sum())
    silent = max(invited - len(answers), 0)
    rates = response_rates(Dispositions(complete, partial, short, silent))
    return result | {"invited": invited, "rates": asdict(rates)}


def _by_domain(
    partitions: Sequence[Partition], frame: pd.DataFrame, each: Floats | None
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for one in partitions:
        inside = one.code >= 0
        count = np.bincount(one.code[inside], None if each is None else each[inside], one.size)
        invited = _invited(one, frame)
        rows.extend(
            {
                "level": one.level,
                "domain": domain,
                "answers": int(answers),
                "invited": invited.get(domain),
            }
            for domain, answers in zip(one.domains, count, strict=True)
        )
    return rows


def _invited(one: Partition, frame: pd.DataFrame) -> dict[str, int]:
    if "invited" not in frame.columns or frame.empty:
        return {}
    if one.level == "agency":
        return {"": int(frame["invited"].sum())}
    key = one.level
    prefix = ""
    if one.level == "group":
        key, prefix = "county", "county:"
        if not one.domains or not one.domains[0].startswith(prefix):
            return {}
    if key not in frame.columns:
        return {}
    sums = frame["invited"].groupby(frame[key].astype("str")).sum()
    return {f"{prefix}{code}": int(count) for code, count in sums.items()}
