"""The whole way of a file: read, carried over, laid into the agency's content, checked, told."""

from dataclasses import dataclass
from typing import Any

from questionnaires.errors import Problem
from questionnaires.formats.carried import CarriedInstrument
from questionnaires.formats.convert import convert, instrument_key
from questionnaires.formats.foreign import Foreign
from questionnaires.formats.lay_out import content_with, to_fill_in
from questionnaires.formats.read import read_foreign
from questionnaires.library import Library
from questionnaires.model import Population


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A file that was taken in: what it held, what came along, and what a person has to add.

    `files` are the agency's content with the instrument in it, by path; `changed` names those of
    them that are new or longer than before.
    """

    name: str
    foreign: Foreign
    carried: CarriedInstrument
    files: dict[str, bytes]
    changed: tuple[str, ...]
    to_fill_in: tuple[Problem, ...]

    def report(self) -> dict[str, Any]:
        """Say all of it as plain values, for programmes."""
        foreign, carried = self.foreign, self.carried
        return {
            "file": self.name,
            "format": foreign.format,
            "instrument": carried.key,
            "held": {
                "questions": dict(sorted(foreign.types.items())),
                "items": len(foreign.items),
                "options": sum(len(item.options) for item in foreign.items),
                "languages": list(foreign.languages),
                "conditions": foreign.conditions,
            },
            "carried": {
                "items": len(carried.items),
                "options": self.options,
                "languages": dict(carried.from_languages),
                "asked_of_some": carried.conditions,
                "ended_by": carried.screen_out.item if carried.screen_out else None,
                "new_sets": [one.id for one in carried.options],
                "sets_of_the_agency": list(carried.reused),
            },
            "lost": [
                {"place": loss.place, "what": str(loss.what), "why": str(loss.why)}
                for loss in carried.losses
            ],
            "to_fill_in": [str(problem) for problem in self.to_fill_in],
            "files": list(self.changed),
        }

    @property
    def options(self) -> int:
        """Answers to choose from that came along, counted at each item that offers them."""
        asked = {item.code: len(item.options) for item in self.foreign.items}
        return sum(asked[code] for code in self.carried.codes)


def take_in(
    name: str,
    content: bytes,
    library: Library,
    *,
    key: str | None = None,
    population: Population = "staff",
    unnamed: str | None = None,
) -> TakenIn:
    """Take in a file of another programme; nothing is written anywhere.

    Parameters
    ----------
    name : str
        The file's name.
    content : bytes
    library : Library
        The agency's content.
    key : str, optional
        What the instrument is to be called; made of the file's name when not given.
    population : {"staff", "public", "candidates", "stakeholders"}
    unnamed : str, optional
        The language of texts for which the file names none.

    Raises
    ------
    ForeignFileError
        If the file cannot be taken in; one sentence says why.
    """
    foreign = read_foreign(name, content)
    stem = name.rsplit(".", 1)[0]
    carried = convert(
        foreign, library, key=key or instrument_key(stem), source=stem[:80], population=population,
        unnamed=unnamed,
    )  # fmt: skip
    files, changed = content_with(carried, foreign, library)
    return TakenIn(name, foreign, carried, files, changed, to_fill_in(files))
