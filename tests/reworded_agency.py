"""An agency that asks one item in other words from its fourth wave on; what changes is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from questionnaires.both_sets import both_sets
from questionnaires.model import NOT_ASKED
from questionnaires.overlap import both_wordings
from survey_app.simulation.parameters import stream
from tests.attack.waves import History
from tests.once_in_a_run import once_in_a_run

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire
    from survey_app.publishing.inputs.wave_inputs import WaveInputs
    from tests.attack.waves import Released

CHANGED_AT = 3
REWORDED = "vp.try.1"
MOVED = frozenset({REWORDED, "TRY-kjerne", "KI-kjerne", "TRY", "KI"})
UNRELATED = "vp.opf.1"
BEFORE = ("verdipuls-2025-k2", "verdipuls-2025-k3", "verdipuls-2025-k4")
AFTER = "verdipuls-2026-k1"
PEOPLE, SEED, WAVES = 300, 3, 5


def as_ever() -> History:
    """Return the same agency with the words that it always had."""
    return History(PEOPLE, SEED, waves=WAVES, reorganised_at=99)


class Rewording(History):
    """The agency with other words for an item.

    They make everybody answer so many steps ``lower``; what people think stays as it was.
    """

    changed_at = CHANGED_AT

    def __init__(
        self, item: str, *, lower: int = 0, people: int = PEOPLE, waves: int = WAVES
    ) -> None:
        super().__init__(people, SEED, waves=waves, reorganised_at=99, asked=self.in_other_words)
        self.item, self.lower = item, lower

    def in_other_words(self, at: int, form: Questionnaire) -> Questionnaire:
        """Give what a wave asks."""
        if at < self.changed_at:
            return form
        text = {tag: f"{words} Helt ærlig." for tag, words in form.item(self.item).text.items()}
        changed = replace(form.item(self.item), version=2, text=text)
        items = tuple(changed if one.id == self.item else one for one in form.items)
        return replace(form, items=items)

    def _counted(self, wave: Any, domains: Any, home: Any, answers: Any, answered: Any) -> Any:
        if len(self.released) >= self.changed_at:
            answers = self._said(answers)
        return super()._counted(wave, domains, home, answers, answered)

    def _said(self, answers: Any) -> Any:
        said = answers[self.item]
        lower = np.where(said > 0, np.maximum(said - self.lower, 1), said)
        return {**answers, self.item: lower}


def reworded(before: History | None = None) -> list[Released]:
    """Publish the waves of the agency whose words let everybody answer two steps lower.

    Those of ``before``, when nothing had changed yet, are taken over.
    """
    agency = Rewording(REWORDED, lower=2)
    return once_in_a_run("reworded", (agency.going_on_from(before) if before else agency).run)


BOTH_AT = 2
BOTH_WAVES = ("verdipuls-2024-k3", "verdipuls-2025-k2", "verdipuls-2025-k3", "verdipuls-2026-k2")
BIG = 1800  # people: half of those who answer a main wave tell what other words did


class Overlapping(Rewording):
    """The agency with other words from its second main wave on, of which halves are asked both.

    A main wave, a pulse, the main wave that asks both, and a pulse in the new words alone.
    ``as_ever`` is what the wave of both would have given in the old words alone.
    """

    changed_at = BOTH_AT

    def __init__(self, item: str, *, lower: int = 0, people: int = BIG) -> None:
        super().__init__(item, lower=lower, people=people, waves=8)
        self.calendar = tuple(one for one in self.calendar if one.key in BOTH_WAVES)
        self.as_ever: WaveInputs | None = None

    def in_other_words(self, at: int, form: Questionnaire) -> Questionnaire:
        """Ask both wordings in the wave between."""
        changed = super().in_other_words(at, form)
        return both_wordings(form, changed) if at == BOTH_AT else changed

    def _counted(self, wave: Any, domains: Any, home: Any, answers: Any, answered: Any) -> Any:
        if len(self.released) == BOTH_AT:
            asked, self.asked = self.asked, lambda _, form: form
            self.as_ever = History._counted(self, wave, domains, home, answers, answered)
            self.asked = asked
        return super()._counted(wave, domains, home, answers, answered)

    def _said(self, answers: Any) -> Any:
        said = super()._said(answers)
        if len(self.released) != BOTH_AT:
            return said
        draw = stream(self.seed, "halves").random(len(said[self.item])) < 1 / 2
        old, new = answers[self.item], said[self.item]
        return {
            **{column: own for column, own in said.items() if column != self.item},
            f"{self.item}@1": np.where(draw, NOT_ASKED, old).astype(np.int16),
            f"{self.item}@2": np.where(draw, new, NOT_ASKED).astype(np.int16),
        }


GONE = "vp.nyt.4"
SETS_WAVES = ("verdipuls-2023-k3", "verdipuls-2024-k3", "verdipuls-2025-k3")
SETS_AT = 1


class Recomposed(History):
    """The agency that takes an item out of a scale, of which answers were lower than of the rest.

    Three main waves: of the old set, of both, and of the new one.
    """

    def __init__(self, people: int = 180) -> None:
        super().__init__(people, SEED, waves=12, reorganised_at=99, asked=self.of_both_sets)
        self.calendar = tuple(one for one in self.calendar if one.key in SETS_WAVES)

    def of_both_sets(self, at: int, form: Questionnaire) -> Questionnaire:
        """Give what a wave asks."""
        if at < SETS_AT:
            return form
        new = self.without_the_item(form)
        if at > SETS_AT:
            return new
        scales = {one.code: one for one in form.scales}
        return both_sets(new, scales, {one.id: one for one in form.items}, form.options)

    @staticmethod
    def without_the_item(form: Questionnaire) -> Questionnaire:
        """Give the newest version."""
        blocks = tuple(
            replace(block, items=tuple(one for one in block.items if one != GONE))
            for block in form.form.blocks
        )
        return replace(
            form,
            form=replace(form.form, blocks=blocks),
            items=tuple(one for one in form.items if one.id != GONE),
            scales=tuple(
                replace(one, items=tuple(name for name in one.items if name != GONE))
                for one in form.scales
            ),
        )
