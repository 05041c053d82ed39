"""What readers call domains and measures, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from analytics.unit_types import SEVERAL_TYPES
from questionnaires.background import NO_BACKGROUND
from questionnaires.loader import load_library
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, languages, translator

if TYPE_CHECKING:
    from questionnaires.background import Background
    from questionnaires.model import Questionnaire

type Names = dict[str, str]

_EQUAL_WEIGHTS: Final = N_("%(title)s, lik vekt")
_SEVERAL_TYPES: Final = N_("Enheter slått sammen av flere typer")


def unit_type_names(code: str) -> Names:
    """Name a type of unit; an agency's own word stands as it is."""
    if code == SEVERAL_TYPES:
        return {lang: translator(lang).gettext(_SEVERAL_TYPES) for lang in languages()}
    known = load_library().unit_types.get(code)
    return dict(known) if known else dict.fromkeys(languages(), code.replace("_", " "))


def group_names(questionnaire: Questionnaire, code: str, kept: Background = NO_BACKGROUND) -> Names:
    """Name a background group such as ``age:18-29``, mostly by the label of its answer.

    ``kept`` are the groups of its wave, which the content may have no more.
    """
    name, _, category = code.partition(":")
    variable = kept.variables.get(name) or load_library().background.variables[name]
    if category in variable.names:
        return dict(variable.names[category])
    option = questionnaire.option_set(variable.item).option(variable.answer(category))
    return dict(option.label) if option else dict.fromkeys(languages(), category)


def equal_weight_names(title: Mapping[str, str]) -> Names:
    """Name the equal-weight version of an index."""
    return {
        lang: translator(lang).gettext(_EQUAL_WEIGHTS) % {"title": in_language(title, lang)}
        for lang in languages()
    }
