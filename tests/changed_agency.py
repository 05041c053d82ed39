"""An agency whose measures become others without new words: each wave changes something more.

A main wave and two pulses. Another text stands before a question, and another share of a scale must
be answered; then an index has other weights and a question goes to others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from questionnaires.model import NOT_ASKED, Condition
from tests.attack.waves import History

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire

CHANGED_AT, OTHERS_AT = 1, 2
WAVES = ("verdipuls-2025-k3", "verdipuls-2026-k1", "verdipuls-2026-k2")
BELOW = "vp.amb.1"
SCALE, INDEX = "NYT-kjerne", "KI-kjerne"
ASKED_OF_SOME, DECIDES = "vp.opf.1", "vp.try.1"
WHO = ("1", "2", "3")
WEIGHTS = {"TRY-kjerne": 0.5, "APN-kjerne": 0.25, SCALE: 0.25}


class ChangedAgency(History):
    """The agency; as many people as it takes for units of every size."""

    def __init__(self, people: int = 450, seed: int = 1) -> None:
        super().__init__(people, seed, waves=4, reorganised_at=OTHERS_AT, asked=self._changed)
        self.calendar = tuple(one for one in self.calendar if one.key in WAVES)

    def _changed(self, at: int, form: Questionnaire) -> Questionnaire:
        if at >= CHANGED_AT:
            form = _by_another_rule(_below_another_text(form))
        return _of_others(form) if at >= OTHERS_AT else form

    def _counted(self, wave: Any, domains: Any, home: Any, answers: Any, answered: Any) -> Any:
        if len(self.released) >= OTHERS_AT:
            of = np.isin(answers[DECIDES], [int(code) for code in WHO])
            kept = np.where(of, answers[ASKED_OF_SOME], NOT_ASKED).astype(np.int16)
            answers = {**answers, ASKED_OF_SOME: kept}
        return super()._counted(wave, domains, home, answers, answered)


def _below_another_text(form: Questionnaire) -> Questionnaire:
    text = dict.fromkeys(form.item(BELOW).text, "Tenk på det siste året.")
    blocks = tuple(
        replace(block, intro=text) if BELOW in block.items else block for block in form.form.blocks
    )
    return replace(form, form=replace(form.form, blocks=blocks))


def _by_another_rule(form: Questionnaire) -> Questionnaire:
    scales = (replace(one, min_answered=1.0) if one.code == SCALE else one for one in form.scales)
    return replace(form, scales=tuple(scales))


def _of_others(form: Questionnaire) -> Questionnaire:
    indices = tuple(
        replace(one, parts=WEIGHTS) if one.code == INDEX else one for one in form.indices
    )
    condition = Condition(DECIDES, WHO, negate=False)
    items = tuple(
        replace(one, version=2, filter=(condition,)) if one.id == ASKED_OF_SOME else one
        for one in form.items
    )
    return replace(form, indices=indices, items=items)
