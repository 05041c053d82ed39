"""The wave record that everybody may read: counts, receipts and hashes, and nothing of an answer.

``docs/formats/wave-record.md``. Its counts per group are those of the publication, which are
protected already; what comes beside them, links used per group, is protected here.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from analytics.disclosure.participation import suppress_counts
from analytics.disclosure.rules import DisclosureRules
from analytics.disclosure.table import DomainTree
from questionnaires.canonical import canonical_json
from survey_app.publishing.computing.told_reach import told_reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from survey_app.publishing.inputs.wave_inputs import WaveInputs

FORMAT: Final = 2
_LEVELS: Final = ("region", "unit")
type Key = tuple[str, str]


def wave_record(inputs: WaveInputs, domains: Sequence[Mapping[str, Any]]) -> bytes:
    """Write the record of a wave.

    Parameters
    ----------
    inputs : WaveInputs
        With ``opening``.
    domains : sequence of mapping
        The publication's rows of domains, with their protected counts.

    Returns
    -------
    bytes
        Canonical JSON.
    """
    opening, counted = inputs.opening, inputs.record
    if opening is None:
        raise ValueError(f"the wave {inputs.data.key!r} comes without its opening")
    key_list = json.loads(opening.key_list) if opening.key_list else None
    open_link = inputs.data.population == "open" and not counted["invited"]
    return canonical_json(
        {
            "format": FORMAT,
            "wave": inputs.data.key,
            "questionnaire": inputs.data.questionnaire.hash,
            "plan": inputs.wave["plan_hash"],
            "minimum_group": inputs.data.minimum_group,
            "suite": key_list["suite"] if key_list and key_list["groups"] else None,
            "key_list_hash": hashlib.sha256(opening.key_list).hexdigest()
            if opening.key_list
            else None,
            # who opened the urn; only the worker can tell that its key is destroyed
            "keys_held_by": "trustees"
            if key_list and len(key_list["urn"]["keys"]) > 1
            else "worker",
            "opened_on": opening.opened_on,
            "closed_on": opening.closed_on,
            "totals": {
                "invited": None if open_link else counted["invited"],
                "credentials": None if open_link else counted["credentials"],
                "replaced": counted["replaced"],
                "ballots": counted["accepted"],
                "refused": counted["refused"],
                "screened_out": counted["screened_out"],
                "not_stored": counted["not_stored"],
                "unused_credentials": None if open_link else counted["unused_credentials"],
                **told_reach(counted, inputs.data.minimum_group),
            },
            "alarms": counted["alarms"],
            "groups": _groups(inputs, domains),
            "receipts": counted["receipts"],
            "response_set_hash": inputs.response_set_hash,
        }
    )


def hash_of(record: bytes) -> str:
    """Name a record by its exact bytes."""
    return f"sha256:{hashlib.sha256(record).hexdigest()}"


def _groups(inputs: WaveInputs, domains: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give each group that the publication counts answers of; of others, nothing."""
    shown = [one for one in domains if one["level"] in _LEVELS and one["answered"] is not None]
    if not shown:
        return []
    links = _links_that_may_be_told(inputs, domains)
    return [
        {
            "level": one["level"],
            "group": one["code"],
            "parent": one["parent"],
            "invited": one["invited"],
            "credentials": links.get((one["level"], one["code"])),
            "ballots": one["answered"],
            "bound": one["bound"],
        }
        for one in shown
    ]


def _links_that_may_be_told(
    inputs: WaveInputs, domains: Sequence[Mapping[str, Any]]
) -> dict[Key, int]:
    """Choose the groups whose number of used links gives no small group away.

    Ballots are told already, so what links add is how many credentials stayed unused: a count of
    persons like others. It is told where it is 0 or at least k, and where what is left of a total
    is at least max(10, k), in two groups or more (anonymity-design.md 7.2, 7.3).
    """
    counted = inputs.record
    k = inputs.data.minimum_group
    rules = DisclosureRules(minimum_group=k)
    tree = DomainTree.staff(inputs.data.frame.assign(unit_type=""))
    told = {(one["level"], one["code"]): one for one in domains if not one["bound"]}
    links: dict[Key, int | None] = {
        (one["level"], one["domain"]): one["credentials"] for one in counted["domains"]
    } | {("agency", ""): counted["credentials"]}
    unused = np.zeros(len(tree.keys), dtype=np.int64)
    small = np.ones(len(tree.keys), dtype=bool)
    for at, key in enumerate(tree.keys):
        row, used = told.get(key, {}), links.get(key)
        if used is None or row.get("answered") is None:
            continue
        unused[at] = max(used - row["answered"], 0)
        enough_silent = row["invited"] - used >= k
        small[at] = not enough_silent or 0 < abs(used - row["answered"]) < k
    if counted["credentials"] != counted["accepted"]:
        small = suppress_counts(unused, small, tree=tree, rules=rules)
        # the whole is told in any case: with it hidden here, no part is safe
        if small[tree.keys.index(("agency", ""))]:
            return {}
    return {
        key: used
        for key, hidden in zip(tree.keys, small, strict=True)
        if not hidden and (used := links[key]) is not None
    }
