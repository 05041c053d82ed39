"""Whole series, oldest first: six staff waves, four of the public, one from an open link."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable, Sequence
from typing import Any, overload

from survey_app.publications.formats import FORMAT
from tests.builders_publication.checks import checks_of, reliability_of
from tests.builders_publication.domains import public_domains, staff_domains
from tests.builders_publication.facts import AGE_SHIFT, PUBLIC_WAVES, SHIFT, STAFF_WAVES
from tests.builders_publication.figures import an_estimate, fill_in
from tests.builders_publication.measures import measures_of, wave_labels
from tests.builders_publication.sections import (
    agreement_of,
    drivers_of,
    statements_of,
    trends_of,
    year_before,
)
from tests.builders_publication.silent import silent_of
from tests.once_in_a_run import once_in_a_run

_TWO_ANSWERS = {"estimate": 0.52, "low": 0.41, "high": 0.63, "known": True}


def _content(
    campaign: str, population: str, key: str, number: int, kind: str, form: str, closed: str,
    labels: Any, domains: list[dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    title = "Verdipuls" if population == "staff" else "Omdømmemåling"
    agency = domains[0]
    return {
        "format": FORMAT,
        "campaign": {"key": campaign, "title": {"nb": title, "nn": title, "en": title},
                     "population": population, "demo": True},
        "wave": {"key": key, "sequence": number + 1, "kind": kind, "labels": labels,
                 "closed_on": closed, "results_on": closed},
        "questionnaire": "sha256:0", "form": form, "strategy": "2021-1",
        "measures": measures_of(form), "domains": domains,
        "response": {"invited": agency["invited"], "answers": agency["answered"]},
        "weights": {}, "reliability": [], "warnings": [],
        "limits": {"minimum_group": 5, "staff_mean": 10, "staff_distribution": 20,
                   "public_group": 50},
        "estimates": [], "changes": [], "pooled": [], "yearly": [], "since_labels": {},
        "path": [], "breaks": [],
        "findings": {
            "rule": "courses",
            "called": 12,
            "expected_false": 0.2,
            "two_answers": _TWO_ANSWERS if population == "staff" else None,
        },
        "agreement": [], "trends": [], "drivers": [], "statements": [], "nonresponse": None,
        "checks": None,
    }  # fmt: skip


class _Series(Sequence[dict[str, Any]]):
    """Contents of waves, each unpacked where somebody looks at it: a whole series is five MB."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        self._packed = packed
        self._unpacked: dict[int, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, at: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        if place not in self._unpacked:
            self._unpacked[place] = pickle.loads(self._packed[place])
        return self._unpacked[place]


def _anew[**Given](
    build: Callable[Given, list[dict[str, Any]]],
) -> Callable[Given, Sequence[dict[str, Any]]]:
    """Build once in a run, and give everybody contents of their own: a test may alter its own."""

    @functools.cache
    def packed(*given: Given.args, **named: Given.kwargs) -> list[bytes]:
        name = "-".join(map(str, (build.__name__, *given, *named.values())))
        return once_in_a_run(
            name, lambda: [pickle.dumps(content) for content in build(*given, **named)]
        )

    @functools.wraps(build)
    def made(*given: Given.args, **named: Given.kwargs) -> Sequence[dict[str, Any]]:
        return _Series(packed(*given, **named))

    return made


@_anew
def staff_series() -> list[dict[str, Any]]:
    """Contents of six staff waves, oldest first."""
    series: list[dict[str, Any]] = []
    for number, (key, kind, form, name, short, year, closed) in enumerate(STAFF_WAVES):
        share = 0.56 if kind == "main" else 0.47
        domains = staff_domains(kind, share)
        if kind == "pulse":
            for row in domains:
                if row["invited"] is not None:
                    row["invited"] = row["population"] // 3
                    row["answered"] = round(row["invited"] * row["rate"])
        content = _content("verdipuls", "staff", key, number, kind, form, closed,
                           wave_labels(name, short, year, kind), domains)  # fmt: skip
        fill_in(content, series, number, late=number >= 3)
        content["agreement"] = agreement_of(content)
        content["trends"] = trends_of(content, series, "KI-kjerne")
        content["drivers"] = []
        content["statements"] = statements_of(content)
        content["reliability"] = reliability_of(content)
        content["checks"] = checks_of(content, series)
        if kind == "main":
            content["warnings"].append(SHIFT)
            content["drivers"] = drivers_of(content)
        if number and int(series[-1]["wave"]["labels"]["year"]) < year:
            content["yearly"] = year_before(series, year - 1)
        content["nonresponse"] = silent_of(content, series)
        series.append(content)
    return series


@_anew
def public_series(population: str = "public") -> list[dict[str, Any]]:
    """Contents of four public waves, oldest first; ``open`` gives one from an open link."""
    waves = PUBLIC_WAVES if population == "public" else PUBLIC_WAVES[-1:]
    series: list[dict[str, Any]] = []
    for number, (key, kind, form, name, short, year, closed) in enumerate(waves):
        respondents = 1982 if population == "public" else 214
        domains = public_domains(respondents)
        sort = "open" if population == "open" else kind
        content = _content("omdomme" if population == "public" else "omdomme-apen", population,
                           key, number, sort, form, closed, wave_labels(name, short, year, sort),
                           domains)  # fmt: skip
        content["weights"] = {"deff_kish": 1.163, "n_eff": round(respondents / 1.163, 1)}
        content["response"] = {"invited": 7400, "answers": respondents, "rr2": 0.27}
        fill_in(content, series, number, late=False)
        content["warnings"].append(AGE_SHIFT)
        content["reliability"] = reliability_of(content)
        content["checks"] = checks_of(content, series)
        content["trends"] = trends_of(content, series, "TI")
        content["statements"] = statements_of(content)
        content["estimates"].append({
            **an_estimate("TI", "agency", "", 84.0, respondents), "statistic": "share",
            "category": "view", "mean": 0.84, "se": 0.01, "low": 0.82, "high": 0.86,
        })  # fmt: skip
        if population == "public":
            content["nonresponse"] = silent_of(content, series)
        series.append(content)
    return series
