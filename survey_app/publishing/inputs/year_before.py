"""The pulses of the year before, for the figures that small units get once a year.

The first wave of a calendar year closes the one before: only then can no pulse be added to it. So
each year is pooled once, over all its pulses, and never over a window that moves. A corrected
publication of that first wave pools the same again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from analytics.disclosure.protect import PublishableTable, protect_year
from analytics.disclosure.releases import ReleasedWave
from analytics.disclosure.rules import DisclosureError, DisclosureRules
from analytics.disclosure.rules.display_limits import MOST_STEPS
from analytics.disclosure.table import plan_wave
from analytics.estimation.yearly import pool_year
from analytics.tables import EstimateTable
from questionnaires.arms import NEW
from questionnaires.asked_behind import asked_behind
from questionnaires.halves import asked_now, in_words_of
from survey_app.asking.campaigns.states import State
from survey_app.counting.responses.store import figures_of
from survey_app.publications.formats import read_content
from survey_app.publications.series import contents_pooling, foreign_places, published_waves
from survey_app.publications.store import versions_of
from survey_app.publishing.inputs.asked import all_alike, first_of
from survey_app.publishing.inputs.stored import knows_weights, read_table, told_before
from survey_app.publishing.inputs.wave_meta import meta_of
from survey_app.shared.database import Link
from survey_app.waves.stored import StoredWave, questionnaires, waves_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analytics.disclosure.table import Plan
    from analytics.waves import WaveMeta
    from questionnaires.identity import Intros
    from questionnaires.model import Questionnaire
    from questionnaires.sensitivity import Sensitivity
    from survey_app.publications.breaks import Asked

HELD: Final = (State.OPEN, State.CLOSED, State.COUNTED, State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Pulse:
    """A pulse of the year before: exact figures, and all versions of what it showed."""

    meta: WaveMeta
    labels: dict[str, Any]
    table: bytes
    contents: tuple[bytes, ...]
    foreign: frozenset[tuple[str, str]] = frozenset()
    """Places whose figures hold answers from elsewhere."""
    asked: Asked = field(default_factory=dict)
    """What stood behind each measure."""
    sensitivity: dict[str, Sensitivity] = field(default_factory=dict)
    two_answers: frozenset[str] = frozenset()
    """Which of its measures need more answers than others, as `DisclosureRules` has them."""


@dataclass(frozen=True, slots=True)
class YearBefore:
    """All pulses of a calendar year that is over, oldest first."""

    year: int
    pulses: tuple[Pulse, ...]


def pooled_year(before: YearBefore, plan: Plan) -> PublishableTable:
    """Average the year and clear it; the limits are those of the wave that publishes it."""
    waves = [(one.meta, read_table(one.table)) for one in before.pulses]
    asked = [one.asked for one in before.pulses]
    told, measures = [], []
    for one, (meta, table) in zip(before.pulses, waves, strict=True):
        versions = []
        for number, stored in enumerate(one.contents, start=1):
            content = read_content(stored)
            versions.append(told_before(f"{meta.key} version {number}", content, table))
        told.append(ReleasedWave(meta.key, table, tuple(versions)))
        measures += content["measures"]  # of the version that stands
    return protect_year(
        # pulses that asked otherwise have no mean together
        pool_year(
            [
                (meta, only_alike(table, own, asked))
                for (meta, table), own in zip(waves, asked, strict=True)
            ]
        ),
        told,
        rules=rules_of_year(plan.rules, before.pulses),
        indices=_indices(measures),
        few_scores=_few_scores(measures),
    )


def rules_of_year(rules: DisclosureRules, pulses: Sequence[Pulse]) -> DisclosureRules:
    """Add to the limits of the wave that publishes the year what pulses asked and it does not.

    What it knows nothing of would need no more answers than any other figure.
    """
    known = {code: kind for one in pulses for code, kind in one.sensitivity.items()}
    two = frozenset[str]().union(*(one.two_answers for one in pulses))
    return replace(
        rules,
        sensitivity=known | dict(rules.sensitivity),
        two_answers=rules.two_answers | two,
    )


def only_alike(table: EstimateTable, own: Asked, asked: Sequence[Asked]) -> EstimateTable:
    """Keep the measures that all waves asked alike, of a wave that is known to have asked them so.

    Parameters
    ----------
    table : EstimateTable
    own : Asked
        What stood behind the figures of this wave.
    asked : sequence of Asked
        Of all waves, this one among them.
    """
    frame = table.frame
    kept = {code for code in frame["measure"].unique() if code in own and all_alike(code, asked)}
    return EstimateTable(frame[frame["measure"].isin(kept)])


def refuse_pooled(pooled: frozenset[str], estimates: PublishableTable) -> None:
    """Stop a correction that shows a unit by itself which has a figure for the year.

    Raises
    ------
    DisclosureError
        Taken away from the year's figure, it would tell of the other pulses.
    """
    frame = estimates.frame
    shown = frame[(frame["level"] == "unit") & (frame["status"] == "published")]
    both = sorted(pooled & set(shown["domain"]))
    if both:
        raise DisclosureError(
            f"nothing is published: the unit {both[0]!r} has a figure for the whole year, and this "
            "correction would show a part of it; correct what does not change who is shown"
        )


def _few_scores(measures: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Name measures of one item, or of few answers, as a plan does (`Plan.few_scores`)."""
    steps = {
        one["code"]: sum("value" in option for option in one.get("options", ())) - 1
        for one in measures
        if one["kind"] == "item"
    }
    return frozenset(
        one["code"]
        for one in measures
        if len(one["items"]) == 1
        or sum(steps.get(item, MOST_STEPS + 1) for item in one["items"]) <= MOST_STEPS
    )


