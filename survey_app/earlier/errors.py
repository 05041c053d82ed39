"""What can be wrong with earlier results: the file, the line, the column, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.earlier.mistakes import SourceMistake
from survey_app.shared.errors import BarometerError
from survey_app.shared.first_of_many import FirstOfMany

MOST_NAMED: Final = 1_000  # as of all files that people write (`survey_app.asking.errors`)


@dataclass(frozen=True, slots=True, order=True)
class SourceProblem:
    """One mistake; ``line`` is 0 and ``column`` empty where it is about the whole file."""

    file: str
    line: int
    column: str
    mistake: SourceMistake
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        place = f"{self.file} line {self.line}" if self.line else self.file
        named = f"{place}, «{self.column}»" if self.column else place
        sentence = self.mistake.value % dict(self.values)
        return f"{named}: {sentence}" if named else sentence


def source_problem(
    file: str, line: int, column: str, mistake: SourceMistake, /, **values: object
) -> SourceProblem:
    """Make a mistake out of what its sentence is filled with."""
    return SourceProblem(file, line, column, mistake, tuple((k, str(v)) for k, v in values.items()))


class SourceProblems(FirstOfMany[SourceProblem]):
    """The mistakes of a source as they are found: the first thousand, and how many more.

    Of each kind that comes later in a column of a file the first.
    """

    def __init__(self) -> None:
        super().__init__(most=MOST_NAMED, kind=lambda one: (one.file, one.column, one.mistake))


class EarlierProblems(BarometerError):  # noqa: N818 - it carries all of them, not one
    """The files are not right; nothing was taken in."""

    def __init__(self, problems: Sequence[SourceProblem]) -> None:
        told = sorted(set(problems))
        if isinstance(problems, SourceProblems) and problems.more:
            count = {"number": problems.number, "most": MOST_NAMED}
            told.insert(0, source_problem("", 0, "", SourceMistake.MANY, **count))
        self.problems = tuple(told)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnknownSource(BarometerError):  # noqa: N818
    """No source has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there is no source «{key}»; `barometer earlier list` shows all of them")


class SourceChanged(BarometerError):  # noqa: N818
    """The source was changed between the differences and their carrying out."""

    def __init__(self) -> None:
        super().__init__("the source was changed meanwhile: look at the new differences first")
