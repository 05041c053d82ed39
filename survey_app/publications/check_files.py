"""Check a wave from its files alone: record, key list, publication, receipts. Pure.

``docs/formats/wave-record.md`` says which check finds which kind of tampering.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from survey_app.publications.check_record import check_record
from survey_app.publications.receipts import as_receipt, is_receipt
from survey_app.publications.untold import figures_not_shown, figures_of_few
from survey_app.publications.wave_files import (
    KEY_LIST,
    PUBLICATION,
    RECORD,
    FileVerdict,
    WaveFiles,
    read_wave_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


def check_files(
    files: Mapping[str, bytes], *, receipts: Sequence[str] = (), keys_hash: str | None = None
) -> list[FileVerdict]:
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
    list of FileVerdict
        What was checked, in order; everything is right when all of them hold.
    """
    held = WaveFiles()
    findings = list(read_wave_files(files, held))
    records = held.of(RECORD)
    if len({content for _, content, _ in records}) != 1:
        number = "no wave record" if not records else "different wave records"
        sentence = f"{number} among the files: give one (/records/WAVE.json)"
        return [*findings, FileVerdict(False, sentence)]
    content, record = records[0][1:]
    return [
        *findings,
        *check_record(record),
        *_built(KEY_LIST, _key_lists(record, held, keys_hash)),
        *_built(PUBLICATION, _publication(record, content, held)),
        *_own_receipts(record, receipts),
    ]


def _built(kind: str, findings: Iterator[FileVerdict]) -> list[FileVerdict]:
    """Turn a file that is built otherwise inside into a finding."""
    found: list[FileVerdict] = []
    try:
        found.extend(findings)
    except (AttributeError, KeyError, TypeError):
        found.append(FileVerdict(False, f"the {kind} is not built as one is: download it again"))
    return found


def _key_lists(
    record: Mapping[str, Any], held: WaveFiles, keys_hash: str | None
) -> Iterator[FileVerdict]:
    named = record["key_list_hash"]
    if keys_hash is not None:
        given = "".join(keys_hash.split()).lower()
        yield FileVerdict(
            given == named, "key list: the check sum in the invitation is the record's"
        )
    lists = held.of(KEY_LIST)
    if len({content for _, content, one in lists if one["wave"] == record["wave"]}) > 1:
        yield FileVerdict(
            False,
            "key list: two different ones for one wave: respondents were given different keys, "
            "which could tell them apart. This is a breach: keep the files, and tell the union "
            "and the data protection officer",
        )
    for name, content, plain in lists:
        yield FileVerdict(
            hashlib.sha256(content).hexdigest() == named,
            f"{name}: the key list that the record names",
        )
        yield from _same(name, plain, record, ("wave", "questionnaire", "plan"))
        signs = bool(plain["groups"])
        yield FileVerdict(
            record["suite"] == (plain["suite"] if signs else None),
            f"{name}: the way of signing that the record names",
        )
        yield _held_by(name, plain, record)
    if not lists:
        yield FileVerdict(True, "key list: not given, so not compared", looked_at=False)


def _held_by(name: str, plain: Mapping[str, Any], record: Mapping[str, Any]) -> FileVerdict:
    holders = "trustees" if len(plain["urn"]["keys"]) > 1 else "worker"
    if "keys_held_by" not in record:
        sentence = f"{name}: the urn was locked by the {holders}; the record is too old to say"
        return FileVerdict(True, sentence, looked_at=False)
    return FileVerdict(
        record["keys_held_by"] == holders,
        f"{name}: the urn was locked by the {holders}, as the record says",
    )


def _same(
    name: str, plain: Mapping[str, Any], record: Mapping[str, Any], names: Iterable[str]
) -> Iterator[FileVerdict]:
    other = [one for one in names if plain[one] != record[one]]
    if other:
        yield FileVerdict(False, f"{name}: of another {' and '.join(other)} than the record")
    else:
        yield FileVerdict(True, f"{name}: of the same {', '.join(names)} as the record")


def _publication(
    record: Mapping[str, Any], content: bytes, held: WaveFiles
) -> Iterator[FileVerdict]:
    files = held.of(PUBLICATION)
    if not files:
        yield FileVerdict(True, "publication: not given, so not compared", looked_at=False)
    for name, _, plain in files:
        facts = {
            "wave": plain["wave"]["key"],
            "questionnaire": plain["questionnaire"],
            "plan": plain["plan_hash"],
        }
        yield from _same(name, facts, record, ("wave", "questionnaire", "plan"))
        yield FileVerdict(
            plain["wave_record_hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}",
            f"{name}: it names exactly this record",
        )
        yield FileVerdict(
            plain["response_set_hash"] == record["response_set_hash"],
            f"{name}: made from the set of responses that the record names",
        )
        yield from _same_counts(name, plain, record)
        yield from _protected(name, plain)


def _same_counts(
    name: str, plain: Mapping[str, Any], record: Mapping[str, Any]
) -> Iterator[FileVerdict]:
    response, totals = plain["response"], record["totals"]
    pairs = [
        (response["answers"], totals["ballots"]),
        (response["screened_out"], totals["screened_out"]),
    ]
    if response["invited"] is not None:
        pairs.append((response["invited"], totals["invited"]))
    yield FileVerdict(
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
    yield FileVerdict(
        not other,
        f"{name}: the record's counts of each group"
        + (f", but for {', '.join(sorted(other))}" if other else ""),
    )


def _protected(name: str, plain: Mapping[str, Any]) -> Iterator[FileVerdict]:
    yield FileVerdict(
        not any(figures_of_few(plain)),
        f"{name}: no figure is of fewer people than the minimum group",
    )
    yield FileVerdict(
        not any(figures_not_shown(plain)), f"{name}: what is not shown holds no figure"
    )


def _own_receipts(record: Mapping[str, Any], receipts: Sequence[str]) -> Iterator[FileVerdict]:
    listed = {one for one in record["receipts"] if is_receipt(one)}
    for text in receipts:
        own = as_receipt(text)
        if own is None:
            yield FileVerdict(False, f"your receipt {text!r}: it has not 64 hexadecimal digits")
        else:
            there = "is in the record" if own in listed else "is not in the record"
            yield FileVerdict(own in listed, f"your receipt {own[:8]}…: it {there}")
