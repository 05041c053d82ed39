"""Publications of every format, read as the present one: the only door to their content.

What lies on the shelf never changes, so a later programme meets every format that was ever
published. ``UPGRADES`` takes a content from each format to the next; nothing else asks how old one
is. ``docs/formats/publication.md`` says how a new format is added.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import msgspec

from questionnaires.margins import Margins
from survey_app.publications.untold import told_beside, without_untold

FORMAT: Final = 6
type Content = dict[str, Any]

# what came while every content still said 1, some without the one and some without the other
_NAMES: Final = ("plan_hash", "response_set_hash", "wave_record_hash")
_TABLES: Final = ("yearly", "agreement", "trends", "drivers", "statements")
# counted in the answers; once told of the whole, and since then of nobody (docs/changelog.md)
_COUNTED: Final = frozenset({"share", "floor", "ceiling", "deff"})
_OF_UNITS: Final = frozenset({"min", "max", "n_eff"})
# what findings went by until format 3: the difference of two waves, and a test of it
BEFORE: Final = "differences"
# and what they went by in format 3: the courses of all places, with other words for how sure it is
FIRST_COURSES: Final = "courses-1"
# and in formats 4 and 5, which asked for a smaller chance
SECOND_COURSES: Final = "courses-2"


def read_content(stored: bytes) -> Content:
    """Read a publication of any format as the present one.

    Parameters
    ----------
    stored : bytes
        As it lies on the shelf.

    Returns
    -------
    dict
        Each row of ``changes`` has the words for the wave it is measured from, too. Rows of means,
        changes and the path have what ``nonresponse`` says of them: ``range_low`` and
        ``range_high``, and ``tipping_lower``, ``tipping_higher``, ``tipping_gone`` and
        ``tipping_plausible``. Where it has no ``path``, that is empty.
    """
    content: Content = {"path": []} | _present(msgspec.json.decode(stored))
    labels = content["since_labels"]
    for row in content["changes"]:
        row["since_labels"] = labels.get(row["since"], {})
    _lay_beside(content["estimates"], content["nonresponse"], "ranges", "range")
    _lay_beside(content["changes"], content["nonresponse"], "tipping", "tipping")
    _lay_beside(content["path"], content["nonresponse"], "tipping", "tipping")
    return content


def read_plain_cells(stored: bytes) -> list[dict[str, Any]]:
    """Read the cells of ``estimates`` that have no category, and nothing else of a publication.

    Returns
    -------
    list of dict
        Means, and the balance. A suppressed cell has its key and its status; no row has what
        ``nonresponse`` says of it.
    """
    content = _upgraded(msgspec.json.decode(stored))
    return [told_beside(row, content) for row in content["estimates"] if not row["category"]]


_OF: Final = ("measure", "level", "domain", "since", "role")
_WHOLE: Final = {"level": "agency", "domain": ""}  # a path is of the whole, and does not say so


def _lay_beside(
    rows: list[dict[str, Any]], silent: Content | None, table: str, prefix: str
) -> None:
    """Give rows of means what is said of them in a table beside."""
    said = {tuple(one.get(name) for name in _OF): one for one in (silent or {}).get(table, ())}
    for row in rows if said else ():
        if row.get("statistic", "mean") != "mean":
            continue
        if found := said.get(tuple(row.get(name, _WHOLE.get(name)) for name in _OF)):
            row |= {f"{prefix}_{name}": value for name, value in found.items() if name not in _OF}


def mark_foreign(content: Content, places: Collection[tuple[str, str]]) -> Content:
    """Mark the places whose figures hold answers from other units, in their rows and figures.

    Parameters
    ----------
    content : dict
        Changed in place: rows of ``domains`` and of figures get ``foreign_answers``.
    places : collection of (level, code)
        What publications say of their wave beside the content, which never changes.
    """
    if places:
        for row in content["domains"]:
            if (row["level"], row["code"]) in places:
                row["foreign_answers"] = True
        for table in ("estimates", "changes", "pooled"):
            for row in content.get(table, ()):
                if (row["level"], row["domain"]) in places:
                    row["foreign_answers"] = True
    return content


def read_head(stored: str | Content) -> Content:
    """Read the part of a content that lists need, as the present format has it."""
    return _present(msgspec.json.decode(stored) if isinstance(stored, str) else stored)


def _upgraded(content: Content) -> Content:
    # a newer one is read as far as it is known
    while upgrade := UPGRADES.get(content["format"]):
        content = upgrade(content)
    return content


def _present(content: Content) -> Content:
    content = without_untold(_upgraded(content))
    # until 30 November counted over hidden places, too; no page reads it
    content.pop("left", None)
    if not content.get("weights"):
        return content
    population = content["campaign"]["population"]
    return content | {"weights": told_weights(content["weights"], population, content["domains"])}


def margins_in(content: Mapping[str, Any]) -> Margins:
    """Return the smallest changes that matter, by which the verdicts of a content were given.

    Parameters
    ----------
    content : mapping
        A publication or its head, of the present format. Where it names none, they are those of
        everybody before agencies had their own (docs/adr/0169).
    """
    return Margins.of(content.get("findings", {}).get("margins"))


def told_weights(
    weights: Mapping[str, Any], population: str, domains: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Give what is told of weights: of staff no design effect where a count is hidden.

    Weights of staff are people by answers, of all units, and of each unit the people are known. In
    an agency of few units one decimal of their design effect gave the answers of a region back.
    """
    if population != "staff" or "deff_kish" not in weights:
        return {**weights}
    hidden = any(row.get("answered") is None or row.get("bound") for row in domains)
    return {**weights} | ({"deff_kish": None} if hidden else {})


