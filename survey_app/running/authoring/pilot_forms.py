"""What of a version can be tried out: its forms, and of a split form all of it or one module."""

from __future__ import annotations

from typing import Final

from questionnaires.library import Library
from questionnaires.model import Form, Questionnaire
from questionnaires.parts import has_modules, part, with_all_modules
from survey_app.asking.pilots.pilots import PilotRow
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language
from survey_app.shared.i18n import gettext as _

LONGEST_KEY: Final = 60  # characters that a pilot's row has for it
_MODULE: Final = ":"


def tried_forms(instrument: str, library: Library, lang: Language) -> dict[str, str]:
    """Return what an author may choose among, by its key, in words.

    Of a split form that is all that is asked of anybody, and what one person is asked: the core and
    one module, named behind the form's id.
    """
    found: dict[str, str] = {}
    for form in library.forms.values():
        if form.instrument == instrument:
            found |= _choices(form, lang)
    return {key: words for key, words in found.items() if len(key) <= LONGEST_KEY}


def tried_questionnaire(key: str, library: Library) -> Questionnaire:
    """Return what was chosen as a form that everybody who has the link is asked alike."""
    form, _sign, module = key.partition(_MODULE)
    whole = library.questionnaire(form)
    if module:
        return part(whole, whole.form.modules.index(module) + 1)
    return with_all_modules(whole) if has_modules(whole) else whole


def pilot_title(pilot: PilotRow, lang: Language) -> str:
    """Name what a pilot tries out; of one module of a split form, with that module."""
    title = in_language(pilot.questionnaire.form.title, lang)
    module = pilot.form.partition(_MODULE)[2]
    return _one_module(title, module) if module else title


def _choices(form: Form, lang: Language) -> dict[str, str]:
    title = in_language(form.title, lang)
    if not form.modules:
        return {form.id: title}
    every = {form.id: _("%(form)s: alle spørsmålene") % {"form": title}}
    return every | {f"{form.id}{_MODULE}{name}": _one_module(title, name) for name in form.modules}


def _one_module(title: str, module: str) -> str:
    return _("%(form)s: det alle får, og modulen «%(module)s»") % {"form": title, "module": module}
