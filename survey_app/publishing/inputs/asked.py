"""What stood behind each measure of a wave and of those before it: what may be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from questionnaires.arms import NEW
from questionnaires.halves import asked_before, asked_now, in_words_of
from questionnaires.identity import Identity, Makeup, first_intros, item_identities, makeups, same
from questionnaires.loader import load_library
from survey_app.publications.links import Link, LinkedSeries, with_newest
from survey_app.publications.series import links_told, published_waves
from survey_app.waves.stored import StoredWave, questionnaires, waves_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from questionnaires.as_opened import AsOpened
    from questionnaires.identity import Intros
    from questionnaires.model import Questionnaire
    from survey_app.publications.breaks import Asked
    from survey_app.shared.database import Link as Database


@dataclass(frozen=True, slots=True, eq=False)
class AskedSeries:
    """The published waves of a series up to one, by what each measure was.

    ``before`` has what earlier waves asked by key, oldest first; one whose questionnaire is not
    there any more has asked nothing that is known, and is compared with no other. ``labels`` are
    their words; ``links`` what publications of before tell of other words (`LinkedSeries`).
    ``old`` has, in a wave of which a half was asked in the old words, what that half was asked.
    ``made`` is by wave what its scales and indices were made of; ``groups``, of people outside,
    what stood behind each division into groups that words make (`Background.named_by_words`).
    """

    wave: str = ""
    now: Asked = field(default_factory=dict)
    before: dict[str, Asked] = field(default_factory=dict)
    labels: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    old: Asked = field(default_factory=dict)
    made: Mapping[str, Mapping[str, Makeup]] = field(default_factory=dict)
    groups: Mapping[str, Asked] = field(default_factory=dict)

    def alike(self, measure: str, wave: str) -> bool:
        """Tell whether an earlier wave's figure of a measure may be held beside the newest."""
        return same(self.before.get(wave, {}).get(measure), self._newest(measure))

    def measures(self, wave: str) -> frozenset[str]:
        """Name what this wave asked as an earlier one did."""
        return frozenset(code for code in self.now if self.alike(code, wave))

    def linked(self, own: Iterable[Link] = ()) -> LinkedSeries:
        """Give the series with its links, and those that this wave itself tells."""
        return LinkedSeries(self.waves, with_newest(self.links, list(own)))

    def reaches(self, measure: str, wave: str) -> bool:
        """Tell whether a figure of before is asked alike, or linked, or may be by this wave."""
        if self.alike(measure, wave):
            return True
        if not self.links and measure not in self.old:
            return False
        return self.linked(self._may_link(measure)).way(measure, wave) is not None

    def reached(self, wave: str) -> frozenset[str]:
        """Name what an earlier wave's figures of may be held beside this wave's."""
        return frozenset(code for code in self.now if self.reaches(code, wave))

    def _may_link(self, measure: str) -> list[Link]:
        if measure not in self.old:
            return []
        ends = {"from": self.old[measure], "to": self.now[measure]}
        return [{"measure": measure, "wave": self.wave, "method": "additive"} | ends]

    def regrouped(self, wave: str) -> frozenset[str]:
        """Name the variables whose groups in an earlier wave are other people than they are now.

        Of a wave of which nothing is known, nothing is known of its groups either.
        """
        newest: dict[str, Identity] = {}
        for asked in self.groups.values():
            newest |= asked
        then = self.groups.get(wave, {})
        return frozenset(name for name, now in newest.items() if not same(then.get(name), now))

    @property
    def waves(self) -> list[tuple[str, Asked]]:
        """What each wave asked, oldest first, this one last."""
        return [*self.before.items(), (self.wave, self.now)]

    def _newest(self, measure: str) -> Identity | None:
        if measure in self.now:
            return self.now[measure]
        # not asked this time: its earlier waves are read beside each other all the same
        asked = (one[measure] for one in reversed(self.before.values()) if measure in one)
        return next(asked, None)


def all_alike(measure: str, waves: Iterable[Asked]) -> bool:
    """Tell whether all waves that asked a measure asked it alike: each as every other.

    Neighbours are not enough: a wave in one language alone may be like two that are unlike.
    """
    found = [one[measure] for one in waves if measure in one]
    return all(same(one, other) for one, other in combinations(found, 2))


async def read_series(
    link: Database, wave: StoredWave, questionnaire: Questionnaire
) -> AskedSeries:
    """Read what the published waves before this asked.

    Parameters
    ----------
    link : asyncpg connection
    wave : StoredWave
    questionnaire : Questionnaire
        What this wave asked, as frozen.
    """
    published = await published_waves(link, wave.population)
    earlier = await waves_before(link, wave)
    waves = [one for one in earlier if one.id in published]
    every = await questionnaires(link, [one.questionnaire for one in earlier])
    stored = {name: every[name] for name in (one.questionnaire for one in waves) if name in every}
    # of all waves, so that a publication that is taken back gives nothing another name
    first = first_of(every.get(one.questionnaire) for one in earlier)
    asked = {name: asked_now(one, first) for name, one in stored.items()}
    made = {name: makeups(in_words_of(one, NEW), first) for name, one in stored.items()}
    before: dict[str, Asked] = {one.key: asked.get(one.questionnaire, {}) for one in waves}
    told = await links_told(link, wave.population, wave.sequence)
    outside = wave.population != "staff"
    return AskedSeries(
        wave.key,
        asked_now(questionnaire, first),
        before,
        {one.key: one.labels for one in waves} | {wave.key: wave.labels},
        tuple(one for one in told if one["wave"] in before),
        asked_before(questionnaire, first),
        {one.key: made.get(one.questionnaire, {}) for one in waves}
        | {wave.key: makeups(in_words_of(questionnaire, NEW), first)},
        {
            one.key: groups_asked(form, one.as_opened, first) if form else {}
            for one, form in [
                *((one, stored.get(one.questionnaire)) for one in waves),
                (wave, questionnaire),
            ]
        }
        if outside
        else {},
    )


def first_of(earlier: Iterable[Questionnaire | None]) -> Intros:
    """Give what stood before each item at first, in the words that each wave went on with."""
    return first_intros(in_words_of(one, NEW) for one in earlier if one is not None)


def groups_asked(
    questionnaire: Questionnaire, kept: AsOpened | None = None, first: Intros | None = None
) -> Asked:
    """Name what stands behind each division into groups that words make, by its variable.

    ``kept`` is what the wave keeps of content: which answers make its groups.
    """
    asked = item_identities(in_words_of(questionnaire, NEW), first or {})
    today = load_library().background
    if kept is None:
        return {one: asked[item] for one, item in today.named_by_words(questionnaire).items()}
    groups = kept.background(today)
    return {
        name: kept.with_makeup(groups.variables[name], asked[item], questionnaire)
        for name, item in groups.named_by_words(questionnaire).items()
    }
