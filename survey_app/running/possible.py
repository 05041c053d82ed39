"""What may be asked for of a wave as it stands, how many it takes, and what reason is given."""

from __future__ import annotations

from typing import Final

from survey_app.asking.campaigns.acts import DECISIONS, OF_FIGURES, Act
from survey_app.asking.campaigns.arrival_alarms import arrival_alarms
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.states import State
from survey_app.publications.retractions import retractions
from survey_app.publications.told_reason import LONGEST_REASON, UntellableError, reason_told
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_

# of which state a wave has to be for each
POSSIBLE: Final[dict[Act, tuple[State, ...]]] = {
    "open": (State.DRAFT,),
    "remind": (State.OPEN,),
    "close": (State.OPEN,),
    "cancel": (State.DRAFT, State.OPEN),
    # of an open survey whose forms did not come as from people, until it is decided
    "publish": (State.COUNTED,),
    "withhold": (State.COUNTED,),
    # of figures that turn out wrong
    "correct": (State.PUBLISHED,),
    "retract": (State.PUBLISHED,),
}
NO_REASON: Final = N_("Skriv hvorfor.")
LONG_REASON: Final = N_("Begrunnelsen er for lang: Den kan ha høyst 300 tegn.")
_LONGEST_LOGGED: Final = 500  # characters of what stands in the log alone


async def is_possible(wave: WaveRow, act: Act) -> bool:
    """Tell whether an act may be asked for now."""
    if State(wave.state) not in POSSIBLE[act]:
        return False
    if act == "retract":
        return not await is_taken_back(wave)
    if act not in DECISIONS:
        return True
    alarm = (await arrival_alarms(Login.WEB)).get(wave.id)
    return alarm is not None and not alarm.decision


async def is_taken_back(wave: WaveRow) -> bool:
    """Tell whether a wave's figures are taken back now."""
    return wave.key in {one.wave_key for one in await retractions(at=now())}


def takes_two(wave: WaveRow, act: Act) -> bool:
    """Tell whether a second person has to approve."""
    both = act in DECISIONS | OF_FIGURES | {"open"}
    return both or (act == "cancel" and wave.state == State.OPEN)


def reason_given(act: Act, text: str) -> tuple[str, str]:
    """Return the reason that somebody gives, and what is wrong with it; in bokmål.

    What is said of figures stands beside them, for everybody; all else in the log.
    """
    if act in OF_FIGURES:
        try:
            return reason_told(text), ""
        except UntellableError:
            return "", LONG_REASON if len(text) > LONGEST_REASON else NO_REASON
    return text[:_LONGEST_LOGGED], NO_REASON if act in DECISIONS | {"cancel"} and not text else ""
