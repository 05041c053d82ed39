"""How many would have been in each group that is made on a page, by what is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from questionnaires.authoring.own_groups import WrittenGroups
from survey_app.accounts.roles import Role
from survey_app.reading.rows import AGENCY
from survey_app.reading.waves import published, waves
from survey_app.running.authoring.item_library import RESULTS
from survey_app.shared.i18n import Language


@dataclass(frozen=True, slots=True)
class AnsweredSo:
    """How many gave each answer to a question in the newest wave that shows it, about.

    An answer whose share is not shown is not among `counts`.
    """

    wave: str
    n: int
    counts: Mapping[str, int]

    def of_group(self, codes: Collection[str]) -> int | None:
        """Return how many gave one of some answers; None where one of them is not shown."""
        if not set(codes) <= set(self.counts):
            return None
        return sum(self.counts[code] for code in codes)

    def sizes(self, said: WrittenGroups) -> tuple[int | None, ...]:
        """Return how many each group would have had.

        Of several answers, the first group is everybody else than those who gave none.
        """
        if said.several:
            none = self.of_group(said.groups[1].answers)
            return (None if none is None else self.n - none, none)
        return tuple(self.of_group(one.answers) for one in said.groups)


async def answered_so(
    item: str, codes: Collection[str], role: Role, at: datetime, lang: Language
) -> AnsweredSo | None:
    """Count answers to a question by what is published of it; None where nothing is."""
    population = RESULTS.get(role)
    if population is None:
        return None
    for wave in reversed(await waves(population, at)):
        shown = await published(wave, at)
        cells = {code: shown.estimate(item, AGENCY, "", "share", code) for code in codes}
        found = {
            code: (one.n, one.mean)
            for code, one in cells.items()
            if one and one.n is not None and one.mean is not None
        }
        if found:
            counts = {code: round(n * share) for code, (n, share) in found.items()}
            return AnsweredSo(wave.label("name", lang), max(n for n, _ in found.values()), counts)
    return None