def _from_1(content: Content) -> Content:
    """Bring the first days to 2: all that they had in turn, and nothing that is told no more."""
    changes = [dict(row) for row in content.get("changes", ())]
    # at first they stood in every change
    labels = {row["since"]: row.pop("since_labels") for row in changes if "since_labels" in row}
    return (
        {"since_labels": labels, "margins": None}
        | dict.fromkeys(_NAMES)
        | {name: [] for name in _TABLES}
        | content
        | {
            "format": 2,
            "changes": changes,
            "warnings": _without_figures(content),
            "weights": _without_units(content),
        }
    )


def _without_figures(content: Content) -> list[dict[str, Any]]:
    shown = {
        row["measure"]
        for row in content.get("estimates", ())
        if (row["level"], row["statistic"], row["status"]) == ("agency", "mean", "published")
        and row["low"] is not None
    }
    kept = [one for one in content["warnings"] if one.get("item") in {None, *shown}]
    return [
        {
            # how many units, not which: one that was named had few answers
            name: len(fact) if name == "units" and isinstance(fact, list) else fact
            for name, fact in one.items()
            if name not in _COUNTED
        }
        for one in kept
    ]


def _without_units(content: Content) -> dict[str, Any]:
    weights: dict[str, Any] = content["weights"]
    if content["campaign"]["population"] != "staff":
        return weights
    kept = {name: fact for name, fact in weights.items() if name not in _OF_UNITS}
    return kept | {"deff_kish": round(weights["deff_kish"], 1)}


def _from_2(content: Content) -> Content:
    """Say of findings by the rule of before that they are (docs/adr/0037)."""
    return content | {"format": 3, "findings": {"rule": BEFORE}}


def _from_3(content: Content) -> Content:
    """Say of findings by the courses of format 3 that they are, and that no more was looked into.

    Findings of another rule keep its name; ``nonresponse`` is of docs/adr/0038, ``checks`` of 0039.
    """
    found = {"nonresponse": None, "checks": None} | content | {"format": 4}
    if "findings" in content:
        rule = content["findings"]["rule"]
        named = FIRST_COURSES if rule == "courses" else rule
        found["findings"] = {"two_answers": None} | content["findings"] | {"rule": named}
    return found


def _from_4(content: Content) -> Content:
    """Say of no measure what stood behind it: the shelf tells, where it is known (0088)."""
    measures = [{"identity": {}} | row for row in content["measures"]]
    return {"breaks": []} | content | {"format": 5, "measures": measures}


def _from_5(content: Content) -> Content:
    """Say of findings by the courses of formats 4 and 5 that they are (docs/adr/0214)."""
    found = content | {"format": 6}
    if content.get("findings", {}).get("rule") == "courses":
        found["findings"] = content["findings"] | {"rule": SECOND_COURSES}
    return found


UPGRADES: Final[Mapping[int, Callable[[Content], Content]]] = {
    1: _from_1,
    2: _from_2,
    3: _from_3,
    4: _from_4,
    5: _from_5,
}