def _indices(measures: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    return {
        one["code"]: tuple(one["parts"]) or (one["code"],)
        for one in measures
        if one["kind"] == "index"
    }


async def read_year_before(link: Link, wave: StoredWave) -> YearBefore | None:
    """Read the pulses of the year before, if this wave is the first of its year.

    Returns
    -------
    YearBefore or None
        None also where a pulse of that year is not published, so that its units are not known to
        be hidden, or was taken back, or is of the first days, which kept no weights to audit a year
        with: a year is pooled whole or not at all.
    """
    if wave.population != "staff":
        return None
    waves = await waves_before(link, wave, HELD)
    year = waves[-1].closes_on.year if waves else wave.closes_on.year
    pulses = [one for one in waves if one.closes_on.year == year and one.kind == "pulse"]
    whole = {one.id for one in pulses} <= await published_waves(link, wave.population)
    if year >= wave.closes_on.year or not pulses or not whole:
        return None
    earlier = await waves_before(link, wave)
    stored = await questionnaires(link, [one.questionnaire for one in earlier])
    first = first_of(stored.get(one.questionnaire) for one in earlier)
    kept = {one.questionnaire for one in pulses} & stored.keys()
    asked = {name: of_everybody(stored[name], first) for name in kept}
    found = [
        needing(one, stored.get(pulse.questionnaire))
        for pulse in pulses
        if (one := await _pulse(link, pulse, asked.get(pulse.questionnaire, {}))) is not None
    ]
    return YearBefore(year, tuple(found)) if len(found) == len(pulses) else None


def needing(pulse: Pulse, questionnaire: Questionnaire | None) -> Pulse:
    """Note which measures of a pulse need more answers than others."""
    if questionnaire is None:
        return pulse
    asked = in_words_of(questionnaire, NEW)
    rules = plan_wave(asked, rules=DisclosureRules()).rules
    return replace(pulse, sensitivity=dict(rules.sensitivity), two_answers=rules.two_answers)


def of_everybody(questionnaire: Questionnaire, first: Intros | None = None) -> Asked:
    """Name what stands behind the measures that everybody was asked.

    How many answered another one over a year is how many gave an answer that no pulse may tell of.
    """
    now = asked_now(questionnaire, first)
    behind = asked_behind(in_words_of(questionnaire, NEW))
    return {code: own for code, own in now.items() if code not in behind}


async def _pulse(link: Link, wave: StoredWave, asked: Asked) -> Pulse | None:
    table = await figures_of(link, wave.id)
    contents = await versions_of(link, wave.id)
    if table is None or not contents or not knows_weights(table):
        return None
    foreign = await foreign_places(link, wave.id)
    return Pulse(meta_of(wave), wave.labels, table, contents, foreign, asked)


async def read_pooled_units(link: Link, wave: StoredWave) -> frozenset[str]:
    """Name the units whose answers in this wave are part of a figure for the year."""
    contents = await contents_pooling(link, wave.key, wave.population, wave.sequence)
    return frozenset(
        figure["domain"]
        for content in contents
        for table in read_content(content)["yearly"]
        for figure in table["figures"]
        if figure["status"] == "published"
    )
