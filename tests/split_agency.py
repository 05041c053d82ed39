"""An agency whose second main wave is split: everybody gets the core, and one of two modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from questionnaires.model import NOT_ASKED
from questionnaires.parts import in_part, part_numbers
from survey_app.simulation.parameters import stream
from tests.attack.waves import History
from tests.split_form import split_questionnaire

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire

SPLIT_AT = 1


class SplitAgency(History):
    """Two main waves: the first asks everybody all, the second each person a module."""

    def __init__(self, people: int, seed: int) -> None:
        super().__init__(people, seed, waves=8, reorganised_at=99, asked=self._form)
        self.calendar = tuple(one for one in self.calendar if one.main)

    def _form(self, at: int, form: Questionnaire) -> Questionnaire:
        return split_questionnaire() if at >= SPLIT_AT else form

    def _counted(self, wave: Any, domains: Any, home: Any, answers: Any, answered: Any) -> Any:
        if len(self.released) < SPLIT_AT:
            return super()._counted(wave, domains, home, answers, answered)
        form = split_questionnaire()
        drawn = stream(self.seed, "modules").choice(part_numbers(form), size=len(answered))
        core = set(in_part(form, None))
        masked = {
            column: np.where(drawn == number, answers[column], NOT_ASKED).astype(np.int16)
            for number in part_numbers(form)
            for name in in_part(form, number)
            if name not in core
            for column in form.item_columns(form.item(name))
        }
        return super()._counted(wave, domains, home, {**answers, **masked}, answered)
