"""The canonical JSON of a publication, from protected tables.

Only what ``analytics.disclosure`` has cleared goes in here: tables that it sealed, counts of
participation that it protected, and facts about the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analytics.comparison.margins import REGION_LIMIT
from analytics.comparison.shades import differs_from
from analytics.response_rates import Dispositions, response_rates
from survey_app.publications.breaks import REDIRECTED, RESCORED, REWEIGHTED, break_rows
from survey_app.publications.formats import FORMAT, read_content, told_weights
from survey_app.publications.regrouped import GROUP, REGROUPED, regrouped_rows, variable_of
from survey_app.publications.told_left import told_left
from survey_app.publications.untold import only_told
from survey_app.publishing.computing.asked_alike import (
    labels_of_breaks,
    with_identity,
)
from survey_app.publishing.computing.canonical import LEVELS, plain, plain_number
from survey_app.publishing.computing.cautions import cautions
from survey_app.publishing.computing.comparable import agreement, reliability, shifts
from survey_app.publishing.computing.covering import said_to_cover, units_that_cover
from survey_app.publishing.computing.domain_rows import counted_in, group_domains
from survey_app.publishing.computing.links import with_told_sizes
from survey_app.publishing.computing.measures import measure_facts
from survey_app.publishing.computing.told_counts import with_told_counts
from survey_app.publishing.computing.told_reach import told_reach
from survey_app.publishing.computing.told_returned import RETURNED, told_returned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.disclosure.protect import Protected, PublishableTable
    from analytics.disclosure.table import Plan
    from analytics.pipeline import WaveEstimates
    from survey_app.publishing.computing.links import Over
    from survey_app.publishing.inputs.asked import AskedSeries
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

_NORMAL: Final = 1.959963984540054
_ESTIMATE: Final = (
    "measure", "statistic", "category", "level", "domain", "n", "mean", "se", "low", "high",
    "deff", "n_eff", "band", "status",
)  # fmt: skip
_CHANGE: Final = (
    "measure", "statistic", "level", "domain", "since", "role", "difference", "se", "low", "high",
    "p", "p_adjusted", "verdict", "under_limit", "margin", "status",
)  # fmt: skip
_OF_UNITS: Final = frozenset({"min", "max", "n_eff"})
_TABLES: Final = frozenset(
    {
        "estimates",
        "changes",
        "path",
        "pooled",
        "yearly",
        "since_labels",
        "agreement",
        "trends",
        "drivers",
        "statements",
        "breaks",
        "nonresponse",
        "checks",
    }
)


def build_content(
    inputs: WaveInputs,
    estimated: WaveEstimates,
    protected: Protected,
    plan: Plan,
    yearly: PublishableTable | None = None,
    domains: list[dict[str, Any]] | None = None,
    over: Over | None = None,
) -> dict[str, Any]:
    """Put a publication together, rows in key order.

    Parameters
    ----------
    inputs : WaveInputs
    estimated : WaveEstimates
        For facts about the whole: response, weights, reliability, warnings.
    protected : Protected
        The only figures that are written.
    plan : Plan
    yearly : PublishableTable, optional
        Figures for the year before, in the first wave of a year.
    domains : list of dict, optional
        `staff_domains`; of others they follow from the figures.
    over : Over, optional
        Links over other words; by default none.

    Returns
    -------
    dict
        Plain values, ready for canonical JSON.
    """
    questionnaire = inputs.data.questionnaire
    cleared, covering = protected.estimates.frame, units_that_cover(inputs, plan)
    estimates = said_to_cover(cleared, covering, cleared, plan)
    changes = said_to_cover(protected.changes.frame, covering, cleared, plan)
    if domains is None:
        domains = group_domains(inputs, estimates, plan)
    told = with_told_counts(estimates, inputs.data.population, domains)
    wave = inputs.wave
    measures = measure_facts(questionnaire, set(estimates["measure"]))
    series = inputs.series
    linked = over.series.asked_as_now() if over and over.rows else None
    breaks = break_rows(measures, series.waves, linked, series.made)
    groups = {variable_of(row["code"]) for row in domains if row["level"] == GROUP}
    others = regrouped_rows(series.groups, groups)
    content = {
        "format": FORMAT,
        "campaign": {
            name: inputs.campaign[name] for name in ("key", "title", "population", "demo")
        },
        "wave": {
            name: wave[name]
            for name in ("key", "sequence", "kind", "labels", "closed_on", "results_on")
        },
        "questionnaire": questionnaire.hash,
        "plan_hash": plan.hash,
        "response_set_hash": inputs.response_set_hash,
        "form": questionnaire.form.id,
        "strategy": questionnaire.strategy_revision,
        "measures": with_identity(measures, series.now, questionnaire),
        "breaks": breaks,
        "domains": domains,
        "response": _response(inputs, estimated.response),
        "weights": told_weights(
            plain(_weights(inputs, estimated)), inputs.data.population, domains
        ),
        "margins": inputs.population.facts() if inputs.population else None,
        "reliability": _rows(
            reliability(estimated, estimates),
            (
                "scale",
                "n",
                "alpha",
                "alpha_low",
                "alpha_high",
                "omega",
                "omega_low",
                "omega_high",
            ),
        ),
        "warnings": [
            *cautions(inputs, estimated, estimates, plan),
            *shifts(inputs, estimated, told),
        ],
        "limits": plan.rules.facts(),
        "estimates": _rows(_sorted(told), _ESTIMATE),
        "changes": _rows(_sorted(changes), _CHANGE),
        # once for each wave; the shelf gives them to each change
        "since_labels": dict(inputs.past.labels)
        | {one.meta.key: one.labels for one in inputs.earlier}
        | labels_of_breaks([*breaks, *others], series),
        "pooled": _pooled(protected.pooled.frame, estimates),
        "yearly": _yearly(inputs, yearly),
        "agreement": agreement(inputs, estimated, estimates),
    } | ({"lineage": list(inputs.lineage)} if inputs.lineage else {})
    content |= {REGROUPED: others} if others else {}
    content["left"] = told_left(content)
    return content if not over or not over.rows else _with_links(content, over, series)


def _with_links(content: dict[str, Any], over: Over, series: AskedSeries) -> dict[str, Any]:
    """Say what links lead over other words, of the measures that the publication has."""
    has = {row["code"] for row in content["measures"]}
    told = [row for row in over.rows if row["measure"] in has]
    words = {
        row["wave"]: series.labels[row["wave"]] for row in told if row["wave"] in series.labels
    }
    return content | {
        "links": with_told_sizes(told, content),
        "since_labels": content["since_labels"] | words,
    }


def head_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lists need: the content without its tables."""
    head = {name: value for name, value in content.items() if name not in _TABLES}
    # why a curve stops here although the questions are the same: pages of many waves read heads
    key = content["wave"]["key"]
    ruled = {
        row["measure"]: row["why"]
        for row in content.get("breaks", ())
        if row["since"] == key and row["why"] in {REDIRECTED, RESCORED, REWEIGHTED}
    }
    return head | ({"ruled": ruled} if ruled else {})


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [
        name
        for name in ("measure", "statistic", "category", "level", "domain", "since", "role")
        if name in frame.columns
    ]
    ranked = frame.assign(_rank=frame["level"].map(LEVELS))
    order = ["_rank" if name == "level" else name for name in keys]
    # a scale that is an index of the same code stands twice with the same figures
    return ranked.sort_values(order, kind="stable").drop_duplicates(keys)


