"""An agency that asks one item in other words from its fourth wave on; what changes is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.attack.waves import History

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire

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

    def __init__(self, item: str, *, lower: int = 0) -> None:
        super().__init__(PEOPLE, SEED, waves=WAVES, reorganised_at=99, asked=self.in_other_words)
        self.item, self.lower = item, lower

    def in_other_words(self, at: int, form: Questionnaire) -> Questionnaire:
        """Give what a wave asks."""
        if at < CHANGED_AT:
            return form
        text = {tag: f"{words} Helt ærlig." for tag, words in form.item(self.item).text.items()}
        changed = replace(form.item(self.item), version=2, text=text)
        items = tuple(changed if one.id == self.item else one for one in form.items)
        return replace(form, items=items)

    def _counted(self, wave: Any, domains: Any, home: Any, answers: Any, answered: Any) -> Any:
        if len(self.released) >= CHANGED_AT and self.lower:
            said = answers[self.item]
            lower = np.where(said > 0, np.maximum(said - self.lower, 1), said)
            answers = {**answers, self.item: lower}
        return super()._counted(wave, domains, home, answers, answered)
