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

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from analytics.comparability import Scores
from analytics.tables import EstimateTable
from questionnaires.arms import only
from questionnaires.model import NOT_ASKED
from questionnaires.parts import has_modules, in_part, part, parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.pipeline import WaveData, WaveEstimates
    from analytics.quality import WaveWarning
    from questionnaires.model import Questionnaire

__all__ = ["asked_by_part", "has_modules", "joined"]

# Warnings that speak of those who were asked a module, and not of all who answered.
OF_THE_ANSWERED: Final = frozenset(
    {"item_not_applicable", "item_extreme", "margin_made_coarser", "margin_left_out"}
)


def asked_by_part(data: WaveData) -> tuple[WaveData, ...]:
    """Divide a split wave: the core with all who answered, then each module with those who got it.

    Parameters
    ----------
    data : WaveData
        Of a questionnaire with modules; what a person was not asked is ``NOT_ASKED``.

    Returns
    -------
    tuple of WaveData
        Waves of their own, all of the same frame and the same known totals. Background is with each
        of them, since weights and groups are made of it, and so are items that no module has.
    """
    whole = data.questionnaire
    core = part(whole, None)
    found = [replace(data, questionnaire=core, answers=data.answers[_columns(core, data)])]
    background = {item.id for item in core.items if item.purpose == "background"}
    for number in parts(whole):
        own = set(in_part(whole, number)) - {item.id for item in core.items}
        form = only(whole, own | background)
        columns = [name for item in own for name in whole.item_columns(whole.item(item))]
        asked = (data.answers[columns] != NOT_ASKED).any(axis=1)
        found.append(
            replace(
                data,
                questionnaire=form,
                answers=data.answers.loc[asked, _columns(form, data)],
                domains=None if data.domains is None else data.domains[asked],
            )
        )
    return tuple(found)


def _columns(form: Questionnaire, data: WaveData) -> list[str]:
    return [name for name in form.columns if name in data.answers.columns]


def joined(data: WaveData, found: Sequence[WaveEstimates]) -> WaveEstimates:
    """Put the figures of core and modules together as those of one wave.

    Parameters
    ----------
    data : WaveData
    found : sequence of WaveEstimates
        In the order of `asked_by_part`; the core's comes first.

    Returns
    -------
    WaveEstimates
        What is said of the wave as a whole (weights, warnings of weights) is the core's, which
        everybody was asked. Scores of a module are missing for others; with them goes the weight
        that everybody has, of which the module's is a multiple within each cell of the weights.
    """
    core = found[0]
    rows = data.answers.index
    scores = [one.scores for one in found]
    return replace(
        core,
        estimates=EstimateTable(_stacked([one.estimates.frame for one in found])),
        reliability=_stacked([one.reliability for one in found]),
        item_statistics=_stacked([one.item_statistics for one in found]),
        dont_know=_stacked([one.dont_know for one in found]),
        warnings=_warnings(found),
        scores=Scores(
            pd.concat([one.items.reindex(rows) for one in scores], axis=1),
            pd.concat([one.scales.reindex(rows) for one in scores], axis=1),
            _merged([one.composed for one in scores]),
            core.scores.weight,
        ),
    )


def _stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Stack frames; of those without a row only the columns count."""
    some = [one for one in frames if len(one)] or list(frames[:1])
    return pd.concat(some, ignore_index=True)


def _warnings(found: Sequence[WaveEstimates]) -> tuple[WaveWarning, ...]:
    """Say of the whole what the core says, and of modules what is about their own answers."""
    told = list(found[0].warnings)
    own = (one for module in found[1:] for one in module.warnings)
    told += [one for one in own if one.code in OF_THE_ANSWERED and one not in told]
    return tuple(told)


def _merged(
    parts: Sequence[Mapping[str, Mapping[str, float]]],
) -> dict[str, Mapping[str, float]]:
    return {code: weights for part in parts for code, weights in part.items()}
