"""What protects each table that a protected file prints: the list that fails closed.

A table or a column that is not named here is not printed (`cleared`). Who adds one says in
``by`` why none of its figures tells of somebody hidden, and which of its columns count people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANY: Final = "*"  # a name out of the file or the specification stands there


@dataclass(frozen=True, slots=True)
class Stated:
    """A table of the result.

    Attributes
    ----------
    by : str
        What protects its figures.
    told : frozenset of str
        Columns printed as they are: names, and figures that ``by`` speaks of.
    people : frozenset of str
        Columns that count people: printed where `People.told` allows it.
    lacking : frozenset of str
        Columns that count who is not in a figure: where `People.told_lacking` does.
    sentences : frozenset of str
        Words of a library of ours: printed where `printed_sentence` knows them.
    """

    by: str
    told: frozenset[str]
    people: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()


def _table(by: str, told: str, people: str = "", lacking: str = "", sentences: str = "") -> Stated:
    parts = (told, people, lacking, sentences)
    return Stated(by, *(frozenset(part.split()) for part in parts))


NAMES: Final = "names of the file or the specification"
SHOWN_CELLS: Final = "figures of cells that `hidden_cells` publishes, rounded as these are"
SHOWN_WHOLE: Final = "20 answers or more behind published means of wholes, two digits"
SHOWN_GROUPS: Final = "answers behind means of groups that `hidden_cells` publishes, rounded"
MADE_OF_SHOWN: Final = "made of printed figures and nothing else"
FITTED: Final = "factor, item, estimate, se: two digits of " + SHOWN_WHOLE

_FIGURE: Final = "mean se low high"
_TEST: Final = "wald f df1 df2 p"
_FIT: Final = "chi2 df p cfi tli rmsea rmsea_low rmsea_high srmr scaling"
_TIMED: Final = "name since until estimate se low high"

STATED: Final[dict[str, Stated]] = {
    "": _table(
        "`respondents` by the rule for numbers of people; texts that hold names alone",
        "change_rule", "respondents",
    ),
    "weights": _table(
        "all but the sum are null, and that only where it is known beforehand or is a count",
        "deff_kish n_eff min max converged iterations", "sum",
    ),
    "scales": _table(NAMES, ""),
    "scales.*": _table(
        SHOWN_WHOLE, "pairwise alpha alpha_low alpha_high omega_total", "n"
    ),
    "scales.*.items": _table(NAMES, ""),
    "scales.*.items.*": _table(
        SHOWN_WHOLE, "mean rest_correlation alpha_if_dropped", "", "missing"
    ),
    "estimates": _table(
        "cell by cell by `hidden_cells`; errors by `error_rounding`",
        f"index statistic category wave n {_FIGURE} deff n_eff df status",
    ),
    "changes": _table(
        "both cells published; errors rounded up as those of their cells",
        "index statistic category from to difference se low high p p_adjusted verdict verdict_rule "
        "model_difference model_low model_high chance apart",
    ),
    "two_answers": _table(MADE_OF_SHOWN, "estimate low high known"),
    "drivers": _table(
        "answers of a wave that shows the means in question, two digits",
        "predictor weight low high part rank_low rank_high lmg lmg_low lmg_high dominates "
        "r_squared", "n",
    ),
    "ordinal": _table("as drivers", "categories thresholds", "n"),
    "ordinal.predictors": _table(
        "as drivers", "predictor slope se low high p points points_se proportional_odds_p"
    ),
    "ordinal.predictors.effect": _table("as drivers", ANY),
    "dont_know": _table(
        "of the whole alone, as `analytics.disclosure.dont_know` tells it",
        "index wave n mean difference low high",
    ),
    "forms": _table(
        "names alone; all counts are null",
        "form scales indices scale forms index lacking",
        "n asked asked_in_part not_asked complete",
    ),
    "nonresponse": _table(
        SHOWN_CELLS, "index statistic category wave response mean lowest highest low high"
    ),
    "nonresponse.gaps": _table(SHOWN_CELLS, f"gap {_FIGURE}"),
    "comparison": _table(NAMES, ""),
    "comparison.rest": _table(
        SHOWN_CELLS, "index mean rest difference se low high p p_adjusted verdict"
    ),
    "comparison.ranks": _table(SHOWN_CELLS, "index best worst of"),
    "comparison.pairs": _table(
        SHOWN_CELLS,
        "index difference se low high p p_adjusted verdict",
    ),
    "comparison.pairs.simultaneous": _table(SHOWN_CELLS, "low high"),
    "comparison.agreement": _table(
        SHOWN_GROUPS,
        "index icc1 icc1_low icc1_high icc2 f p domains r_wg_median comparable", "n",
    ),
    "comparison.equality": _table(SHOWN_GROUPS, f"index {_TEST}"),
    "comparison.equality.unadjusted": _table(SHOWN_GROUPS, _TEST),
    "comparison.contrasts": _table(SHOWN_GROUPS, "index contrast difference se df low high p"),
    "comparison.contrasts_together": _table(SHOWN_GROUPS, f"index contrasts {_TEST}"),
    "comparison.contrasts_together.unadjusted": _table(SHOWN_GROUPS, _TEST),
    "comparison.rank_tests": _table(SHOWN_GROUPS, f"index scores {_TEST}"),
    "comparison.rank_tests.domains": _table(SHOWN_GROUPS, "n mean_rank"),
    "comparison.rank_tests.unadjusted": _table(SHOWN_GROUPS, _TEST),
    "association": _table(
        SHOWN_GROUPS,
        "rows columns wave row_categories column_categories cramers_v f df1 df2 p", "n",
    ),
    "small_areas": _table(SHOWN_CELLS, f"index {_FIGURE} own direct shrunken"),
    "planning": _table(
        SHOWN_CELLS,
        "index statistic category respondents invite sd deff se margin detectable_change power "
        "respondents_for_margin respondents_for_change",
    ),
    "allocation": _table(
        "published domains, and the hidden ones together as one stratum of several",
        "index rule total persons respondents whole at_minimum",
    ),
    "quality": _table(NAMES, ""),
    "quality.reliability": _table(
        SHOWN_WHOLE,
        "scale alpha alpha_low alpha_high bonett_low bonett_high standardised_alpha omega_total "
        "alpha_pairwise alpha_pairwise_low alpha_pairwise_high mis_keyed ordinal_alpha polychoric "
        "polychoric_at_edge", "n n_pairwise", "", "polychoric_missing",
    ),
    "quality.models": _table(
        SHOWN_WHOLE, "model estimator missing converged omega_hierarchical omega_total", "",
        "dropped",
    ),
    "quality.models.fit": _table(SHOWN_WHOLE, _FIT, "n"),
    "quality.models.robust": _table(SHOWN_WHOLE, _FIT, "n"),
    "quality.models.scaled": _table(SHOWN_WHOLE, _FIT, "n"),
    "quality.models.loadings": _table(
        FITTED, "factor item estimate se standardised standardised_se"
    ),
    "quality.models.correlations": _table(FITTED, "first second correlation se"),
    "quality.models.modification_indices": _table(
        FITTED, "kind first second mi epc standardised_epc"
    ),
    "quality.invariance": _table(
        SHOWN_GROUPS, "model by comparison reached groups", "", "", "reason"
    ),
    "quality.invariance.steps": _table(
        SHOWN_GROUPS, f"step freed accepted cfi_fall rmsea_rise difference_p {_FIT}", "n"
    ),
    "quality.invariance.steps.releases": _table(
        SHOWN_GROUPS, "item part factor group mi epc standardised_epc"
    ),
    "quality.screening": _table(
        SHOWN_GROUPS, "scale by item group n_group b se p p_adjusted level flagged", "n"
    ),
    "trend": _table(MADE_OF_SHOWN, "measure direction under_limit margin"),
    "trend.waves": _table(MADE_OF_SHOWN, "date unlinked unlinked_se linked linked_se segment"),
    "trend.splices": _table(
        "given by the specification", "id index wave case delta se n_old n_new method applied "
        "decided_by date note",
    ),
    "trend.level": _table(MADE_OF_SHOWN, _TIMED),
    "trend.change": _table(MADE_OF_SHOWN, _TIMED),
    "trend.slope": _table(MADE_OF_SHOWN, "per_year se line_se low high waves since until"),
    "trend.smoothed": _table(MADE_OF_SHOWN, _TIMED),
    "trend.effects": _table(MADE_OF_SHOWN, _TIMED),
    "trend.season": _table(MADE_OF_SHOWN, _TIMED),
    "trend.break": _table(MADE_OF_SHOWN, "found date p"),
    "trend.breaks": _table(MADE_OF_SHOWN, "model errors least number bic"),
    "trend.breaks.dates": _table(MADE_OF_SHOWN, "date low high difference se"),
    "trend.breaks.stretches": _table(
        MADE_OF_SHOWN, "since until waves level se slope slope_se"
    ),
}  # fmt: skip

# Tables that hold the category of each column of a division, wherever they stand.
DOMAINS: Final = frozenset({
    "estimates.domain", "changes.domain", "dont_know.domain", "comparison.rest.domain",
    "comparison.ranks.domain", "comparison.pairs.first", "comparison.pairs.second",
    "comparison.equality.domains", "comparison.rank_tests.domains.domain", "small_areas.domain",
    "planning.domain", "allocation.domain",
})  # fmt: skip
