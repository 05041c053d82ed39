"""What a publication says of those who did not answer, from what it and those before it tell.

Published figures and counts are all that goes in. So nothing is told that a reader could not reckon
out, and the disclosure audit has nothing to add (docs/adr/0038).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from analytics.comparison.margins import SURE
from analytics.comparison.verdict import sure_of_picked
from analytics.digits import to_digits
from analytics.nonresponse.assumption import NORMAL, SIGMA, response_rate, said_range
from analytics.nonresponse.evidence import GapEvidence, gap_of_units, sigma_from, sigmas_of_changes
from analytics.nonresponse.tipping import ShownChanges, tipping_points
from questionnaires.loader import load_library
from survey_app.publishing.computing.canonical import plain
from survey_app.publishing.computing.who_answered import indicators
from survey_app.publishing.inputs.past import told_rate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analytics.arrays import Floats
    from survey_app.publishing.inputs.past import Past

_SHOWN: Final = "published"
_PRINTED: Final = 0.1  # points: what a shown figure is rounded to
_DIGITS: Final = 2
_PLACE: Final = ["level", "domain"]
_RANGE: Final = ("measure", "level", "domain", "low", "high")
_TIPPING: Final = (
    "measure", "level", "domain", "since", "role", "lower", "higher", "gone", "plausible",
)  # fmt: skip
_CHANGE: Final = (
    "measure", "level", "domain", "since", "role", "model_difference", "model_low", "model_high",
    "chance", "margin", "verdict",
)  # fmt: skip
_STEPS: Final = ("since", "year")  # of a path: those that lead to this wave


def nonresponse_facts(
    content: Mapping[str, Any],
    past: Past,
    wave: str,
    counties: pd.DataFrame | None = None,
    versions: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any] | None:
    """Say what is assumed of the silent, and what follows from it.

    Parameters
    ----------
    content : mapping
        The publication, with judged changes.
    past : Past
    wave : str
        Key of the wave.
    counties : DataFrame, optional
        ``county`` and ``invited`` of the public's sample.
    versions : sequence of mapping
        Publications of the wave that this one corrects, oldest first.

    Returns
    -------
    dict or None
        ``assumption``, ``indicators``, ``ranges`` and ``tipping``; None where nobody was invited:
        who might have answered an open link is not known.
    """
    figures = _figures(content, past, wave)
    here = figures[figures["wave"] == wave]
    if not (here["level"] == "agency").any():
        return None
    population = content["campaign"]["population"]
    headline = load_library().measures.headline(population)
    units = figures[(figures["level"] == "unit") & (figures["measure"] == headline)]
    gap = gap_of_units(units.rename(columns={"domain": "place"}))
    sigma = sigma_from(gap)
    return {
        "assumption": _assumption(gap, sigma),
        "indicators": indicators(content, counties, versions),
        "ranges": _ranges(here, sigma),
        "tipping": _tipping(content, figures, past, wave, sigma),
    }


def _assumption(gap: GapEvidence | None, sigma: float) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "within": round(NORMAL * sigma, 1),
        "sigma": round(sigma, _DIGITS),
        "rests_on": "units" if sigma > SIGMA else "judgement",
        "estimate": None,
    }
    if gap is not None:
        named = ("gap", "se", "sigma", "sigma_low", "sigma_high")
        facts["estimate"] = {name: round(getattr(gap, name), _DIGITS) + 0.0 for name in named} | {
            "places": gap.places,
            "figures": gap.figures,
        }
    return facts


def _figures(content: Mapping[str, Any], past: Past, wave: str) -> pd.DataFrame:
    """Lay out all shown means of all waves whose place tells how many answered.

    Returns
    -------
    DataFrame
        ``wave``, ``measure``, ``level``, ``domain``, ``mean``, ``low``, ``high``, ``parent``,
        ``response``, and the ``variance`` of the mean's error as its interval tells it.
    """
    now = [
        (wave, row["measure"], row["level"], row["domain"], row["mean"], row["low"], row["high"])
        for row in content["estimates"]
        if (row["statistic"], row["status"]) == ("mean", _SHOWN) and row["low"] is not None
    ]
    columns = ["wave", "measure", *_PLACE, "mean", "low", "high"]
    means = pd.concat([past.shown[columns], pd.DataFrame(now, columns=columns)], ignore_index=True)
    rates = [
        (wave, *rate) for row in content["domains"] if (rate := told_rate(row, content["response"]))
    ]
    told = pd.concat(
        [past.rates, pd.DataFrame(rates, columns=list(past.rates.columns))], ignore_index=True
    )
    both = means.merge(told, on=["wave", *_PLACE], how="inner", validate="many_to_one")
    both = both.astype(dict.fromkeys(("mean", "low", "high", "answered", "invited"), "float64"))
    reach = (both["high"] - both["low"]) / (2 * NORMAL)
    return both.assign(
        response=response_rate(both["answered"].to_numpy(), both["invited"].to_numpy()),
        variance=reach**2 + _PRINTED**2 / 12,
    )


def _ranges(here: pd.DataFrame, sigma: float) -> list[dict[str, Any]]:
    mean, lower, upper, response = (
        here[name].to_numpy(dtype=np.float64) for name in ("mean", "low", "high", "response")
    )
    low, high = said_range(mean, lower, upper, response, sigma)
    told = here.assign(low=low, high=high)
    told = told[told["response"].notna()].sort_values(["level", "domain", "measure"])
    return _rows(told, _RANGE)


def _tipping(
    content: Mapping[str, Any], figures: pd.DataFrame, past: Past, wave: str, sigma: float
) -> list[dict[str, Any]]:
    rows = [*_judged(content), *_stepped(content)]
    changes = pd.DataFrame(rows, columns=[*_CHANGE, "sure"])
    rates = figures.drop_duplicates(["wave", *_PLACE])[["wave", *_PLACE, "response"]]
    then = rates.rename(columns={"wave": "since", "response": "then"})
    changes = changes.merge(then, on=["since", *_PLACE], how="inner", validate="many_to_one")
    now = rates[rates["wave"] == wave].drop(columns="wave")
    changes = changes.merge(now, on=_PLACE, how="inner", validate="many_to_one")
    if changes.empty:
        return []
    sure = changes["sure"].to_numpy(dtype=np.float64)
    found = tipping_points(_shown(changes), changes["response"].to_numpy(), sure)
    changes = changes.assign(lower=found.lower, higher=found.higher, gone=found.gone)
    changes = changes[changes[["lower", "higher"]].notna().any(axis=1)]
    changes = changes.assign(plausible=_plausible(figures, past, wave, changes, sigma))
    order = ["level", "domain", "measure", "role", "since"]
    return _rows(changes.sort_values(order), _TIPPING)


def _judged(content: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Lay out the changes of a publication, which were named before anybody saw a figure."""
    for row in content["changes"]:
        if row["status"] == _SHOWN and row.get("model_difference") is not None:
            yield [*(row[name] for name in _CHANGE), SURE]