def _rows(frame: pd.DataFrame, columns: Iterable[str]) -> list[dict[str, Any]]:
    wanted = [name for name in columns if name in frame.columns]
    lists = {name: _values(frame[name]) for name in wanted}
    rows = [dict(zip(wanted, row, strict=True)) for row in zip(*lists.values(), strict=True)]
    return [only_told(row) for row in rows]


def _values(column: pd.Series) -> list[Any]:
    if column.dtype == float:  # half of all values, and nothing else is in there
        return [plain_number(value) for value in column.tolist()]
    return [plain(value) for value in column.astype(object)]


def _response(inputs: WaveInputs, response: Mapping[str, Any]) -> dict[str, Any]:
    """State the AAPOR rates of the whole, opt-outs and short answers as refusals."""
    record = inputs.record
    facts = {name: response[name] for name in ("answers", "complete", "partial", "short")}
    facts |= {"invited": None, "opted_out": None, "screened_out": record["screened_out"]}
    invited = record["invited"]
    if inputs.data.population == "open" and not invited:
        return facts
    refusal = record["opted_out"] + response["short"]
    silent = invited - response["complete"] - response["partial"] - refusal - record["screened_out"]
    # somebody whose first letter came back may have answered the second
    returned = told_returned(record, inputs.data.minimum_group, most=max(silent, 0))
    unknown, outside = (returned.get(name, 0) for name in RETURNED)
    rates = response_rates(
        Dispositions(
            complete=response["complete"],
            partial=response["partial"],
            refusal=refusal,
            non_contact=max(silent, 0) - unknown - outside,
            unknown=unknown,
            ineligible=record["screened_out"] + outside,
        )
    )
    named = ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6", "e")
    return (
        facts
        | {"invited": invited, "opted_out": record["opted_out"]}
        | told_reach(record, inputs.data.minimum_group)
        | returned
        | {name: round(getattr(rates, name), 4) for name in named}
    )


