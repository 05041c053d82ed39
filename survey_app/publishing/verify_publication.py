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
from survey_app.publishing.wave_inputs import read_inputs

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
            "SELECT wave_key, content, content_hash, manifest FROM publications.publication"
            " WHERE id = $1",
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
    inputs = await read_inputs(row["wave_key"])
    again = await asyncio.to_thread(compute, inputs)
    return _compare(publication, way, row["content"], again.content)


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
