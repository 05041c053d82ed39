"""What a publication was made with, so that it can be made again."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from questionnaires.editions import asked_versions
from survey_app.publishing.computing.wave_record import hash_of
from survey_app.publishing.releasing.made_by import Maker
from survey_app.publishing.releasing.made_from import made_from

if TYPE_CHECKING:
    from uuid import UUID

    from survey_app.publishing.computing.compute import Computed
    from survey_app.publishing.inputs.wave_inputs import WaveInputs


def manifest(
    publication: UUID, inputs: WaveInputs, computed: Computed, reason: str = ""
) -> dict[str, Any]:
    """Write down hashes, versions and parameters of a publication, and why it corrects others."""
    data = inputs.data
    parameters: dict[str, Any] = {
        "minimum_group": data.minimum_group,
        "invited_everybody": data.invited_everybody,
        "panel": data.panel,
        "earlier": [one.meta.key for one in inputs.earlier],
        "confidence": 0.95,
        "verdict_margins": inputs.verdict_margins.named(),
        "instrument": data.questionnaire.form.instrument,
        # what the content of now calls it: what was asked is the questionnaire's hash
        "instrument_versions": list(asked_versions(data.questionnaire)),
    }
    if inputs.versions:
        # what it was audited with, as it cannot be taken back
        parameters["corrects"] = [
            f"sha256:{hashlib.sha256(content).hexdigest()}" for content in inputs.versions
        ]
        parameters["reason"] = reason
    if inputs.year_before:
        before = inputs.year_before
        parameters["yearly"] = {
            "year": before.year,
            "waves": [one.meta.key for one in before.pulses],
        }
    if inputs.population is not None:
        parameters["margins"] = inputs.population.facts()
    return {
        "publication_id": str(publication),
        "questionnaire_hash": data.questionnaire.hash,
        "response_set_hash": inputs.response_set_hash,
        "plan_hash": computed.plan_hash,
        "wave_record_hash": hash_of(computed.record),
        **asdict(Maker.here()),
        "made_from": made_from(inputs),
        "parameters": parameters,
        "content_hash": computed.content_hash,
    }
