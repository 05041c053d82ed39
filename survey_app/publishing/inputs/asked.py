"""What stood behind each measure of a wave and of those before it: what may be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from questionnaires.identity import Identity, breaks_in, identities, same
from survey_app.publications.series import published_waves
from survey_app.waves.stored import StoredWave, questionnaires, waves_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from survey_app.publications.breaks import Asked
    from survey_app.shared.database import Link


@dataclass(frozen=True, slots=True, eq=False)
class AskedSeries:
    """The published waves of a population up to one, by what each measure was.

    ``before`` has what earlier waves asked by key, oldest first; one whose questionnaire is not
    there any more has asked nothing that is known, and is compared with no other. ``labels`` are
    their words.
    """

    wave: str = ""
    now: Asked = field(default_factory=dict)
    before: dict[str, Asked] = field(default_factory=dict)
    labels: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def alike(self, measure: str, wave: str) -> bool:
        """Tell whether an earlier wave's figure of a measure may be held beside the newest."""
        return same(self.before.get(wave, {}).get(measure), self._newest(measure))

    def measures(self, wave: str) -> frozenset[str]:
        """Name what this wave asked as an earlier one did."""
        return frozenset(code for code in self.now if self.alike(code, wave))

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
    """Tell whether all waves that asked a measure asked it alike."""
    found = [one[measure] for one in waves if measure in one]
    return not breaks_in([("", one) for one in found])


async def read_series(link: Link, wave: StoredWave, now: Asked) -> AskedSeries:
    """Read what the published waves before this asked.

    Parameters
    ----------
    link : asyncpg connection
    wave : StoredWave
    now : mapping of str to Identity
        What this wave asked.
    """
    published = await published_waves(link, wave.population)
    waves = [one for one in await waves_before(link, wave) if one.id in published]
    stored = await questionnaires(link, [one.questionnaire for one in waves])
    asked = {name: identities(one) for name, one in stored.items()}
    return AskedSeries(
        wave.key,
        now,
        {one.key: asked.get(one.questionnaire, {}) for one in waves},
        {one.key: one.labels for one in waves} | {wave.key: wave.labels},
    )
