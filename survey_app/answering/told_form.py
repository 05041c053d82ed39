"""A plain form that tells of which wave and unit it is: its link need not be looked up first.

The link's own code proves the wave. What else the form tells is held against the link's row by the
database, as it marks it. Where anything is otherwise, or somebody asks for more than to hand in,
the form is looked up as if it had told nothing (`survey_app.answering.personal`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from survey_app.answering.fields import Fields, single
from survey_app.answering.surveys import Survey, kept_survey
from survey_app.asking.invitations.tokens import arm_for, is_genuine, split_token
from survey_app.shared.secret import Secret, accepted

FIELD: Final = "of"
_PLACE: Final = 5  # digits
_WAVE: Final = 32  # hexadecimal digits
LENGTH: Final = _WAVE + _PLACE
_GENERATIONS: Final = 3  # links that one person is sent of one wave, as good as ever


@dataclass(frozen=True, slots=True)
class ToldForm:
    """A genuine link, with what the form tells of the wave and the unit.

    ``domain`` is None where the form is the same in all of them; ``version`` is that of the survey.
    """

    pid: bytes
    generation: int
    survey: Survey
    version: str
    domain: str | None


def what_a_form_tells(survey: Survey, domain: str) -> str:
    """Return what a form tells, always as long: whoever sees encrypted traffic learns no unit.

    Empty where it can tell nothing, as of a unit that the survey does not know.

    Parameters
    ----------
    survey : Survey
    domain : str
        What is stored of the unit; empty for the public.
    """
    if not survey.invited or survey.pilot or survey.card:
        return ""
    if not survey.staff:
        return f"{survey.id.hex}{0:0{_PLACE}}"
    places = _places(survey)
    if domain not in places:
        return ""
    return f"{survey.id.hex}{places.index(domain):0{_PLACE}}"


def told_form(secret: Secret, token: str, fields: Fields) -> ToldForm | None:
    """Return what a form tells, if its link is genuine; None where it is to be looked up."""
    parts, told = split_token(token), _read(single(fields, FIELD))
    # under several secrets the database knows which one a wave's links are of
    if parts is None or told is None or len(accepted(secret)) != 1:
        return None
    (pid, code), (version, survey, domain) = parts, told
    numbers = range(_GENERATIONS)
    generation = next((n for n in numbers if is_genuine(secret, survey.id, pid, n, code)), None)
    if generation is None:
        return None
    arms = tuple(survey.arms)
    seen = survey.for_arm(arm_for(secret, survey.id, pid, arms) if arms else None)
    return ToldForm(pid, generation, seen, version, domain)


def _read(told: str) -> tuple[str, Survey, str | None] | None:
    """Return version, survey and unit, of a survey that takes answers as it was opened."""
    if len(told) != LENGTH or not told.isascii() or not told[_WAVE:].isdigit():
        return None
    try:
        kept = kept_survey(UUID(told[:_WAVE]))
    except ValueError:
        return None
    if kept is None or not kept[1].invited or kept[1].pilot or not kept[1].as_opened:
        return None
    version, survey = kept
    if not survey.staff:
        return version, survey, None
    places, place = _places(survey), int(told[_WAVE:])
    if place >= len(places) or not survey.has_group(places[place]):
        return None
    return version, survey, places[place]


@lru_cache(maxsize=64)
def _places(survey: Survey) -> tuple[str, ...]:
    return tuple(sorted(survey.domains))
