"""What may be asked for of a wave as it stands, how many it takes, and what reason is given."""

from __future__ import annotations

from typing import Final

from survey_app.asking.campaigns.acts import DECISIONS, OF_FIGURES, Act
from survey_app.asking.campaigns.arrival_alarms import arrival_alarms
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.states import State
from survey_app.asking.reasons import Against, Reason
from survey_app.publications.told_reason import LONGEST_REASON, UntellableError, reason_told
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.i18n import N_
from survey_app.shared.unseen import without_unseen

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
LONG_REASON: Final = N_("Begrunnelsen er for lang: Den kan ha høyst %(n)s tegn.")
LONGEST_LOGGED: Final = 500  # characters of what stands in the log alone


async def why_impossible(wave: WaveRow, act: Act) -> Reason | None:
    """Tell why an act may not be asked for now; None where it may."""
    if State(wave.state) not in POSSIBLE[act]:
        return Reason(Against.STATE, state=wave.state)
    if act == "retract" and wave.taken_back:
        return Reason(Against.NOTHING_STANDS)
    if act == "correct" and wave.answers_gone(now()):
        return Reason(Against.ANSWERS_GONE)
    if act in DECISIONS:
        alarm = (await arrival_alarms(Login.WEB)).get(wave.id)
        if alarm is None or alarm.decision:
            return Reason(Against.STATE, state=wave.state)
    return None


def takes_two(wave: WaveRow, act: Act) -> bool:
    """Tell whether a second person has to approve."""
    both = act in DECISIONS | OF_FIGURES | {"open"}
    return both or (act == "cancel" and wave.state == State.OPEN)


def longest_reason(act: Act) -> int:
    """Return of how many characters the reason for an act may be."""
    return LONGEST_REASON if act in OF_FIGURES else LONGEST_LOGGED


def reason_given(act: Act, text: str) -> tuple[str, str]:
    """Return the reason that somebody gives, and what is wrong with it; in bokmål.

    What is said of figures stands beside them, for everybody; all else in the log.
    """
    if act in OF_FIGURES:
        try:
            return reason_told(text), ""
        except UntellableError:
            return "", LONG_REASON if len(text) > LONGEST_REASON else NO_REASON
    return reason_logged(text, NO_REASON if act in DECISIONS | {"cancel"} else "")


def reason_logged(text: str, missing: str) -> tuple[str, str]:
    """Return on one line a reason for the log, and what is wrong with it: ``missing`` without."""
    said = " ".join(without_unseen(text).split())
    return said, LONG_REASON if len(said) > LONGEST_LOGGED else "" if said else missing
