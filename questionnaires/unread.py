"""Files of an agency's folder that are written as content is and that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

_CONTENT: Final = frozenset({".toml", ".po"})
# as docs/formats/agency.md lists them; a language is one of agency.toml
_AT_TOP: Final = (
    "agency", "background", "drivers", "exclusive_options", "forms", "indices", "inside_outside",
    "measures", "released", "response_options", "suggestions", "unit_types", "weak_links",
)  # fmt: skip
_BELOW: Final = (
    "demo/campaigns.toml", "indices/*.toml", "instruments/*/v*/instrument.toml",
    "population/*.toml", "strategy/*.toml", "strategy/maps/*.toml",
)  # fmt: skip
_OF_A_LANGUAGE: Final = ("instruments/*/v*/text.{}.toml", "locale/{}/*.po", "messages/{}.toml")
# beside the programme lies what `barometer init` writes, and what editors of drafts are told
_NOT_OURS: Final = frozenset({"authoring", "template"})


def unread(root: Path, languages: Iterable[str]) -> Iterator[str]:
    """Say of each file that is content by its ending that nothing reads it, and what mends that.

    What is hidden, as the folder of version control is, may hold what it likes.
    """
    known = [
        *(f"{name}.toml" for name in _AT_TOP),
        *_BELOW,
        *(pattern.format(code) for pattern in _OF_A_LANGUAGE for code in languages),
    ]
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if (
            path.suffix not in _CONTENT
            or place.parts[0] in _NOT_OURS
            or any(part.startswith(".") for part in place.parts)
            or any(_fits(place.parts, pattern) for pattern in known)
        ):
            continue
        file = place.as_posix()
        if any(_fits(place.parts, pattern.format("*")) for pattern in _OF_A_LANGUAGE):
            mend = "add its language to agency.toml, or take the file out"
        else:
            mend = "correct its name or its folder, or take it out"
        yield f"note: nothing reads {file}: {mend}"


def _fits(parts: tuple[str, ...], pattern: str) -> bool:
    """Tell whether a place has this form; ``*`` stands for no further folder."""
    wanted = pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