def _stepped(content: Mapping[str, Any]) -> Iterator[list[Any]]:
    """Lay out the path's steps to this wave, but for those that stand among the changes."""
    whole = [row for row in content["changes"] if row["level"] == "agency"]
    told = {(row["measure"], row["since"]) for row in whole}
    named = {row["since"] for row in content["changes"] if row["status"] == _SHOWN}
    steps = [row for row in content.get("path", ()) if row["role"] in _STEPS]
    among = Counter(row["measure"] for row in steps)
    for row in steps:
        if (row["measure"], row["since"]) in told:
            continue
        beforehand = row["role"] == "year" or row["since"] in named
        many = 1 if beforehand else among[row["measure"]]
        figures = (row[name] for name in ("difference", "low", "high", "chance", "margin"))
        sure = float(sure_of_picked(np.array([many]))[0])
        place = [row["measure"], "agency", "", row["since"], row["role"]]
        yield [*place, *figures, row["verdict"], sure]


def _shown(changes: pd.DataFrame) -> ShownChanges:
    names = ("model_difference", "model_low", "model_high", "chance", "margin")
    difference, low, high, chance, margin = (
        changes[name].to_numpy(dtype=np.float64) for name in names
    )
    return ShownChanges(
        difference, low, high, chance, margin, changes["verdict"].to_numpy(dtype="str")
    )


def _plausible(
    figures: pd.DataFrame, past: Past, wave: str, changes: pd.DataFrame, sigma: float
) -> Floats:
    """Say how far the silent may well move, with what a gap that stays does where rates differ."""
    order = {one.key: at for at, one in enumerate(past.waves)} | {wave: len(past.waves)}
    laid = figures.assign(wave=figures["wave"].map(order), place=figures["domain"])
    steps = sigmas_of_changes(laid, sigma)
    own = steps.reindex(pd.MultiIndex.from_frame(changes[["measure", "level"]])).to_numpy()
    silent = 1.0 - changes["response"].to_numpy(dtype=np.float64)
    moved = (changes["response"] - changes["then"]).to_numpy() / silent * sigma
    return to_digits(NORMAL * np.hypot(own, moved), 1)


def _rows(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    lists = [frame[name].astype(object) for name in columns]
    return [dict(zip(columns, map(plain, row), strict=True)) for row in zip(*lists, strict=True)]
