"""Read the file of names and addresses at printing: joined by row, kept nowhere, told to no log.

Mistakes name lines and rows, never what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from survey_app.asking.csv_file import Row, csv_rows
from survey_app.asking.errors import AddressProblems, Problem

COLUMNS = ("row", "name", "co", "address", "postcode", "place", "country")
NEEDED = ("row", "name", "address", "postcode", "place")
MOST_LINES = 6  # what the window of an envelope shows
LONGEST_LINE = 50
_POSTCODE = re.compile(r"\d{4}")
_NAMED = 5  # rows that a sentence names

type Address = tuple[str, ...]
"""The lines of the window; none for somebody who gets no letter."""


def read_addresses(text: str, invited: Collection[int]) -> dict[int, Address]:
    """Read where each letter goes.

    Parameters
    ----------
    text : str
        CSV with comma or semicolon; a cell may hold several lines.
    invited : collection of int
        The rows of everybody who is invited by letter, also of those who get none this time:
        otherwise a mistake would tell who does.

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
    problems: list[Problem] = []
    found: dict[int, Address] = {}
    lines: dict[int, int] = {}
    for line, given in csv_rows(text, COLUMNS, NEEDED, problems):
        if not given["row"].isdecimal():
            problems.append(Problem(line, "row", "is no line of the sample file or the list"))
            continue
        row = int(given["row"])
        first = lines.setdefault(row, line)
        if first != line:
            problems.append(Problem(line, "row", f"the row {row} stands on line {first} too"))
        elif row not in invited:
            problems.append(Problem(line, "row", f"nobody on the row {row} is invited by letter"))
        problems.extend(_problems(line, given))
        found[row] = tuple(_lines(given))
    if not problems:
        problems.extend(_missing(found, invited))
    if problems:
        raise AddressProblems(problems)
    return found


def _lines(given: Row) -> Iterator[str]:
    if not any(given[name] for name in COLUMNS[1:]):
        return
    for name in ("name", "co", "address"):
        yield from (line.strip() for line in given[name].splitlines() if line.strip())
    yield f"{given['postcode']} {given['place']}"
    if given["country"]:
        yield given["country"].upper()


def _problems(line: int, given: Row) -> Iterator[Problem]:
    lines = list(_lines(given))
    if not lines:
        return
    for name in NEEDED[1:]:
        if not given[name]:
            yield Problem(line, name, "is empty; leave the whole row empty for no letter")
    if given["postcode"] and not given["country"] and not _POSTCODE.fullmatch(given["postcode"]):
        sentence = (
            "has not four digits; did a spreadsheet take a leading zero away?"
            " Abroad, fill in country"
        )
        yield Problem(line, "postcode", sentence)
    if len(lines) > MOST_LINES:
        sentence = f"has {len(lines)} lines, and an envelope's window shows {MOST_LINES}"
        yield Problem(line, "address", sentence)
    if max(map(len, lines)) > LONGEST_LINE:
        yield Problem(line, "address", f"has a line of more than {LONGEST_LINE} characters")


def _missing(found: Mapping[int, Address], invited: Collection[int]) -> Iterator[Problem]:
    absent = sorted(set(invited) - set(found))
    if absent:
        named = ", ".join(map(str, absent[:_NAMED])) + (" …" if len(absent) > _NAMED else "")
        sentence = f"{len(absent)} who are invited by letter stand nowhere in the file: {named}"
        yield Problem(0, "row", sentence)
