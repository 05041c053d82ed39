"""Make a publication again and compare; tell another programme from a change."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from analytics.errors import AnalyticsError
from survey_app.asking.writing import writing
from survey_app.publications.formats import read_content
from survey_app.publications.store import StoredPublication, find_publication
from survey_app.publishing.computing.compute import compute
from survey_app.publishing.computing.wave_record import hash_of, wave_record
from survey_app.publishing.errors import ResponsesChangedError, UnknownPublicationError
from survey_app.publishing.inputs.wave_inputs import WaveInputs, read_inputs
from survey_app.publishing.releasing.differences import TOLERANCE, difference, first_difference
from survey_app.publishing.releasing.explain_difference import explanation, other
from survey_app.publishing.releasing.made_by import Maker
from survey_app.publishing.releasing.shelf_copies import differing_copy

_ALARM: Final = (
    "yet this very programme made it from the same answers: find out why before anybody relies on"
    " it"
)
# what records of the first days do not tell (docs/formats/wave-record.md)
_LATER_IN_RECORDS: Final = frozenset({"keys_held_by"})


class Recomputation(StrEnum):
    """What verifying can find; the first two are as it should be."""

    SAME = "same"
    SAME_VALUES = "same values"
    EXPLAINED = "explained"
    UNEXPLAINED = "unexplained"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found.

    Parameters
    ----------
    verdict : Recomputation
        ``SAME``: recomputed to the byte. ``SAME_VALUES``: another programme computes every value
        within 1e-8. ``EXPLAINED``: it differs, and another programme made it, or what it was made
        from was corrected since. ``UNEXPLAINED``: it differs though this very programme made it.
        ``CHANGED``: what is stored is not what its own hash, the wave record or the responses say,
        whoever made it.
    sentence : str
        What was compared and found, for the command line.
    """

    publication: UUID
    verdict: Recomputation
    sentence: str

    @property
    def agrees(self) -> bool:
        """Whether it is the same."""
        return self.verdict in {Recomputation.SAME, Recomputation.SAME_VALUES}


async def recompute(publication: UUID) -> Verification:
    """Recompute a publication from the responses while they exist.

    Raises
    ------
    UnknownPublicationError
        If there is none with this id.
    ResponsesGoneError
        If the responses are deleted; what is stored was looked at before.
    """
    stored = await _read(publication)
    if back := stored.manifest.get("retracted"):
        return await _recompute_retracted(publication, stored, UUID(back["publication"]))
    wrong = _misnamed(stored) or await differing_copy(publication, stored.content)
    if wrong:
        return Verification(publication, Recomputation.CHANGED, wrong)
    try:
        inputs = await read_inputs(stored.wave_key, version=stored.version)
    except ResponsesChangedError as changed:
        return Verification(publication, Recomputation.CHANGED, str(changed))
    if wrong := _misrecorded(stored.record, inputs):
        return Verification(publication, Recomputation.CHANGED, wrong)
    verdict, sentence = await _compared(stored, inputs)
    return Verification(publication, verdict, sentence)


async def _recompute_retracted(
    publication: UUID, stored: StoredPublication, first: UUID
) -> Verification:
    """Recompute what was taken back: whatever takes it back has the same content."""
    if stored.content != (await _read(first)).content:
        wrong = f"it does not hold what it takes back, {first}: it was changed"
        return Verification(publication, Recomputation.CHANGED, wrong)
    found = await recompute(first)
    return replace(found, publication=publication, sentence=f"taken back; {found.sentence}")


async def _read(publication: UUID) -> StoredPublication:
    async with writing() as link:
        stored = await find_publication(link, publication)
    if stored is None:
        raise UnknownPublicationError(f"there is no publication {publication}")
    return stored


def _misnamed(stored: StoredPublication) -> str | None:
    """Hold content, manifest and wave record against the names that they give one another."""
    name = f"sha256:{hashlib.sha256(stored.content).hexdigest()}"
    if not name == stored.content_hash == stored.manifest["content_hash"]:
        return "the stored content is not what its hash and manifest say: it was changed"
    named = read_content(stored.content)["wave_record_hash"]
    if named is None and "wave_record_hash" not in stored.manifest:
        return None  # it is of the days before there were any
    if stored.record is None:
        return "its wave record is not on the shelf"
    if named == stored.manifest["wave_record_hash"] == hash_of(stored.record):
        return None
    return "the wave record on the shelf is not the one that content and manifest name"


def _misrecorded(record: bytes | None, inputs: WaveInputs) -> str | None:
    """Compare the record with what was counted; its groups follow the rules of their own day."""
    if record is None:
        return None
    told: dict[str, Any] = json.loads(record)
    counted = json.loads(wave_record(inputs, ())) | {"groups": told["groups"]}
    for name in _LATER_IN_RECORDS - told.keys():
        del counted[name]
    if (place := first_difference(told, counted, "wave record")) is None:
        return None
    return f"the wave record is not what was counted when the urn was emptied, first at {place}"


async def _compared(stored: StoredPublication, inputs: WaveInputs) -> tuple[Recomputation, str]:
    maker, here = Maker.of(stored.manifest), Maker.here()
    try:
        again = (await asyncio.to_thread(compute, inputs)).content
    except AnalyticsError as refused:
        place: str | None = ""
        found = f"recomputed: it would not be published, since {refused}"
    else:
        if again == stored.content:
            return Recomputation.SAME, f"recomputed: the same {len(again):,} bytes"
        place = difference(stored.content, again, loosely=maker != here)
        found = f"recomputed: it differs, first at {place or 'how it is written'}"
    if maker != here and place is None:
        return (
            Recomputation.SAME_VALUES,
            f"recomputed: every value within {TOLERANCE:g}; {other(maker)}",
        )
    if maker != here:
        return Recomputation.EXPLAINED, f"{found}; {other(maker)}; {_untouched(stored)}"
    reason, harmless = await explanation(stored.manifest["made_from"], inputs)
    if harmless:
        return Recomputation.EXPLAINED, f"{found}; {reason}; {_untouched(stored)}"
    if reason:
        return Recomputation.CHANGED, f"{found}; {reason}"
    return Recomputation.UNEXPLAINED, f"{found}; {_ALARM}"


def _untouched(stored: StoredPublication) -> str:
    says = "its hash says" if stored.record is None else "its hash and its wave record say"
    return f"what is stored is what {says}"
