"""Read the file of names and addresses at printing: joined by row, kept nowhere, told to no log.

Mistakes name lines and rows, never what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from stdnum.no import fodselsnummer

from survey_app.asking.csv_file import Row, csv_rows
from survey_app.asking.errors import AddressProblems, Problem, Problems, problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.form_text import as_number

COLUMNS = ("row", "name", "co", "address", "postcode", "place", "country")
NEEDED = ("row", "name", "address", "postcode", "place")
MOST_LINES = 6  # what the window of an envelope shows
LONGEST_LINE = 50
# how many small letters fit beside each other in the window, of the size of a letter's text; a
# capital, of which whole addresses are written in registers, takes more
_ACROSS = 38.0
_CAPITAL = 1.25
_POSTCODE = re.compile(r"\d{4}")
_NAMED = 5  # rows that a sentence names

# with the address file of letters that go digitally
NATIONAL_ID = "national_id"
_NATIONAL_ID = re.compile(r"\d{11}")

type Address = tuple[str, ...]
"""The lines of the window; none for somebody who gets no letter."""


def read_addresses(
    text: str, invited: Collection[int], *, digital: bool = False
) -> dict[int, Address]:
    """Read where each letter goes.

    Parameters
    ----------
    text : str
        CSV with comma or semicolon; a cell may hold several lines.
    invited : collection of int
        The rows of everybody who is invited by letter, also of those who get none this time:
        otherwise a mistake would tell who does.
    digital : bool
        Whether it may hold national identity numbers, which nothing else needs.

    Returns
    -------
    dict of int to tuple of str
        The lines of the address, by row. No lines where the whole row is left empty: its person
        gets no letter.

    Raises
    ------
    AddressProblems
        With every mistake, each with line and column.
    """
    problems = Problems()
    found: dict[int, Address] = {}
    lines: dict[int, int] = {}
    columns = (*COLUMNS, NATIONAL_ID) if digital else COLUMNS
    seen: dict[str, int] = {}
    for line, given in csv_rows(text, columns, NEEDED, problems):
        problems.extend(_number_problems(line, given, seen))
        row = as_number(given["row"])
        if row is None:
            problems.append(problem(line, "row", Mistake.NO_ROW))
            continue
        first = lines.setdefault(row, line)
        if first != line:
            problems.append(problem(line, "row", Mistake.ROW_TWICE, row=row, line=first))
        elif row not in invited:
            problems.append(problem(line, "row", Mistake.ROW_NOT_INVITED, row=row))
        problems.extend(_problems(line, given))
        found[row] = tuple(_lines(given))
    # of a file without lines that can be read, its heads are what is wrong
    if found or not problems:
        problems.extend(_missing(found, invited))
    if problems:
        raise AddressProblems(problems, matched=len(found.keys() & set(invited)))
    return found


def national_ids(text: str) -> dict[int, str]:
    """Return national identity numbers by row, of a file that `read_addresses` has read."""
    rows = csv_rows(text, (*COLUMNS, NATIONAL_ID), NEEDED, [])
    return {int(given["row"]): given[NATIONAL_ID] for _, given in rows if given[NATIONAL_ID]}


def _number_problems(line: int, given: Row, seen: dict[str, int]) -> Iterator[Problem]:
    number = given.get(NATIONAL_ID, "")
    if not number:
        return
    if not _is_national_id(number):
        yield problem(line, NATIONAL_ID, Mistake.NATIONAL_ID)
    first = seen.setdefault(number, line)
    if first != line:
        yield problem(line, NATIONAL_ID, Mistake.NATIONAL_ID_TWICE, line=first)
    if not any(given[name] for name in COLUMNS[1:]):
        yield problem(line, "name", Mistake.PART_EMPTY)


def _is_national_id(number: str) -> bool:
    """Tell whether a number can be somebody's: a wrong digit would be somebody else's mailbox.

    The second check digit covers all the others. The day of birth is not looked at: synthetic
    people of test environments have months that the calendar has not.
    """
    if not _NATIONAL_ID.fullmatch(number) or not number.isascii():
        return False
    return str(fodselsnummer.calc_check_digit2(number)) == number[-1]


def _lines(given: Row) -> Iterator[str]:
    if not any(given[name] for name in COLUMNS[1:]):
        return
    for name in ("name", "co", "address"):
        yield from (line.strip() for line in given[name].splitlines() if line.strip())
    yield f"{given['postcode']} {given['place']}"
    if given["country"]:
        yield given["country"].upper()


def lines_as_set(line: str) -> int:
    """Return how many lines of the window a line of an address takes, at most.

    Examples
    --------
    >>> lines_as_set("Storgata 1"), lines_as_set("Boligsameiet Nordre Skansen, oppgang B, H0403")
    (1, 2)
    """
    taken, used = 1, 0.0
    for word in line.split():
        width = sum(_CAPITAL if sign.isupper() else 1.0 for sign in word)
        space = 1.0 if used else 0.0
        if used and used + space + width > _ACROSS:
            taken, used, space = taken + 1, 0.0, 0.0
        used += space + width
        while used > _ACROSS:
            taken, used = taken + 1, used - _ACROSS
    return taken


def _problems(line: int, given: Row) -> Iterator[Problem]:
    lines = list(_lines(given))
    if not lines:
        return
    for name in NEEDED[1:]:
        if not given[name]:
            yield problem(line, name, Mistake.PART_EMPTY)
    if given["postcode"] and not given["country"] and not _POSTCODE.fullmatch(given["postcode"]):
        yield problem(line, "postcode", Mistake.POSTCODE)
    as_set = sum(map(lines_as_set, lines))
    if as_set > MOST_LINES:
        yield problem(line, "address", Mistake.MANY_LINES, lines=as_set, most=MOST_LINES)
    for name in COLUMNS[1:]:
        if max(map(len, map(str.strip, given[name].splitlines())), default=0) > LONGEST_LINE:
            yield problem(line, name, Mistake.LONG_LINE, most=LONGEST_LINE)


def _missing(found: Mapping[int, Address], invited: Collection[int]) -> Iterator[Problem]:
    absent = sorted(set(invited) - set(found))
    if absent:
        named = ", ".join(map(str, absent[:_NAMED])) + (" …" if len(absent) > _NAMED else "")
        yield problem(0, "row", Mistake.ROWS_MISSING, number=len(absent), rows=named)
