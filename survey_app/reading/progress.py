"""A publication that is being computed, as far as a page needs to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request

from survey_app.shared.i18n import N_

STEPS: Final = (
    N_("åpner svarene"),
    N_("regner ut tallene"),
    N_("sjekker at ingen kan kjennes igjen"),
    N_("legger fram tallene"),
)


@dataclass(frozen=True, slots=True)
class Computing:
    """A wave on its way to being published; ``step`` counts from 1 to the number of steps."""

    wave: dict[str, str]
    step: int

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return len(STEPS)

    @property
    def percent(self) -> int:
        """How far it has come, for the bar."""
        return round(100 * (self.step - 0.5) / self.steps)

    @property
    def doing(self) -> str:
        """What the step does, to be translated."""
        return STEPS[min(max(self.step, 1), self.steps) - 1]


type AskForProgress = Callable[[str], Awaitable[Computing | None]]
"""Given a population, says what is being computed; ``app.py`` gives it as ``state.computing``."""


async def computing(request: Request[Any, Any, Any], population: str) -> Computing | None:
    """Ask whether a publication for ``population`` is being computed."""
    ask: AskForProgress | None = request.app.state.get("computing")
    return await ask(population) if ask else None
