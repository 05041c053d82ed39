"""What readers call domains and measures, in three languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from analytics.estimation.domains import SEVERAL_TYPES
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


def unit_type_names(code: str) -> Names:
    """Name a type of unit; an agency's own word stands as it is."""
    if code == SEVERAL_TYPES:
        return _SEVERAL_TYPES
    known = load_library().unit_types.get(code)
    return dict(known) if known else dict.fromkeys(LANGUAGES, code.replace("_", " "))


def group_names(questionnaire: Questionnaire, code: str) -> Names:
    """Name a background group such as ``age:18-29``, mostly by the label of its answer."""
    name, _, category = code.partition(":")
    variable = load_library().background.variables[name]
    if category in variable.names:
        return dict(variable.names[category])
    option = questionnaire.option_set(variable.item).option(variable.answer(category))
    return dict(option.label) if option else dict.fromkeys(LANGUAGES, category)


def equal_weight_names(title: Mapping[str, str]) -> Names:
    """Name the equal-weight version of an index."""
    return {lang: form.format(title=title[lang]) for lang, form in _EQUAL_WEIGHTS.items()}
