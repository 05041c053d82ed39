"""What a publication was made from besides its responses, named so that a later change is seen.

A publication is compared with earlier waves, and those may be corrected after it; the campaign file
may be imported anew with other words. Then it cannot be made again, and nobody has changed it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from questionnaires.canonical import content_hash
from questionnaires.loader import load_library

if TYPE_CHECKING:
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

WAVE: Final = "wave"
CONTENT: Final = "content"


def made_from(inputs: WaveInputs) -> dict[str, Any]:
    """Name all that a publication follows from, its responses and the programme aside.

    Returns
    -------
    dict
        ``wave`` for what the register says of the wave itself; ``earlier`` with a name for what is
        kept of each wave that it was compared with, by key; ``content`` for what the agency may
        write otherwise at any time, since no version freezes it.
    """
    data = inputs.data
    of_the_wave = {
        "campaign": inputs.campaign,
        "wave": inputs.wave | {"results_day": inputs.wave["results_day"].isoformat()},
        "domains": inputs.domains,
        "minimum_group": data.minimum_group,
        "whom": [data.kind, data.invited_everybody, data.panel],
    }
    return {
        WAVE: content_hash(of_the_wave),
        "earlier": _earlier(inputs),
        CONTENT: content_hash(_of_today()),
    }


def _of_today() -> dict[str, Any]:
    """Give what outcomes are explained by, and what items do not measure, as content says today."""
    known = load_library()
    outcomes = [
        [one.id, one.measure, [[name, name in known.retired] for name in one.predictors]]
        for one in known.drivers
    ]
    return {"drivers": outcomes, "weak_links": sorted(map(list, known.weak_links))}


def _earlier(inputs: WaveInputs) -> dict[str, str]:
    kept: dict[str, list[Any]] = {}
    for one in inputs.earlier:
        kept.setdefault(one.meta.key, []).append([_hash(one.table), _hash(one.content or b"")])
    for pulse in inputs.year_before.pulses if inputs.year_before else ():
        parts = [pulse.table, *pulse.contents]
        kept.setdefault(pulse.meta.key, []).append([_hash(part) for part in parts])
    for shown in inputs.history:
        place = [shown.level, shown.domain, shown.n, shown.population]
        kept.setdefault(shown.wave, []).append([*place, shown.mean, shown.se])
    for key, figures in inputs.past.shown.groupby("wave", sort=True):
        kept.setdefault(str(key), []).append(figures.to_csv(index=False))
    return {key: content_hash(parts) for key, parts in kept.items()}


def _hash(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
