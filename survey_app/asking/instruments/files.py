"""The formats in which a questionnaire can be taken along. A new one is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.formats.halves import newest_words
from questionnaires.formats.left_out import LeftOut, WrittenFile, lost_on_paper
from questionnaires.formats.outline import FileContext
from questionnaires.formats.to_ddi import to_ddi
from questionnaires.formats.to_limesurvey import to_limesurvey
from questionnaires.formats.to_surveyjs import to_surveyjs
from questionnaires.formats.to_toml import to_toml
from questionnaires.formats.to_xlsform import to_xlsform
from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.asking.campaigns.population_names import POPULATION_NAMES
from survey_app.shared.agency import agency_as_source
from survey_app.shared.errors import BarometerError
from survey_app.shared.i18n import N_, Language, in_each_language, languages, own_names

PDF: Final = "pdf"
WHOLE: Final = "toml"  # leaves nothing out
MOST_QUESTIONS: Final = 500  # a form has thirty: what is larger was never asked of anybody
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

type Writer = Callable[[Questionnaire, Language, FileContext], WrittenFile]


class TooLongFormError(BarometerError):
    """A form has more questions than files are made of."""

    def __init__(self, form: str) -> None:
        super().__init__(f"{form} has more than {MOST_QUESTIONS} questions: no file is made of it")


@dataclass(frozen=True, slots=True)
class QuestionnaireFormat:
    """One format: how its files end, what they are sent as, what it is for, who writes it.

    The printed form has no writer: it is set on pages by a process of its own.
    """

    extension: str
    media_type: str
    name: str
    about: str
    write: Writer | None


QUESTIONNAIRE_FORMATS: Final[Mapping[str, QuestionnaireFormat]] = {
    "pdf": QuestionnaireFormat(
        "pdf", "application/pdf", N_("PDF"), N_("til å skrive ut og lese"), None
    ),
    "xlsform": QuestionnaireFormat(
        "xlsx", _XLSX, "XLSForm", N_("for ODK, KoboToolbox og Enketo"), to_xlsform
    ),
    "limesurvey": QuestionnaireFormat(
        "lss", "application/xml", "LimeSurvey", N_("undersøkelse uten svar (.lss)"), to_limesurvey
    ),
    "surveyjs": QuestionnaireFormat(
        "json", "application/json", "SurveyJS", N_("skjema som JSON"), to_surveyjs
    ),
    "ddi": QuestionnaireFormat(
        "ddi.xml", "application/xml", "DDI-Codebook", N_("for arkiv og forskning"), to_ddi
    ),
    "toml": QuestionnaireFormat(
        "toml",
        "application/toml",
        "TOML",
        N_("alt om spørsmålene, for Verdibarometer"),
        lambda asked, _, __: to_toml(asked),
    ),
}


def file_context(asked: Questionnaire) -> FileContext:
    """Return what stands beside a questionnaire in files of it."""
    library = load_library()
    population = "open" if asked.form.kind == "open" else asked.form.population
    return FileContext(
        language_names=dict(own_names()),
        alone={name: library.alone(options) for name, options in asked.options.items()},
        statements=library.strategy.statements,
        agency={one: agency_as_source(one) for one in languages()},
        universe=in_each_language(POPULATION_NAMES[population]),
    )


def left_out(asked: Questionnaire, form: str, language: Language) -> tuple[LeftOut, ...]:
    """Name what a file in this format does not hold.

    Raises
    ------
    TooLongFormError
        If it has more questions than files are made of.
    """
    if form == WHOLE:
        return ()
    if form == PDF:
        check_length(asked)
        half, halves = newest_words(asked)
        return (*halves, *lost_on_paper(half, language, file_context(half).alone))
    return write_file(asked, form, language).lost


def write_file(asked: Questionnaire, form: str, language: Language) -> WrittenFile:
    """Write a questionnaire in any format but the printed one.

    Raises
    ------
    TooLongFormError
        If it has more questions than any form.
    """
    check_length(asked)
    write = QUESTIONNAIRE_FORMATS[form].write
    assert write is not None
    return write(asked, language, file_context(asked))


def check_length(asked: Questionnaire) -> None:
    """Refuse a form that has more questions than files are made of.

    Raises
    ------
    TooLongFormError
    """
    if len(asked.items) > MOST_QUESTIONS:
        raise TooLongFormError(asked.form.id)


def file_of_form(asked: Questionnaire, form: str, language: Language, wave: str = "") -> str:
    """Return what a file is called: the form, the wave that asked it, the language of paper."""
    parts = [asked.form.id, wave, language if form == PDF else ""]
    name = "-".join(part for part in parts if part)
    kept = "".join(sign if sign.isalnum() or sign in "._-" else "_" for sign in name)
    return f"{kept}.{QUESTIONNAIRE_FORMATS[form].extension}"
