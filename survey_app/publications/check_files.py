"""Check a wave from its files alone: record, key list, publication, receipts. Pure.

``docs/formats/wave-record.md`` says which check finds which kind of tampering.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from questionnaires.canonical import canonical_json
from survey_app.publications.formats import FORMAT
from survey_app.publications.receipts import as_receipt, is_receipt

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

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
class Finding:
    """One line of the report; ``looked_at`` is false where a file to compare with was not given."""

    holds: bool
    sentence: str
    looked_at: bool = True


@dataclass(frozen=True, slots=True)
class _Held:
    """The files by kind, each with its exact bytes."""

    found: dict[str, list[tuple[str, bytes, dict[str, Any]]]] = field(default_factory=dict)

    def of(self, kind: str) -> list[tuple[str, bytes, dict[str, Any]]]:
        return self.found.get(kind, [])

    def one(self, kind: str) -> tuple[bytes, dict[str, Any]] | None:
        files = self.of(kind)
        return files[0][1:] if files else None


def check_files(
    files: Mapping[str, bytes], *, receipts: Sequence[str] = (), keys_hash: str | None = None
) -> list[Finding]:
    """Check that the files of one wave fit together, and that the receipts are in its record.

    Parameters
    ----------
    files : mapping of str to bytes
        Exact content by name: one wave record, key lists as respondents got them, and perhaps
        the publication. Which is which is seen from what they hold.
    receipts : sequence of str
        As people wrote them down.
    keys_hash : str, optional
        The check sum of the key list that stood in the invitation.

    Returns
    -------
    list of Finding
        What was checked, in order; everything is right when all of them hold.
    """
    held = _Held()
    findings = list(_read(files, held))
    records = held.of(RECORD)
    if len({content for _, content, _ in records}) != 1:
        number = "no wave record" if not records else "different wave records"
        sentence = f"{number} among the files: give one (/records/WAVE.json)"
        return [*findings, Finding(False, sentence)]
    content, record = records[0][1:]
    return [
        *findings,
        *_counts(record),
        *_groups(record),
        *_receipt_list(record),
        *_built(KEY_LIST, _key_lists(record, held, keys_hash)),
        *_built(PUBLICATION, _publication(record, content, held)),
        *_own_receipts(record, receipts),
    ]


def _read(files: Mapping[str, bytes], held: _Held) -> Iterator[Finding]:
    for name, content in files.items():
        try:
            plain = json.loads(content)
        except ValueError:
            yield Finding(False, f"{name}: not JSON; download it again")
            continue
        kind = _kind(plain)
        if kind is None:
            yield Finding(False, f"{name}: no wave record, key list or publication")
            continue
        wrong = _malformed(kind, plain, content)
        yield Finding(wrong is None, f"{name}: a {kind} {wrong or 'in the right format'}")
        if wrong is None:
            held.found.setdefault(kind, []).append((name, content, plain))


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


def _built(kind: str, findings: Iterator[Finding]) -> list[Finding]:
    """Turn a file that is built otherwise inside into a finding."""
    found: list[Finding] = []
    try:
        found.extend(findings)
    except (AttributeError, KeyError, TypeError):
        found.append(Finding(False, f"the {kind} is not built as one is: download it again"))
    return found


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


def _found(totals: Mapping[str, int]) -> int:
    names = ("ballots", "refused", "screened_out", "not_stored")
    return sum(totals[name] for name in names)


def _counts(record: Mapping[str, Any]) -> Iterator[Finding]:
    totals = record["totals"]
    found = _found(totals)
    if totals["credentials"] is not None:
        allowed = totals["credentials"] + totals["replaced"]
        yield Finding(
            found <= allowed,
            f"ballots: {found} in the urn, from {totals['credentials']} used links and "
            f"{totals['replaced']} replaced",
        )
        yield Finding(
            totals["credentials"] <= totals["invited"],
            f"links: {totals['credentials']} used of {totals['invited']} invited",
        )
        yield Finding(
            totals["unused_credentials"] == max(0, allowed - found),
            f"sums: {totals['unused_credentials']} credentials without a ballot",
        )
    alarms = record["alarms"]
    told = f"the record tells of: {'; '.join(map(str, alarms))}" if alarms else "none recorded"
    yield Finding(not alarms, f"alarms at closing: {told}")


def _groups(record: Mapping[str, Any]) -> Iterator[Finding]:
    groups, totals, k = record["groups"], record["totals"], record["minimum_group"]
    if not groups:
        return
    small = [row["group"] for row in groups if _tells_of_few(row, k)]
    told = f"fewer than {k} could be counted in: {', '.join(small)}" if small else "none"
    yield Finding(not small, f"groups below the minimum of {k}: {told}")
    over = [row["group"] for row in groups if _stuffed(row, totals["replaced"])]
    over += [name for name, more in _too_much(groups, totals) if more]
    told = f"they do not fit in: {', '.join(sorted(set(over)))}" if over else "they fit everywhere"
    yield Finding(not over, f"groups: ballots, used links and invited: {told}")


def _tells_of_few(row: Mapping[str, Any], k: int) -> bool:
    ballots, links, invited = row["ballots"], row["credentials"], row["invited"]
    counts = [ballots, invited - ballots]
    if links is not None:
        counts += [links, invited - links]
    unused = 0 if links is None else links - ballots
    return min(counts) < k or 0 < unused < k


def _stuffed(row: Mapping[str, Any], replaced: int) -> bool:
    links = row["invited"] if row["credentials"] is None else row["credentials"]
    return bool(row["ballots"] > links + replaced or links > row["invited"])


def _too_much(
    groups: Sequence[Mapping[str, Any]], totals: Mapping[str, Any]
) -> Iterator[tuple[str, bool]]:
    """Compare regions with the whole, and each region with its units."""
    known = {row["group"]: row for row in groups if row["level"] == "region"}
    whole = {name: totals[name] for name in ("invited", "credentials", "ballots")}
    parts: dict[str, Counter[str]] = {}
    for row in groups:
        above = row["parent"] if row["level"] == "unit" else ""
        counts = {name: row[name] or 0 for name in whole}
        parts.setdefault(above, Counter()).update(counts)
    for above, sums in parts.items():
        limit = whole if above == "" else known.get(above, whole)
        exact = limit.get("bound", "") == ""
        for name, part in sums.items():
            if limit[name] is not None and (exact or name == "invited"):
                yield above or "the whole", part > limit[name]


def _receipt_list(record: Mapping[str, Any]) -> Iterator[Finding]:
    receipts, found = record["receipts"], _found(record["totals"])
    formed = all(map(is_receipt, receipts))
    yield Finding(formed, "receipts: each has 64 hexadecimal digits")
    ordered = formed and all(one < other for one, other in pairwise(receipts))
    yield Finding(ordered, "receipts: sorted, and none stands twice")
    expected = 0 if record["suite"] is None else found
    yield Finding(
        len(receipts) == expected,
        f"receipts: {len(receipts)} of them, for {expected} ballots"
        + (" that have receipts" if record["suite"] is None else ""),
    )


def _key_lists(record: Mapping[str, Any], held: _Held, keys_hash: str | None) -> Iterator[Finding]:
    named = record["key_list_hash"]
    if keys_hash is not None:
        given = "".join(keys_hash.split()).lower()
        yield Finding(given == named, "key list: the check sum in the invitation is the record's")
    lists = held.of(KEY_LIST)
    if len({content for _, content, one in lists if one["wave"] == record["wave"]}) > 1:
        yield Finding(
            False,
            "key list: two different ones for one wave: respondents were given different keys, "
            "which could tell them apart. This is a breach: keep the files, and tell the union "
            "and the data protection officer",
        )
    for name, content, plain in lists:
        yield Finding(
            hashlib.sha256(content).hexdigest() == named,
            f"{name}: the key list that the record names",
        )
        yield from _same(name, plain, record, ("wave", "questionnaire", "plan"))
        signs = bool(plain["groups"])
        yield Finding(
            record["suite"] == (plain["suite"] if signs else None),
            f"{name}: the way of signing that the record names",
        )
        yield _held_by(name, plain, record)
    if not lists:
        yield Finding(True, "key list: not given, so not compared", looked_at=False)


def _held_by(name: str, plain: Mapping[str, Any], record: Mapping[str, Any]) -> Finding:
    holders = "trustees" if len(plain["urn"]["keys"]) > 1 else "worker"
    if "keys_held_by" not in record:
        sentence = f"{name}: the urn was locked by the {holders}; the record is too old to say"
        return Finding(True, sentence, looked_at=False)
    return Finding(
        record["keys_held_by"] == holders,
        f"{name}: the urn was locked by the {holders}, as the record says",
    )


def _same(
    name: str, plain: Mapping[str, Any], record: Mapping[str, Any], names: Iterable[str]
) -> Iterator[Finding]:
    other = [one for one in names if plain[one] != record[one]]
    if other:
        yield Finding(False, f"{name}: of another {' and '.join(other)} than the record")
    else:
        yield Finding(True, f"{name}: of the same {', '.join(names)} as the record")


def _publication(record: Mapping[str, Any], content: bytes, held: _Held) -> Iterator[Finding]:
    files = held.of(PUBLICATION)
    if not files:
        yield Finding(True, "publication: not given, so not compared", looked_at=False)
    for name, _, plain in files:
        facts = {
            "wave": plain["wave"]["key"],
            "questionnaire": plain["questionnaire"],
            "plan": plain["plan_hash"],
        }
        yield from _same(name, facts, record, ("wave", "questionnaire", "plan"))
        yield Finding(
            plain["wave_record_hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}",
            f"{name}: it names exactly this record",
        )
        yield Finding(
            plain["response_set_hash"] == record["response_set_hash"],
            f"{name}: made from the set of responses that the record names",
        )
        yield from _same_counts(name, plain, record)


def _same_counts(
    name: str, plain: Mapping[str, Any], record: Mapping[str, Any]
) -> Iterator[Finding]:
    response, totals = plain["response"], record["totals"]
    pairs = [
        (response["answers"], totals["ballots"]),
        (response["screened_out"], totals["screened_out"]),
    ]
    if response["invited"] is not None:
        pairs.append((response["invited"], totals["invited"]))
    yield Finding(
        all(one == other for one, other in pairs), f"{name}: the record's totals of answers"
    )
    shown = {
        (row["level"], row["code"]): (row["invited"], row["answered"], row["bound"])
        for row in plain["domains"]
        if row["level"] in {"region", "unit"} and row["answered"] is not None
    }
    told = {
        (row["level"], row["group"]): (row["invited"], row["ballots"], row["bound"])
        for row in record["groups"]
    }
    # a corrected publication may show other groups; the record stays with the first
    other = [
        code
        for level, code in shown.keys() & told.keys()
        if shown[level, code] != told[level, code]
    ]
    yield Finding(
        not other,
        f"{name}: the record's counts of each group"
        + (f", but for {', '.join(sorted(other))}" if other else ""),
    )


def _own_receipts(record: Mapping[str, Any], receipts: Sequence[str]) -> Iterator[Finding]:
    listed = {one for one in record["receipts"] if is_receipt(one)}
    for text in receipts:
        own = as_receipt(text)
        if own is None:
            yield Finding(False, f"your receipt {text!r}: it has not 64 hexadecimal digits")
        else:
            there = "is in the record" if own in listed else "is not in the record"
            yield Finding(own in listed, f"your receipt {own[:8]}…: it {there}")
