"""Who was invited and who answered, per domain of a publication, as far as it may be told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from analytics.disclosure.participation import protect_participation
from analytics.disclosure.table import DomainTree
from survey_app.asking.campaigns.key_groups import Invited, key_groups_of
from survey_app.publications.formats import read_content
from survey_app.publishing.computing.canonical import LEVELS, plain
from survey_app.publishing.computing.covering import counts_behind, units_that_cover
from survey_app.publishing.computing.homes import homes_of
from survey_app.publishing.computing.names import group_names, unit_type_names
from survey_app.publishing.inputs.counted import RECORD_FORMAT, WHOLE
from survey_app.publishing.inputs.stored import domains_then

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from analytics.disclosure.table import DomainKey, Plan
    from survey_app.publishing.inputs.wave_inputs import WaveInputs

LOW_RATE: Final = 0.40


def uncounted(domains: Iterable[Mapping[str, Any]]) -> dict[DomainKey, int]:
    """Name the places of staff whose number of answers is not told, and how many were invited."""
    rows = list(domains)
    told = counted_rows(rows)
    places = (((row["level"], row["code"]), row["invited"]) for row in rows)
    return {key: invited for key, invited in places if key not in told and invited is not None}


def group_domains(inputs: WaveInputs, estimates: pd.DataFrame, plan: Plan) -> list[dict[str, Any]]:
    """List the whole and the groups of the public that have rows, in the order of pages."""
    questionnaire, kept = inputs.data.questionnaire, inputs.data.background
    found = estimates.loc[estimates["level"] == "group", "domain"].unique()
    order = {code: at for at, code in enumerate(_group_order(plan))}
    groups = sorted(found, key=lambda code: (order.get(code, len(order)), code))
    return [
        _row("agency", "", "", "", ""),
        *(_row("group", code, "", group_names(questionnaire, code, kept), "") for code in groups),
    ]


def _group_order(plan: Plan) -> list[str]:
    return [domain.code for domain in plan.tree.domains if domain.level == "group"]


def _row(
    level: str, code: str, parent: str, name: object, kind: str, **facts: object
) -> dict[str, Any]:
    """Write one domain; counts that may not be told are null."""
    empty = dict.fromkeys(("population", "invited", "answered", "rate"))
    return {
        "level": level,
        "code": code,
        "parent": parent,
        "name": name,
        "kind": kind,
        "members": [],
        **empty,
        "bound": "",
        "low_rate": False,
        "status": "published",
        **facts,
    }


def counted_in(content: Mapping[str, Any]) -> set[DomainKey]:
    """Name the domains of a publication whose count of answers is told, exactly.

    Parameters
    ----------
    content : mapping
        Its ``domains`` and ``estimates``.

    Returns
    -------
    set of (level, code)
        Those with a count of their own, and those with an n beside a figure, as there was beside
        each of them once (docs/changelog.md).
    """
    beside = {
        (row["level"], row["domain"])
        for row in content["estimates"]
        if row.get("n") is not None and row["level"] != "group"
    }
    return counted_rows(content["domains"]) | beside


def counted_rows(domains: Iterable[Mapping[str, Any]]) -> set[DomainKey]:
    """Name the domains whose own row tells how many answered; the whole is told elsewhere, too."""
    told = (row for row in domains if row["answered"] is not None and not row["bound"])
    return {("agency", ""), *((row["level"], row["code"]) for row in told)}


def staff_domains(
    inputs: WaveInputs, plan: Plan, seen: Mapping[DomainKey, int] | None = None
) -> list[dict[str, Any]]:
    """List the domains of staff with their protected counts, in the order of pages.

    ``seen`` says how many answered at least in places of which figures are shown.
    """
    frame = inputs.data.frame
    group = key_groups(frame, inputs.data.minimum_group)
    # answers of a unit with too few are counted, and were invited, where they are stored
    home = _homes(inputs, group)
    kinds = home.map(frame.set_index("unit")["unit_type"]).fillna("")
    counted = frame.assign(
        home=home, unit_type=kinds, region=frame["region"].where(home != WHOLE, WHOLE)
    )
    homes = {*home, *counted["region"]}
    fewest, most = _told_in_the_field(inputs, home)
    told = protect_participation(
        _counts(counted, "invited", "home"),
        _answered(inputs),
        tree=_counted_tree(plan.tree, homes),
        rules=plan.rules,
        # the response table and the wave record tell how many answered in all
        known={("agency", "")},
        earlier=[
            (_counted_tree(domains_then(version), homes), counted_in(version))
            for version in map(read_content, inputs.versions)
        ],
        seen=Counter(seen or {}) | _of_covering(inputs, plan) | fewest,
        at_most=most,
        behind=counts_behind(inputs, plan, group, home),
    )
    counts = {(row["level"], row["domain"]): row for row in told.to_dict("records")}
    names = {(one["level"], one["code"]): one for one in inputs.domains}
    people = _counts(frame.assign(home=frame["unit"]), "population", "home")
    rows = []
    for domain in plan.tree.domains:
        key = (domain.level, domain.code)
        count = counts.get(key) or _not_counted(domain.code, frame)
        stored = names.get(key, {})
        rate = plain(count["rate"])
        rows.append(
            _row(
                domain.level,
                domain.code,
                domain.parent,
                unit_type_names(domain.code)
                if domain.level == "unit_type"
                else stored.get("name", ""),
                domain.unit_type,
                members=list(stored.get("members") or []),
                population=people.get(key),
                invited=plain(count["invited"]),
                answered=plain(count["answered"]),
                rate=rate,
                bound=count["bound"] or "",
                low_rate=rate is not None and rate < LOW_RATE,
                status=count["status"],
            )
        )
    place = {key: at for at, key in enumerate(names)}
    return sorted(
        rows,
        key=lambda row: (
            LEVELS[row["level"]],
            place.get((row["level"], row["code"]), len(place)),
            row["code"],
        ),
    )


def _of_covering(inputs: WaveInputs, plan: Plan) -> Counter[DomainKey]:
    """Say how many answered at least where the answers of units are stored that cover a small one.

    What stands in the place of their figures says that they do, and so that as many answered there
    as a mean needs.
    """
    moved: dict[str, str] = inputs.record.get("moved", {})
    enough = plan.rules.limit("staff_mean") or 0
    found: Counter[DomainKey] = Counter()
    for code in units_that_cover(inputs, plan):
        for level in ("rest", "region"):
            found[level, moved[code]] += enough
    return found


def _told_in_the_field(
    inputs: WaveInputs, home: pd.Series
) -> tuple[Counter[DomainKey], dict[DomainKey, int]]:
    """Say how many answered at least and at most where answers are stored, as its last night told.

    Since then more have come, as everybody can count, and a link may have given no ballot, or two.
    """
    counted = inputs.record
    if not (told := counted.get("field")):
        return Counter(), {}
    links = counted["credentials"] + counted["replaced"]
    fewest: Counter[DomainKey] = Counter()
    most: Counter[DomainKey] = Counter()
    frame = inputs.data.frame
    for unit, invited, code in zip(frame["unit"], frame["invited"], home, strict=True):
        low, high = told["units"].get(unit, (0, invited))
        place = ("unit" if code == unit else "rest", code)
        fewest[place] += low
        most[place] += high
    lost, since = links - counted["accepted"], max(links - told["whole"], 0)
    return (
        Counter({place: low - lost for place, low in fewest.items() if low > lost}),
        {place: int(high) + since for place, high in most.items()},
    )


def _homes(inputs: WaveInputs, group: pd.Series) -> pd.Series:
    """Say under which code the people of each unit are counted."""
    moved: dict[str, str] = inputs.record.get("moved", {})
    if inputs.record.get("format", RECORD_FORMAT) < RECORD_FORMAT:
        frame, codes = inputs.data.frame, inputs.data.domains
        assert codes is not None
        regions = dict(zip(frame["unit"], frame["region"], strict=True))
        moved = homes_of(set(group), regions, codes, moved)
    return group.map(lambda code: moved.get(code, code))


def key_groups(frame: pd.DataFrame, minimum_group: int) -> pd.Series:
    """Return the code that each unit's ballots carry, as when the wave was opened.

    Parameters
    ----------
    frame : DataFrame
        Columns unit, region, invited.
    minimum_group : int
        k.
    """
    columns = frame[["unit", "region", "invited"]].itertuples(index=False, name=None)
    codes = key_groups_of([Invited(*row) for row in columns], minimum_group)
    return frame["unit"].map(codes)


def _counted_tree(tree: DomainTree, homes: set[str]) -> DomainTree:
    """Leave out what has its answers counted elsewhere, and types without any other unit.

    That they are is plain to see, so their nothing is no secret that could cover another count. A
    region that an earlier version had, and whose units all stand in others since, is one of those
    that held them.
    """
    units = [one for one in tree.domains if one.level == "unit" and one.code in homes]
    types = {one.unit_type for one in units}
    regions = homes | {one.parent for one in units}
    kept = [one for one in tree.domains if one.level == "region" and one.code in regions]
    kept += [one for one in tree.domains if one.level == "unit_type" and one.code in types]
    return DomainTree((*kept, *units))


def _not_counted(code: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Say how many were invited where another count holds their answers."""
    own = frame.loc[(frame["unit"] == code) | (frame["region"] == code), "invited"]
    nothing = dict.fromkeys(("answered", "rate"))
    invited = int(own.sum()) if len(own) else None
    return {"invited": invited, "bound": "", "status": "suppressed_primary", **nothing}


def _counts(frame: pd.DataFrame, what: str, unit: str) -> dict[tuple[str, str], int]:
    counts = {("agency", ""): int(frame[what].sum())}
    for level, column in (("region", "region"), ("unit_type", "unit_type"), ("unit", unit)):
        sums = frame.groupby(column)[what].sum()
        counts |= {(level, str(code)): int(count) for code, count in sums.items()}
    return counts


def _answered(inputs: WaveInputs) -> dict[tuple[str, str], int]:
    domains = inputs.data.domains
    assert domains is not None
    frame = inputs.data.frame.set_index("unit")
    region = domains.map(frame["region"]).fillna(domains)
    counts = {("agency", ""): len(domains)}
    for level, column in (
        ("region", region),
        ("unit_type", domains.map(frame["unit_type"])),
        ("unit", domains[domains.isin(frame.index)]),
    ):
        counts |= {(level, str(code)): int(n) for code, n in column.value_counts().items()}
    return counts
