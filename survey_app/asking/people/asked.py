"""What is asked about units on the page: what is known, the question, and what each answer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey_app.asking.people.plan import Plan
from survey_app.asking.people.successors import APART, LINK, UnitQuestion
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import count, listed


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """One of the two answers, and what it does to the curve."""

    value: str
    text: str
    about: str


@dataclass(frozen=True, slots=True)
class AskedOfUnit:
    """A question as the page asks it; ``chosen`` is what was answered, empty before."""

    field: str
    what: str
    title: str
    people: str
    legend: str
    choices: tuple[UnitAnswer, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class _Words:
    what: str
    title: str
    legend: str
    yes: str
    then: str
    no: str
    otherwise: str


_NEW_CURVE: Final = N_("Kurven begynner på nytt.")
_JOINED: Final = N_("Ja, de er slått sammen")
_SAID: Final[Mapping[tuple[str, bool], _Words]] = {
    ("renamed", True): _Words(
        N_("Borte og ny"),
        N_("%(origins)s er borte, og %(target)s er ny"),
        N_("Er %(target)s det samme som %(origins)s?"),
        N_("Ja, det er den samme enheten"),
        N_("Kurven fortsetter under det nye navnet."),
        N_("Nei, det er en ny enhet"),
        _NEW_CURVE,
    ),
    ("merged", True): _Words(
        N_("Slått sammen?"),
        N_("%(origins)s er borte, og %(target)s er ny"),
        N_("Er %(target)s det som var %(origins)s?"),
        _JOINED,
        N_("Tallene fra før vises samlet, fra de målingene der alle hadde egne tall."),
        N_("Nei, det er en ny enhet"),
        _NEW_CURVE,
    ),
    ("merged", False): _Words(
        N_("Lagt ned eller slått sammen?"),
        N_("%(origins)s er borte"),
        N_("Er %(origins)s slått sammen med %(target)s?"),
        _JOINED,
        N_(
            "Kurven til %(target)s viser tallene fra før samlet, fra de målingene der alle hadde "
            "egne tall."
        ),
        N_("Nei, %(origins)s er lagt ned"),
        N_("Kurven til %(target)s fortsetter som før."),
    ),
    ("split", True): _Words(
        N_("Skilt ut?"),
        N_("%(target)s er ny"),
        N_("Er %(target)s skilt ut fra %(origins)s?"),
        N_("Ja, den er skilt ut"),
        N_(
            "Begge får ny kurve. De gamle tallene for %(origins)s står ved siden av, bare til "
            "sammenligning."
        ),
        N_("Nei, det er en helt ny enhet"),
        N_("Kurven til %(origins)s fortsetter som før."),
    ),
}
# of a unit that is not there any more, no curve goes on
_PARTED: Final = _Words(
    N_("Delt?"),
    N_("%(origins)s er borte, og %(target)s er ny"),
    N_("Er %(target)s en del av det som var %(origins)s?"),
    N_("Ja, den er en del av den"),
    N_(
        "%(target)s får ny kurve. De gamle tallene for %(origins)s står ved siden av, bare til "
        "sammenligning."
    ),
    N_("Nei, det er en helt ny enhet"),
    _NEW_CURVE,
)
_OF: Final = N_("%(moved)s av %(all)s ansatte i %(origin)s er nå i %(target)s.")
_FROM: Final = N_("%(moved)s av %(all)s ansatte kommer fra %(origin)s.")


def asked_of(plan: Plan, answers: Mapping[str, str], language: Language) -> tuple[AskedOfUnit, ...]:
    """Put the questions of a plan into words.

    Parameters
    ----------
    plan : Plan
    answers : mapping of str to str
        What was answered before, by code of the unit that is asked about.
    language : str
        The reader's.
    """
    return tuple(_asked(plan, one, answers.get(one.target, ""), language) for one in plan.questions)


def _asked(plan: Plan, one: UnitQuestion, chosen: str, language: Language) -> AskedOfUnit:
    gettext = translator(language).gettext
    parted = one.kind == "split" and one.origins[0] not in plan.moves.after
    words = _PARTED if parted else _SAID[one.kind, one.new]
    origins = [plan.moves.before[code] for code in one.origins]
    values = {"target": plan.moves.after[one.target], "origins": listed(origins, language)}

    def said(text: str) -> str:
        return gettext(text) % values

    return AskedOfUnit(
        LINK + one.target,
        said(words.what),
        said(words.title),
        " ".join(_people(plan, one, language)),
        said(words.legend),
        (
            UnitAnswer(one.kind, said(words.yes), said(words.then)),
            UnitAnswer(APART, said(words.no), said(words.otherwise)),
        ),
        chosen,
    )


def _people(plan: Plan, one: UnitQuestion, language: Language) -> list[str]:
    moves, split = plan.moves, one.kind == "split"
    pattern = translator(language).gettext(_FROM if split else _OF)
    return [
        pattern
        % {
            "moved": count(moves.flows.get((code, one.target), 0), language),
            "all": count(
                moves.people_after[one.target] if split else moves.people_before[code], language
            ),
            "origin": moves.before[code],
            "target": moves.after[one.target],
        }
        for code in one.origins
    ]


def answers_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Read what was answered from what was said of a file."""
    return {name.removeprefix(LINK): told for name, told in fields.items() if name.startswith(LINK)}
