"""Make a publication again and compare."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from survey_app.asking.writing import writing
from survey_app.publishing.compute import compute
from survey_app.publishing.errors import UnknownPublicationError
from survey_app.publishing.manifest import code_version, lock_hash
from survey_app.publishing.wave_inputs import WaveInputs, read_inputs
from survey_app.publishing.wave_record import hash_of, wave_record

if TYPE_CHECKING:
    from uuid import UUID

TOLERANCE: Final = 1e-8


@dataclass(frozen=True, slots=True)
class Verification:
    """What recomputing found.

    Parameters
    ----------
    way : str
        ``bytes`` when made with the same programme and libraries, else ``values`` (to 1e-8).
    agrees : bool
        Whether it is the same.
    sentence : str
        What was compared and found, for the command line.
    """

    publication: UUID
    way: Literal["bytes", "values"]
    agrees: bool
    sentence: str


async def verify_publication(publication: UUID) -> Verification:
    """Recompute a publication from the responses while they exist.

    Raises
    ------
    UnknownPublicationError
        If there is none with this id.
    PublishingError
        If the responses are gone or are not those that were published.
    """
    async with writing() as link:
        row = await link.fetchrow(
            "SELECT p.wave_key, p.version, p.content, p.content_hash, p.manifest,"
            " r.content AS record FROM publications.publication p"
            " LEFT JOIN publications.wave_record r ON r.wave = p.wave WHERE p.id = $1",
            publication,
        )
    if row is None:
        raise UnknownPublicationError(f"there is no publication {publication}")
    stored_hash = f"sha256:{hashlib.sha256(row['content']).hexdigest()}"
    made_with = json.loads(row["manifest"])
    same_tools = (made_with["code_version"], made_with["lock_hash"]) == (
        code_version(),
        lock_hash(),
    )
    way: Literal["bytes", "values"] = "bytes" if same_tools else "values"
    if stored_hash != row["content_hash"] or stored_hash != made_with["content_hash"]:
        sentence = "the stored content is not what its hash and manifest say: it was changed"
        return Verification(publication, way, False, sentence)
    if wrong := _misnamed(row["record"], json.loads(row["content"]), made_with):
        return Verification(publication, way, False, wrong)
    inputs = await read_inputs(row["wave_key"], version=row["version"])
    if wrong := _misrecorded(row["record"], inputs):
        return Verification(publication, way, False, wrong)
    again = await asyncio.to_thread(compute, inputs)
    return _compare(publication, way, row["content"], again.content)


def _misnamed(
    record: bytes | None, content: dict[str, Any], made_with: dict[str, Any]
) -> str | None:
    if record is None:
        return "its wave record is not on the shelf"
    name = hash_of(record)
    if name == content["wave_record_hash"] == made_with["wave_record_hash"]:
        return None
    return "the wave record on the shelf is not the one that content and manifest name"


def _misrecorded(record: bytes | None, inputs: WaveInputs) -> str | None:
    """Compare the record with what was counted; its groups follow the rules of their own day."""
    stored = json.loads(record or b"{}")
    counted = json.loads(wave_record(inputs, ())) | {"groups": stored.get("groups")}
    if (place := first_difference(stored, counted, "wave record")) is None:
        return None
    return f"the wave record is not what was counted when the urn was emptied, first at {place}"


def _compare(
    publication: UUID, way: Literal["bytes", "values"], stored: bytes, again: bytes
) -> Verification:
    if stored == again:
        sentence = f"recomputed: the same {len(stored):,} bytes"
        return Verification(publication, "bytes", True, sentence)
    place = first_difference(json.loads(stored), json.loads(again))
    if place is None:
        # the same values in other bytes: agreed on only where tools differ
        agrees = way == "values"
        tools = "other tools" if agrees else "the same tools, so the bytes should agree too"
        sentence = f"recomputed with {tools}: every value within {TOLERANCE:g}"
        return Verification(publication, way, agrees, sentence)
    sentence = f"recomputed: it differs, first at {place}"
    return Verification(publication, way, False, sentence)


def first_difference(one: Any, other: Any, place: str = "content") -> str | None:  # noqa: ANN401
    """Return where two contents first differ by more than 1e-8, or None."""
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return place
        pairs = [(one[key], other[key], f"{place}.{key}") for key in one]
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return place
        pairs = [(a, b, f"{place}[{at}]") for at, (a, b) in enumerate(zip(one, other, strict=True))]
    elif _is_number(one) and _is_number(other):
        return None if math.isclose(one, other, rel_tol=0, abs_tol=TOLERANCE) else place
    else:
        return None if type(one) is type(other) and one == other else place
    return next((found for a, b, at in pairs if (found := first_difference(a, b, at))), None)


def _is_number(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool)
