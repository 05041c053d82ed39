"""The agency is content: no programme, template or catalogue names it, its measures or its items.

The words are read from the content itself, so that another agency's would be looked for as well.
``LEFT_CODES`` lists what is still to be moved, with reasons; an entry without a finding fails too.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from questionnaires.loader import load_library
from tests.once_in_a_run import once_in_a_run

ROOT = Path(__file__).parents[2]
LIBRARY = load_library()
SEARCHED = ("*.py", "*.html", "*.po", "*.css", "*.js", "*.sql")
FOLDERS = ("analytics", "questionnaires", "survey_app", "migrations", "static")
BUILT = {"vendor", "built", "__pycache__"}

EXAMPLE = "an example in the description of the API"
MADE_UP = "made-up answers are drawn by models that are documented for these forms"

# What was not yet moved when the test was written; it only ever shrinks.
LEFT_CODES: dict[str, str] = {
    "survey_app/reading/api/model.py": EXAMPLE,
    "survey_app/reading/api/routes.py": EXAMPLE,
    "survey_app/commands/simulate.py": MADE_UP,
    "survey_app/simulation/actions.py": MADE_UP,
    "survey_app/simulation/candidate_model.py": MADE_UP,
    "survey_app/simulation/public_model.py": MADE_UP,
    "survey_app/simulation/staff_model.py": MADE_UP,
}


def _read():
    for folder in FOLDERS:
        for pattern in SEARCHED:
            for path in sorted((ROOT / folder).rglob(pattern)):
                if not BUILT & set(path.parts):
                    yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@cache
def sources():
    return dict(_read())


def _named():
    agency = LIBRARY.agency
    texts = (agency.name, agency.in_sentence, agency.as_source, *agency.keywords)
    words = {word.casefold() for text in texts for word in text.values()}
    # the article belongs to the sentence, not to the name
    return re.compile("|".join(sorted(re.escape(w.removeprefix("the ")) for w in words)))


# whatever stands between two quotation marks; the second may begin the next
_QUOTED = re.compile(r"""["']([^"']+)(?=["'])""")


def _with_codes():
    codes = {*LIBRARY.indices, *LIBRARY.scales, *LIBRARY.items, *LIBRARY.options}
    codes |= {*LIBRARY.unit_types, *LIBRARY.strategy.statements}
    return {path for path, text in sources().items() if not codes.isdisjoint(_QUOTED.findall(text))}


@cache
def _coded():
    return once_in_a_run("coded", _with_codes)


def test_no_programme_names_the_agency():
    names = _named()
    named = sorted(path for path, text in sources().items() if names.search(text.casefold()))
    assert not named, "write %(agency)s, and take the name from survey_app/shared/agency"


@pytest.mark.parametrize("path", sorted(_coded() | set(LEFT_CODES)))
def test_no_programme_knows_content_by_its_code(path):
    assert path in LEFT_CODES, "ask content for the kind of measure that is meant"
    assert path in _coded(), "it is moved: take it out of LEFT_CODES"


def test_no_page_and_no_catalogue_names_an_index():
    headed = (LIBRARY.measures.staff.culture, LIBRARY.measures.public.reputation)
    texts = (LIBRARY.measures.name(code).sentence for code in headed)
    names = {word.casefold().removeprefix("the ") for text in texts for word in text.values()}
    assert len(names) > 3
    shown = {path: text for path, text in sources().items() if path.endswith((".html", ".po"))}
    named = {path for path, text in shown.items() if any(one in text.casefold() for one in names)}
    assert not named, "write %(index)s, and take it from survey_app/reading/names"


_HELP = re.compile(r"help_text=((?:\s*\"[^\"]*\")+)")
_OURS = {*LIBRARY.unit_types, *LIBRARY.forms, *{one.instrument for one in LIBRARY.forms.values()}}


def test_no_column_is_explained_by_an_agencys_codes():
    ours = re.compile(rf"\b({'|'.join(sorted(map(re.escape, _OURS)))})\b")
    told = {path: " ".join(_HELP.findall(text)) for path, text in sources().items()}
    assert sum(map(bool, told.values())) > 5
    assert not {path: found[0] for path, text in told.items() if (found := ours.search(text))}


# A quoted code of a language; examples in docstrings and the languages of other programmes aside.
_LANGUAGE_CODE = re.compile(rf"""(?<!>>> )["'](?:{"|".join(LIBRARY.agency.languages)})["']""")
AS_STORED = "the language that a column begins with"
FOREIGN_WORDS = "words of LimeSurvey's own, which are in no file and come in English"
BEFORE = "columns that the version before reads, and the next one is without"
FOREIGN_CODES = "what directories and mailboxes call a language that we call otherwise"
OPERATOR = "the operator's lines are in English, with names as they stand in bokmål"
TIME_OF_DAY = "the sentence has the word before a time of day, and English a colon"
DEMO = "made-up people read bokmål"
IN_CODE = "the texts in the code are bokmål"
LEFT_LANGUAGES: dict[str, str] = {
    "questionnaires/formats/from_limesurvey.py": FOREIGN_WORDS,
    "migrations/accounts/piccolo_migrations/accounts_2026_11_25t01_07_20_566543.py": AS_STORED,
    "migrations/asking/piccolo_migrations/asking_2026_11_25t01_07_20_071869.py": AS_STORED,
    "migrations/events/piccolo_migrations/events_2026_11_29t05_33_00_000000.py": BEFORE,
    "survey_app/accounts/tables.py": AS_STORED,
    "survey_app/asking/directory/bring_in.py": FOREIGN_CODES,
    "survey_app/asking/delivery/clean_up.py": AS_STORED,
    "survey_app/asking/digital_post/altinn.py": FOREIGN_CODES,
    "survey_app/asking/invitations/insert_invitations.py": AS_STORED,
    "survey_app/asking/invitations/tables.py": AS_STORED,
    "survey_app/asking/people/tables.py": AS_STORED,
    "survey_app/events/queries.py": BEFORE,
    "survey_app/simulation/events.py": DEMO,
    "survey_app/commands/waves.py": OPERATOR,
    "survey_app/asking/templates/asking/campaign.html": TIME_OF_DAY,
    "survey_app/shared/i18n.py": IN_CODE,
}


def _with_languages():
    return {
        path
        for path, text in sources().items()
        if path.endswith((".py", ".html"))
        and _LANGUAGE_CODE.search(text)
        and any(_LANGUAGE_CODE.search(line) for line in text.splitlines() if ">>>" not in line)
    }


@cache
def _spoken():
    return once_in_a_run("spoken", _with_languages)


@pytest.mark.parametrize("path", sorted(_spoken() | set(LEFT_LANGUAGES)))
def test_no_programme_knows_a_language_by_its_code(path):
    assert path in LEFT_LANGUAGES, "ask survey_app.shared.i18n for the agency's languages"
    assert path in _spoken(), "it is moved: take it out of LEFT_LANGUAGES"
