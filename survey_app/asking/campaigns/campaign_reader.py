"""Take values out of one table of a campaign file, by kind, and note what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from survey_app.asking.errors import Problem, problem
from survey_app.asking.mistakes import Mistake
from survey_app.shared.form_text import YEARS
from survey_app.shared.i18n import languages
from survey_app.shared.unseen import without_unseen

LONGEST_LINE = 200  # characters, also of the columns for them
LONGEST_TEXT = 5000
LONGEST_TOLD = 40  # of what cannot be read
MOST_DAYS = 36_500  # a hundred years: the database knows no day that is further away
PAGES = frozenset({"new"})  # /waves/new
_KEY = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


class Reader:
    """Takes values out of one table, by kind, and notes what is wrong and what nobody read."""

    def __init__(self, table: Mapping[str, Any], place: str, problems: list[Problem]) -> None:
        self.table = dict(table)
        self.place = place
        self.problems = problems

    def wrong(self, key: str, sentence: str) -> None:
        """Note a mistake that the command line alone says."""
        self.problems.append(Problem(0, f"{self.place}{key}", sentence))

    def mistaken(self, key: str, mistake: Mistake, /, **values: object) -> None:
        """Note a mistake that pages say, too."""
        self.problems.append(problem(0, f"{self.place}{key}", mistake, **values))

    def take[T](
        self, key: str, kind: type[T], default: T | None = None, *, needed: bool = False
    ) -> Any:  # noqa: ANN401 - `default` where the value is missing or wrong
        """Take a value of a kind; missing or wrong, it is the default."""
        value = self.table.pop(key, None)
        if value is None:
            if needed:
                self.mistaken(key, Mistake.NEEDED)
            return default
        # a bool is an int to Python and a datetime a date, but not to the person who wrote the file
        if type(value) is not kind:
            told = repr(value)[:LONGEST_TOLD]
            self.mistaken(key, Mistake.NOT_OF_KIND, kind=_KINDS[kind], value=told)
            return default
        if isinstance(value, date) and value.year not in YEARS:
            self.mistaken(key, Mistake.YEAR, first=YEARS[0], last=YEARS[-1])
            return default
        return value

    def days(self, key: str) -> Any:  # noqa: ANN401 - None where it is missing or wrong
        """Take a number of days that something is kept."""
        value = self.take(key, int)
        if value is not None and not 1 <= value <= MOST_DAYS:
            self.mistaken(key, Mistake.ONE_DAY if value < 1 else Mistake.MANY_DAYS, most=MOST_DAYS)
            return None
        return value

    def text(self, key: str, *, longest: int = LONGEST_TEXT, needed: bool = False) -> str:
        """Take a text, without white space around it and what nobody sees in it."""
        if needed and self.table.get(key) == "":
            del self.table[key]
        return self._seen(key, str(self.take(key, str, "", needed=needed)), longest)

    def line(self, key: str) -> str:
        """Take a text of one line, as it stands in the head of a mail."""
        return " ".join(self.text(key, longest=LONGEST_LINE).split())

    def _seen(self, place: str, text: str, longest: int) -> str:
        value = without_unseen(text).strip()
        if len(value) > longest:
            self.mistaken(place, Mistake.TOO_LONG, most=longest)
        return value

    def choice(
        self, key: str, known: Sequence[str], default: str = "", *, needed: bool = False
    ) -> str:
        """Take one of several words."""
        value = self.text(key, needed=needed) or default
        if value and value not in known:
            self.wrong(key, f"«{value}» is none of {', '.join(known)}")
            return ""
        return value

    def key(self) -> str:
        """Take a key of small letters, digits and hyphens."""
        value = self.text("key", longest=60, needed=True)
        if value and not _KEY.fullmatch(value):
            self.mistaken("key", Mistake.KEY)
        elif value in PAGES:
            self.mistaken("key", Mistake.KEY_IS_PAGE, key=value)
        return value

    def texts(
        self, key: str, *, required: Sequence[str] = (), longest: int = LONGEST_TEXT
    ) -> dict[str, str]:
        """Take a text for each language."""
        given = self.take(key, dict, {}, needed=bool(required))
        for language in sorted(set(given) - set(languages())):
            self.wrong(f"{key}.{language}", f"is none of the languages {', '.join(languages())}")
        for language in required:
            if given and not str(given.get(language, "")).strip():
                self.mistaken(f"{key}.{language}", Mistake.NO_TEXT)
        seen = {
            name: self._seen(f"{key}.{name}", str(text), longest) for name, text in given.items()
        }
        return {name: text for name, text in seen.items() if text}

    def titles(
        self, key: str, *, required: Sequence[str] = (), longest: int = LONGEST_LINE
    ) -> dict[str, str]:
        """Take a text of one line for each language."""
        given = self.texts(key, required=required, longest=longest)
        return {name: " ".join(text.split()) for name, text in given.items()}

    def finish(self) -> None:
        """Note every key that nobody read."""
        for key in sorted(self.table):
            self.wrong(key, "nobody reads this; is it misspelt?")


_KINDS: dict[type, str] = {
    str: "a text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2026-05-11, without quotation marks",
    dict: "a table with a text for each language",
    list: "a list in square brackets",
}
