"""Means, shares and changes as rows, place by place in the organisation's order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from questionnaires.model import AGREE_CODE, DISAGREE_CODE
from questionnaires.series import in_one_series
from survey_app.publications.breaks import wordings
from survey_app.publications.regrouped import (
    GROUP,
    REGROUPED,
    told_apart,
    unlike_waves,
    variable_of,
)
from survey_app.reading.answer_words import sides_of
from survey_app.reading.culture.item import labels_of
from survey_app.reading.exports.columns import MEASURE, PLACE, WAVE, titled_columns
from survey_app.reading.exports.model import ExportTable, table_of
from survey_app.reading.exports.rows import (
    SHOWN,
    Record,
    figures,
    measure_columns,
    place_facts,
    status_facts,
    wave_facts,
)
from survey_app.reading.exports.scope import Part
from survey_app.reading.levels import exposure_band
from survey_app.reading.names import own
from survey_app.reading.rows import Change, Domain, Measure
from survey_app.reading.verdicts import NOT_COMPARABLE, verdict_of
from survey_app.shared.i18n import N_, Language, translator

ESTIMATES: Final = (
    *WAVE, *MEASURE, *PLACE, "parent", "statistic", "category", "category_name",
    "n", "mean", "se", "low", "high", "deff", "n_eff", "band", "band_name", "status", "status_name",
    "foreign_answers", "range_low", "range_high", "wording",
)  # fmt: skip
CHANGES: Final = (
    *WAVE, *MEASURE, *PLACE, "statistic", "category", "role", "since", "since_name",
    "difference", "se", "low", "high", "p", "p_adjusted", "margin", "verdict", "verdict_name",
    "under_limit", "status", "status_name", "model_difference", "model_low", "model_high",
    "chance", "apart", "verdict_rule", "tipping_lower", "tipping_higher", "tipping_gone",
    "tipping_plausible", "delta", "delta_se",
)  # fmt: skip
_FIGURES: Final = (
    "n", "mean", "se", "low", "high", "deff", "n_eff", "band", "range_low", "range_high",
)  # fmt: skip
_CHANGE: Final = (
    "difference", "se", "low", "high", "p", "p_adjusted", "margin", "verdict", "under_limit",
    "model_difference", "model_low", "model_high", "chance", "apart", "tipping_lower",
    "tipping_higher", "tipping_gone", "tipping_plausible", "delta", "delta_se",
)  # fmt: skip
# shares that count several answers together
_VIEW: Final = "view"
_WITH_A_VIEW: Final = N_("Har en oppfatning")
_TOGETHER: Final = N_("%(side)s, til sammen")

type _Key = tuple[str, str, str]


def estimates(parts: list[Part], lang: Language) -> ExportTable:
    """Return every published cell in scope; one that is not shown has its row and its reason."""
    numbers = wordings_of(parts)
    of_groups = _numbers_of_groups(parts, numbers)
    records = []
    for part in parts:
        for record in _estimates(part, lang):
            key = part.wave.publication, str(record["measure"])
            variable = variable_of(str(record["domain"])) if record["level"] == GROUP else ""
            number = of_groups.get((*key, variable), numbers[key])
            records.append(record | {"wording": number})
    title = translator(lang).gettext(N_("Tall"))
    return table_of("estimates", title, titled_columns(ESTIMATES, lang), records)


def change_table(parts: list[Part], lang: Language) -> ExportTable:
    """Return every published change in scope, since the previous and since the first wave."""
    records = [record for part in parts for record in _changes(part, lang)]
    title = translator(lang).gettext(N_("Endringer"))
    return table_of("changes", title, titled_columns(CHANGES, lang), records)


def wordings_of(parts: Sequence[Part]) -> dict[tuple[str, str], int]:
    """Give each wording of a measure its number over the publications of a file, oldest first.

    Returns
    -------
    dict of (str, str) to int
        By publication and code of the measure; figures of a population are comparable where the
        numbers are the same.
    """
    found: dict[tuple[str, str], int] = {}
    given: dict[tuple[str, str], int] = {}  # by population and measure
    for population, series in _by_series(parts):
        points = [
            (part.wave.publication, code, part.shown.measures[code].identity)
            for part in sorted(series, key=lambda one: (one.wave.closed_on, one.wave.sequence))
            for code in part.measures
        ]
        numbers = wordings([(code, identity) for _, code, identity in points])
        own = {
            (publication, code): number + given.get((population, code), 0)
            for (publication, code, _), number in zip(points, numbers, strict=True)
        }
        for (_, code), number in own.items():
            # the last point may have asked as an earlier one did
            given[population, code] = max(given.get((population, code), 0), number + 1)
        found |= own
    return found


def _numbers_of_groups(
    parts: Sequence[Part], numbers: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str, str], int]:
    """Give groups that were other people other numbers: by publication, measure and variable."""
    # of each series, also of one in which they stayed the same: it has no number of another's
    regrouped: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        rows = part.shown.content.get(REGROUPED, ())
        regrouped[part.population] |= {row["variable"] for row in rows}
    found: dict[tuple[str, str, str], int] = {}
    given: dict[tuple[str, str, str], int] = {}
    for population, series in _by_series(parts):
        ordered = sorted(series, key=lambda one: (one.wave.closed_on, one.wave.sequence))
        for variable in sorted(regrouped[population]):
            for code in sorted({code for part in ordered for code in part.measures}):
                has = [part for part in ordered if code in part.measures]
                apart = told_apart(
                    [numbers[part.wave.publication, code] for part in has],
                    [
                        (part.wave.key, unlike_waves(part.shown.content, GROUP, variable))
                        for part in has
                    ],
                )
                before = given.get((population, code, variable), 0)
                for part, number in zip(has, apart, strict=True):
                    found[part.wave.publication, code, variable] = before + number
                given[population, code, variable] = before + max(apart) + 1
    return found


def _by_series(parts: Sequence[Part]) -> Iterator[tuple[str, list[Part]]]:
    """Give the parts of a file series by series, each with its population."""
    left = list(parts)
    while left:
        one = left[0]
        series = [
            part
            for part in left
            if part.population == one.population
            and in_one_series(one.population, one.wave.campaign, part.wave.campaign)
        ]
        left = [part for part in left if part not in series]
        yield one.population, series


def _estimates(part: Part, lang: Language) -> Iterator[Record]:
    facts = wave_facts(part, lang)
    for measure, place, row in _cells(part, "estimates"):
        yield {
            **facts,
            **measure_columns(measure, lang),
            **place_facts(part, place, lang),
            "statistic": row["statistic"],
            "category": row["category"],
            "category_name": category_name(measure, row["category"], lang),
            **figures(row, _FIGURES),
            "band_name": _band(part, measure, place, row, lang),
            **status_facts(row["status"], place.level, lang),
            "foreign_answers": place.foreign_answers,
        }


def _changes(part: Part, lang: Language) -> Iterator[Record]:
    facts = wave_facts(part, lang)
    for measure, place, row in _cells(part, "changes"):
        yield {
            **facts,
            **measure_columns(measure, lang),
            **place_facts(part, place, lang),
            "statistic": row.get("statistic", "mean"),
            "category": row.get("category", ""),
            "role": row["role"],
            "since": row["since"],
            "since_name": _since_name(part, row, lang),
            **figures(row, _CHANGE),
            "verdict_rule": part.shown.content["findings"]["rule"],
            "verdict_name": _verdict_name(part, row, lang),
            **status_facts(row["status"], "", lang),
        }


def _cells(part: Part, table: str) -> Iterator[tuple[Measure, Domain, Mapping[str, Any]]]:
    by_place: dict[_Key, list[Mapping[str, Any]]] = defaultdict(list)
    for row in part.shown.content[table]:
        by_place[row["measure"], row["level"], row["domain"]].append(row)
    for code in part.measures:
        measure = part.shown.measures[code]
        order = {option["code"]: number for number, option in enumerate(measure.options)}
        for place in part.domains:
            rows = by_place.get((code, place.level, place.code), [])
            for row in sorted(rows, key=lambda one: _order(one, order)):
                yield measure, place, row


def _order(row: Mapping[str, Any], options: Mapping[str, int]) -> tuple[Any, ...]:
    """Put the mean first, then the answers in the order in which the publication has them."""
    category = row.get("category", "")
    return (
        row.get("statistic", "mean") != "mean",
        row.get("statistic", ""),
        options.get(category, len(options)),
        category,
        row.get("role") != "previous",
    )


def category_name(measure: Measure, code: str, lang: Language) -> str:
    """Return the words of an answer, or of several answers that are counted together."""
    gettext = translator(lang).gettext
    if code == _VIEW:
        return gettext(_WITH_A_VIEW)
    if code in {AGREE_CODE, DISAGREE_CODE} and (sides := sides_of(labels_of(measure, lang), lang)):
        # counted by what answers are worth: who agrees with a reversed question is on the low side
        high = (code == AGREE_CODE) is not measure.reversed
        return gettext(_TOGETHER) % {"side": sides.high if high else sides.low}
    for option in measure.options:
        if option["code"] == code:
            return own(option["label"], lang)
    return ""


def _band(
    part: Part, measure: Measure, place: Domain, row: Mapping[str, Any], lang: Language
) -> str:
    if row["status"] != SHOWN or not row.get("band"):
        return ""
    return exposure_band(part.shown, measure.code, place, lang)


def _since_name(part: Part, row: Mapping[str, Any], lang: Language) -> str:
    labels = part.shown.content["since_labels"].get(row["since"], {})
    return own(labels["name"], lang) if "name" in labels else ""


def _verdict_name(part: Part, row: Mapping[str, Any], lang: Language) -> str:
    if row["status"] != SHOWN or not row.get("verdict"):
        return ""
    if part.shown.comparability.unlike_waves(row["measure"], row["since"]):
        return translator(lang).gettext(NOT_COMPARABLE.word)
    names = ("difference", "low", "high", "verdict", "under_limit", "margin", "status", "role")
    known = {name: row.get(name) for name in names}
    if row.get("model_low") is not None:
        known |= {name: row[f"model_{name}"] for name in ("difference", "low", "high")}
    change = Change(
        measure=row["measure"],
        level=row["level"],
        domain=row["domain"],
        since=row["since"],
        since_labels={},
        **known,  # type: ignore[arg-type]  # a row of the content has these by name
    )
    return translator(lang).gettext(verdict_of(change).word)
