"""What readers call domains and measures, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from analytics.estimation.domains import SEVERAL_TYPES
from analytics.groups import AGES, GENDERS
from questionnaires.loader import load_library
from questionnaires.model import LANGUAGES

if TYPE_CHECKING:
    from questionnaires.model import Questionnaire

type Names = dict[str, str]

_EQUAL_WEIGHTS: Final[Names] = {
    "nb": "{title}, lik vekt",
    "nn": "{title}, lik vekt",
    "en": "{title}, equal weights",
}

_SEVERAL_TYPES: Final[Names] = {
    "nb": "Enheter slått sammen av flere typer",
    "nn": "Einingar slått saman av fleire typar",
    "en": "Units merged of several types",
}

_QUESTIONS: Final = {"county": "d.fylke", "education": "d.utd", "knowledge": "om.fil.1"}
_YES_NO: Final[dict[str, Names]] = {
    "contact:yes": {
        "nb": "Har hatt kontakt",
        "nn": "Har hatt kontakt",
        "en": "Have had dealings with it",
    },
    "contact:no": {
        "nb": "Har ikke hatt kontakt",
        "nn": "Har ikkje hatt kontakt",
        "en": "Have had no dealings with it",
    },
    "channel:yes": {
        "nb": "Har sett egne kanaler",
        "nn": "Har sett eigne kanalar",
        "en": "Have seen its own channels",
    },
    "channel:no": {
        "nb": "Har ikke sett egne kanaler",
        "nn": "Har ikkje sett eigne kanalar",
        "en": "Have not seen its own channels",
    },
}


def unit_type_names(code: str) -> Names:
    """Name a type of unit; an agency's own word stands as it is."""
    if code == SEVERAL_TYPES:
        return _SEVERAL_TYPES
    known = load_library().unit_types.get(code)
    return dict(known) if known else dict.fromkeys(LANGUAGES, code.replace("_", " "))


def group_names(questionnaire: Questionnaire, code: str) -> Names:
    """Name a background group such as ``age:18-29`` by the label of its answer."""
    if code in _YES_NO:
        return _YES_NO[code]
    variable, _, category = code.partition(":")
    if variable == "age":
        return _label(questionnaire, "d.alder", _key(AGES, category))
    if variable == "gender":
        return _label(questionnaire, "d.kjonn", _key(GENDERS, category))
    return _label(questionnaire, _QUESTIONS[variable], category)


def equal_weight_names(title: Mapping[str, str]) -> Names:
    """Name the equal-weight version of an index."""
    return {lang: form.format(title=title[lang]) for lang, form in _EQUAL_WEIGHTS.items()}


def _key(codes: Mapping[int, str], category: str) -> str:
    return str(next(code for code, name in codes.items() if name == category))


def _label(questionnaire: Questionnaire, item: str, code: str) -> Names:
    option = questionnaire.option_set(item).option(code)
    return dict(option.label) if option else dict.fromkeys(LANGUAGES, code)
