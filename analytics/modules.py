r"""A split wave: everybody was asked the core, and each person one of several modules at random.

What a module asked is estimated from those who were asked it, with weights of their own, which are
calibrated to the same known totals as those of all who answered.

Notes
-----
A module is the second phase of a sample in two: of N persons of a stratum n answered, and of these
:math:`n_m` at random got the module. Both phases are simple within strata, and

.. math:: \frac{S^2}{n}\left(1 - \frac{n}{N}\right) + \frac{S^2}{n_m}\left(1 - \frac{n_m}{n}\right)
          = \frac{S^2}{n_m}\left(1 - \frac{n_m}{N}\right),

so that the error is that of :math:`n_m` drawn at once: the correction for a finite population is by
as many as were asked, and never by all who answered. The second phase is stratified afterwards by
the cells of the weights, as everybody is drawn alone; given how many each cell has, the draw is
simple within it.

References
----------
Särndal, C.-E., Swensson, B., Wretman, J. (1992). Model Assisted Survey Sampling. Springer, 9.3.
Raghunathan, T. E., Grizzle, J. E. (1995). A split questionnaire survey design. Journal of the
American Statistical Association 90, 54-63.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from questionnaires.arms import only
from questionnaires.model import NOT_ASKED
from questionnaires.parts import has_modules, in_part, part, part_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans
    from questionnaires.model import Questionnaire

__all__ = ["AskedPart", "asked_by_part", "has_modules", "stacked"]

# Warnings that speak of those who were asked a module, and not of all who answered.
OF_THE_ANSWERED: Final = frozenset(
    {
        "item_not_applicable",
        "item_extreme",
        "margin_made_coarser",
        "margin_left_out",
        "weights_beyond_limits",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class AskedPart:
    """The core or a module as a form of its own: what it asks, and of whom.

    ``answers`` has those who were asked, ``asked`` tells who of all who answered they are.
    """

    questionnaire: Questionnaire
    answers: pd.DataFrame
    asked: Booleans


def asked_by_part(questionnaire: Questionnaire, answers: pd.DataFrame) -> tuple[AskedPart, ...]:
    """Divide a split wave: the core with all who answered, then each module with those who got it.

    Parameters
    ----------
    questionnaire : Questionnaire
        With modules.
    answers : DataFrame of int, shape (n_respondents, n_columns)
        Stored codes; what a person was not asked is ``NOT_ASKED``.

    Returns
    -------
    tuple of AskedPart
        Background stands with each of them, since weights and groups are made of it.
    """
    core = part(questionnaire, None)
    known = {item.id for item in core.items}
    everybody = pd.Series(data=True, index=answers.index).to_numpy()
    found = [AskedPart(core, answers[_columns(core, answers)], everybody)]
    background = {item.id for item in core.items if item.purpose == "background"}
    for number in part_numbers(questionnaire):
        own = [name for name in in_part(questionnaire, number) if name not in known]
        columns = [
            name for item in own for name in questionnaire.item_columns(questionnaire.item(item))
        ]
        asked = (answers[columns] != NOT_ASKED).any(axis=1).to_numpy()
        form = only(questionnaire, background.union(own))
        found.append(AskedPart(form, answers.loc[asked, _columns(form, answers)], asked))
    return tuple(found)


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Stack the frames of parts; of those without a row only the columns count."""
    some = [one for one in frames if len(one)] or list(frames[:1])
    return pd.concat(some, ignore_index=True)


def _columns(form: Questionnaire, answers: pd.DataFrame) -> list[str]:
    return [name for name in form.columns if name in answers.columns]