def _weights(inputs: WaveInputs, estimated: WaveEstimates) -> dict[str, Any]:
    digits = {"sum": 1, "deff_kish": 3, "min": 3, "max": 3, "n_eff": 1}
    # what limits had to be is said by a warning, without its figure
    facts = {name: value for name, value in estimated.weights.items() if name != "widened"}
    if inputs.data.population == "staff":
        # the least and the largest are one unit's persons by its answers, and its persons are
        # known; n_eff is a sum of those over all units, and tells how many answered in hidden ones
        digits = {"sum": 1, "deff_kish": 1}
        facts = {name: value for name, value in facts.items() if name not in _OF_UNITS}
    return {
        name: round(float(value), digits[name]) if name in digits else value  # type: ignore[arg-type]  # numbers
        for name, value in facts.items()
    }


def _pooled(units: pd.DataFrame, estimates: pd.DataFrame) -> list[dict[str, Any]]:
    """Say which units and regions differ from the agency, for colouring (never for ranking)."""
    shown = units[units["status"] == "published"]
    reach = _NORMAL * shown["eb_se"]
    rows = pd.DataFrame(
        {
            "measure": shown["measure"],
            "level": "unit",
            "domain": shown["unit"],
            "eb": shown["eb"],
            "eb_se": shown["eb_se"],
            "g": shown["g"],
            "difference": shown["differs"],
            "low": (shown["eb"] - reach).round(1),
            "high": (shown["eb"] + reach).round(1),
        }
    )
    both = pd.concat([*_regions(estimates), rows], ignore_index=True)
    both = both.sort_values(["measure", "level", "domain"], kind="stable")
    return _rows(both.drop_duplicates(["measure", "level", "domain"]), list(both.columns))


def _yearly(inputs: WaveInputs, table: PublishableTable | None) -> list[dict[str, Any]]:
    """Write the figures of the year before, which pulses they are the mean of, and their status."""
    before = inputs.year_before
    if before is None or table is None or not len(table):
        return []
    columns = ("measure", "level", "domain", "n", "mean", "se", "low", "high", "status")
    rows = table.frame.rename(columns={"unit": "domain"}).assign(level="unit")
    # a figure for the year of other units' answers is nobody's
    foreign = {place for one in before.pulses for place in one.foreign}
    rows = rows[[("unit", code) not in foreign for code in rows["domain"]]]
    counted = set.intersection(*(_counted(one.contents) for one in before.pulses))
    kept = [("unit", code) in counted for code in rows["domain"]]
    rows = rows.assign(n=rows["n"].astype("Int64").where(pd.Series(kept, index=rows.index)))
    return [
        {
            "year": before.year,
            "waves": [{"key": one.meta.key, "labels": one.labels} for one in before.pulses],
            "figures": _rows(rows.sort_values(["measure", "domain"], kind="stable"), columns),
        }
    ]


def _counted(versions: Iterable[bytes]) -> set[tuple[str, str]]:
    return {key for one in versions for key in counted_in(read_content(one))}


def _regions(estimates: pd.DataFrame) -> list[pd.DataFrame]:
    means = estimates[
        (estimates["statistic"] == "mean")
        & (estimates["kind"] != "item")
        & (estimates["status"] == "published")
        # a mean of few answers to one item stands without its error
        & estimates["se_model"].notna()
    ].drop_duplicates(["measure", "level", "domain"])
    region = means[means["level"] == "region"]
    if region.empty:
        return []
    agency = means[means["level"] == "agency"].set_index("measure")["mean"].astype(float)
    mean, se = region["mean"].astype(float), region["se_model"].astype(float)
    difference = (mean - region["measure"].map(agency)).round(1)
    reach = _NORMAL * se
    compared = pd.DataFrame(
        {
            "measure": region["measure"],
            "level": "region",
            "domain": region["domain"],
            "eb": mean,
            "eb_se": se,
            "g": 1.0,
            "difference": differs_from(
                difference.to_numpy(),
                (difference - reach).round(1).to_numpy(),
                (difference + reach).round(1).to_numpy(),
                REGION_LIMIT,
            ),
            "low": (mean - reach).round(1),
            "high": (mean + reach).round(1),
        }
    )
    return [compared]
