"""Read an uploaded file as a register: in our own format, or as an HR system wrote it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from questionnaires.loader import load_library
from survey_app.asking.errors import RegisterProblems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.asking.people.columns import (
    FEWEST,
    Meaning,
    guess,
    header_of,
    is_enough,
    is_ours,
    is_unnamed,
    needed_meanings,
)
from survey_app.asking.people.extract import Extract, KnownUnit, NewUnit, Placed, read_extract
from survey_app.asking.people.register import (
    Register,
    decoded,
    read_register,
    without_numbers,
)
from survey_app.asking.people.tree import REGION
from survey_app.asking.people.units import known_units, named_units
from survey_app.asking.people.uploads import COLUMN
from survey_app.settings import settings
from survey_app.shared.agency import agency_name
from survey_app.shared.database import Login
from survey_app.shared.i18n import SOURCE


@dataclass(frozen=True, slots=True)
class ReadRegister:
    """What a file holds, as far as it can be read.

    ``register`` is None as long as it is not known what the columns mean (``columns_known``) or
    where new units belong.
    """

    register: Register | None
    header: tuple[str, ...] = ()
    columns: Mapping[str, Meaning] | None = None
    new_units: tuple[NewUnit, ...] = ()
    places: tuple[KnownUnit, ...] = ()

    @property
    def columns_known(self) -> bool:
        """Whether a person and their unit can be told from the columns."""
        return self.columns is None or is_enough(self.columns)


async def read_upload(content: bytes, fields: Mapping[str, str], login: Login) -> ReadRegister:
    """Read a file by what was said of it.

    Raises
    ------
    RegisterProblems
        With every mistake of the file.
    """
    text = decoded(content)
    if not text.strip("\ufeff \t\r\n"):
        raise RegisterProblems([problem(0, "", Mistake.NOBODY)])
    header = header_of(text)
    if is_ours(header):
        register = await asyncio.to_thread(read_register, text)
        if not settings().sends_sms:
            register = without_numbers(register)
        if register.says_former:
            _refuse_unknown(register, {one.code for one in await named_units(login)})
        return ReadRegister(register)
    named = [name for name in header if not is_unnamed(name)]
    if len(named) < FEWEST:
        # any text has a first line, some with empty cells: nobody is asked what its columns mean
        told = {"number": len(named), "least": FEWEST}
        raise RegisterProblems([problem(1, "", Mistake.NO_TABLE, **told)])
    remembered = {
        name.removeprefix(COLUMN): told for name, told in fields.items() if name.startswith(COLUMN)
    }
    columns = guess(header, remembered, needed_meanings(by_sms=settings().sends_sms))
    if not is_enough(columns):
        return ReadRegister(None, tuple(header), columns)
    known = await known_units(login)
    extract = await asyncio.to_thread(_extract, text, columns, known, fields)
    return ReadRegister(extract.register, tuple(header), columns, extract.new_units, extract.places)


def _refuse_unknown(register: Register, codes: set[str]) -> None:
    wrong = [
        problem(unit.line, "former", Mistake.NO_FORMER, value=code)
        for unit in register.units
        for code in (unit.former.origins if unit.former else ())
        if code not in codes
    ]
    if wrong:
        raise RegisterProblems(wrong)


def _extract(
    text: str,
    columns: Mapping[str, Meaning],
    known: Sequence[KnownUnit],
    fields: Mapping[str, str],
) -> Extract:
    said = {
        name.removeprefix("type:"): Placed(kind, fields.get(f"parent:{name[5:]}", ""))
        for name, kind in fields.items()
        if name.startswith("type:")
    }
    kinds = {
        text.casefold(): code
        for code, names in load_library().unit_types.items()
        for text in (code, *names.values())
    } | {"region": REGION}
    return read_extract(text, columns, known, said, agency=agency_name(SOURCE), kinds=kinds)
