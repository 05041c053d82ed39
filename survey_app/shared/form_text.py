"""What forms of several rooms read alike: text, a day, and mistakes told beside their field."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from survey_app.shared.i18n import N_
from survey_app.shared.unseen import as_seen, without_unseen

CONTACT: Final = N_(
    "Det ser ut til at teksten inneholder en e-postadresse, et telefonnummer eller et "
    "fødselsnummer. Ta det bort, for teksten skal ikke vise hvem noen er."
)
TOO_LONG: Final = N_("Teksten er for lang: %(length)s tegn. Kort den ned til %(most)s.")
NO_DATE: Final = N_("Skriv en dato, for eksempel 15.03.2027.")
CHOOSE: Final = N_("Velg noe i listen.")
_CONTACTS: Final = re.compile(
    # one sign before the @ says as much as all of them, and is looked for once
    r"\S@\S+\.\S"
    r"|(?<!\d)(?:\d{8}|\d{3} \d{2} \d{3}|\d{2} \d{2} \d{2} \d{2}|\d{6} ?\d{5})(?!\d)"
)
FORM: Final = "form"
"""The field with the number that a form was shown with."""
YEARS: Final = range(2000, 2101)
"""Of every day that is planned or noted: another one is a slip of the hand."""
_DIGITS: Final = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A mistake in one field: a sentence to be translated, and what it is filled with."""

    name: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


def clean(text: str) -> str:
    """Take out double spaces, spaces at the ends of lines, and more than one empty line.

    Signs that nobody sees go too: they turn the text around them, and the database takes no null.
    """
    shown = without_unseen(text).splitlines()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in shown)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def as_number(text: str) -> int | None:
    """Read a whole number of at most nine digits; None for anything else."""
    return int(text) if _DIGITS.fullmatch(text) else None


def holds_contact(text: str) -> bool:
    r"""Tell whether a text holds what looks like an address, a telephone or an identity number.

    Examples
    --------
    >>> [holds_contact(one) for one in ("98765432", "98\u00ad765432", "98\u034f765432", "9876")]
    [True, True, True, False]
    """
    return _CONTACTS.search(as_seen(text)) is not None


def form_number() -> str:
    """Return a number for a form that is about to be shown."""
    return str(uuid.uuid4())


def row_of_form(sent: Mapping[str, str]) -> UUID:
    """Return the id of what a form makes: the same one where it is sent twice as it stands.

    A button that is pressed twice makes one thing. Who goes back and writes something else makes
    another, and so does a form without a number.
    """
    try:
        number = UUID(sent.get(FORM, ""))
    except ValueError:
        return uuid.uuid4()
    written = {name: text for name, text in sent.items() if name not in {FORM, "csrf"}}
    return uuid.uuid5(number, json.dumps(written, sort_keys=True))


def read_version(text: str) -> int:
    """Read the number of changes that a form was opened with; 0, which no row has, for none."""
    return as_number(text) or 0


def read_day(text: str) -> date | None:
    """Read what a date field sends, or what somebody types where there is none."""
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return found if found.year in YEARS else None
    return None


def day_of(text: str) -> date | None:
    """Read a day of any year: whoever reads it further says which years may be."""
    try:
        return read_day(text) or date.fromisoformat(text.strip())
    except ValueError:
        return None
