"""Files of a wave that anybody can download: which is which, and is each well formed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from questionnaires.canonical import canonical_json
from survey_app.publications.formats import FORMAT

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

RECORD, KEY_LIST, PUBLICATION = "wave record", "key list", "publication"
# what each kind of file must hold, and by which it is known
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    RECORD: frozenset(
        {
            "format", "wave", "questionnaire", "plan", "minimum_group", "suite", "key_list_hash",
            "keys_held_by", "opened_on", "closed_on", "totals", "alarms", "groups", "receipts",
            "response_set_hash",
        }
    ),
    KEY_LIST: frozenset({"format", "wave", "questionnaire", "plan", "suite", "urn", "groups"}),
    PUBLICATION: frozenset(
        {
            "format", "wave", "questionnaire", "plan_hash", "response_set_hash",
            "wave_record_hash", "domains", "response", "estimates",
        }
    ),
}  # fmt: skip
_FORMATS: Final[Mapping[str, Container[int]]] = {
    RECORD: {2},
    KEY_LIST: {1},
    PUBLICATION: range(1, FORMAT + 1),
}
# what came into a kind of file while its format stayed the same: older ones lack it
_LATER: Final = {RECORD: frozenset({"keys_held_by"})}
_TOTALS: Final = (
    "invited", "credentials", "replaced", "ballots", "refused", "screened_out", "not_stored",
    "unused_credentials",
)  # fmt: skip
# told where there are enough of them
_PERHAPS: Final = frozenset({"not_reachable"})


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """One line of the report; ``looked_at`` is false where a file to compare with was not given."""

    holds: bool
    sentence: str
    looked_at: bool = True


@dataclass(frozen=True, slots=True)
class WaveFiles:
    """The readable files of one wave by kind, each with its exact bytes."""

    files: dict[str, list[tuple[str, bytes, dict[str, Any]]]] = field(default_factory=dict)

    def of(self, kind: str) -> list[tuple[str, bytes, dict[str, Any]]]:
        """Give name, bytes and what they hold for each file of a kind."""
        return self.files.get(kind, [])


def read_wave_files(files: Mapping[str, bytes], held: WaveFiles) -> Iterator[FileVerdict]:
    """Put what can be read into ``held``, and tell of each file what it is.

    Parameters
    ----------
    files : mapping of str to bytes
        Exact content by name.
    held : WaveFiles
        Gets the files that are what they should be.

    Yields
    ------
    FileVerdict
        One for each file, in order.
    """
    for name, content in files.items():
        try:
            plain = json.loads(content)
        except ValueError:
            yield FileVerdict(False, f"{name}: not JSON; download it again")
            continue
        kind = _kind(plain)
        if kind is None:
            yield FileVerdict(False, f"{name}: no wave record, key list or publication")
            continue
        wrong = _malformed(kind, plain, content)
        yield FileVerdict(wrong is None, f"{name}: a {kind} {wrong or 'in the right format'}")
        if wrong is None:
            held.files.setdefault(kind, []).append((name, content, plain))


def _kind(plain: object) -> str | None:
    if not isinstance(plain, dict):
        return None
    # each kind has a table that the others lack
    for kind, table in ((RECORD, "receipts"), (PUBLICATION, "estimates"), (KEY_LIST, "urn")):
        if table in plain:
            return kind
    return None


def _malformed(kind: str, plain: dict[str, Any], content: bytes) -> str | None:
    if plain.get("format") not in _FORMATS[kind]:
        return f"of a format that this programme does not know: {plain.get('format')!r}"
    if missing := _FIELDS[kind] - plain.keys() - _LATER.get(kind, frozenset()):
        return f"without {', '.join(sorted(missing))}"
    if kind != PUBLICATION and (more := plain.keys() - _FIELDS[kind]):
        return f"with what does not belong there: {', '.join(sorted(more))}"
    if kind == RECORD and (wrong := _misshapen(plain)):
        return f"with {wrong}"
    # read twice the same: no name stands twice in an object, and nothing is hidden in spaces
    if canonical_json(plain) != content:
        return "written in another way than it was published: it is not the original"
    return None


def _misshapen(record: Mapping[str, Any]) -> str | None:
    totals, groups = record["totals"], record["groups"]
    if not isinstance(totals, dict) or totals.keys() - _PERHAPS != set(_TOTALS):
        return "other totals than a record has"
    of_links = [totals[name] is None for name in ("invited", "credentials", "unused_credentials")]
    others = [totals.get(name, 0) is None for name in (*_TOTALS[2:-1], *_PERHAPS)]
    if not all(map(_is_count, totals.values())) or any(others) or len(set(of_links)) > 1:
        return "a total that is no count"
    if not isinstance(groups, list) or not all(map(_is_group, groups)):
        return "a group that is none"
    if not isinstance(record["receipts"], list) or not isinstance(record["alarms"], list):
        return "no list of receipts or alarms"
    return None if isinstance(record["minimum_group"], int) else "no minimum group"


def _is_count(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)


def _is_group(row: object) -> bool:
    names = {"level", "group", "parent", "invited", "credentials", "ballots", "bound"}
    return (
        isinstance(row, dict)
        and row.keys() == names
        and all(_is_count(row[name]) for name in ("invited", "credentials", "ballots"))
        and row["ballots"] is not None
        and row["invited"] is not None
    )
