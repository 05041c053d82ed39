"""``barometer questionnaire diff``: two versions of a form, or of an instrument, item by item."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from questionnaires.differences import IndexDifference
from questionnaires.editions import Edition, edition
from questionnaires.errors import UnknownFormError, UnknownVersionError
from questionnaires.library import Library
from questionnaires.loader import load_library
from questionnaires.model import Item
from questionnaires.strategy_maps import moves_between
from questionnaires.versions import ItemDifference, Length, VersionDifference, compare_versions
from survey_app.shared.errors import BarometerError

_TOLD: Final = ("reworded", "rescaled", "redirected", "new", "retired")


class NotToCompareError(BarometerError):
    """There is no such form, instrument or version."""


def told_difference(key: str, old: int, new: int, root: Path | None, *, as_json: bool) -> str:
    """Compare two versions, as lines for people or as JSON.

    Parameters
    ----------
    key : str
        A form or an instrument.
    old, new : int
        Versions of the instrument.
    root : Path, optional
        Where the content stands; the agency's when not given.
    as_json : bool

    Raises
    ------
    NotToCompareError
        If there is no such form, instrument or version.
    QuestionnaireErrors
        If the content is not sound.
    """
    try:
        before, after = edition(key, old, root), edition(key, new, root)
    except (UnknownFormError, UnknownVersionError) as error:
        raise NotToCompareError(str(error)) from error
    library = load_library(root)
    old_strategy = before.questionnaire.strategy_revision
    new_strategy = after.questionnaire.strategy_revision
    found = compare_versions(
        before.questionnaire,
        after.questionnaire,
        weak=library.weak_links,
        moves=moves_between(library.strategy_maps, old_strategy, new_strategy),
    )
    if as_json:
        plain = _plain(key, before, after, found)
        return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)
    return "\n".join((*_lines(key, before, after, found), *_group_lines(found, library)))


def _lines(key: str, before: Edition, after: Edition, found: VersionDifference) -> Iterator[str]:
    counts = ", ".join(f"{len(found.of_kind(kind))} {kind}" for kind in ("same", *_TOLD))
    yield f"{key}, version {before.version} and {after.version}: {counts}"
    length = f"{found.before.questions} questions before, {found.after.questions} after"
    if found.after.minutes:
        length += f"; {found.before.minutes} minutes before, {found.after.minutes} after"
    yield length
    for kind in _TOLD:
        for item in found.of_kind(kind):
            yield ""
            yield from _item_lines(item)
    yield from _title_lines(found)
    if found.touched:
        yield ""
    for index in found.touched:
        yield f"index {index.code}: {index.effect}{_moved(index)}. {index.needs}"
    for one in found.statements:
        gained = (f"gains {item}" for item in one.gained)
        lost = (f"loses {item}" for item in one.lost)
        yield f"statement {one.statement}: {', '.join((*gained, *lost))}"
    yield from _sensitivity_lines(found)
    for item_id in before.unplaced:
        yield f"{item_id} was in version {before.version}; forms.toml does not say in which form"


def _group_lines(found: VersionDifference, library: Library) -> Iterator[str]:
    """Say which groups of people outside are others from then on (docs/adr/0221)."""
    changed = {one.id for one in found.items if one.kind in {"reworded", "rescaled", "redirected"}}
    for one in library.background.variables.values():
        if one.item in changed and not one.weighted:
            yield f"groups of {one.name}: other people, since {one.item} is put otherwise"


def _sensitivity_lines(found: VersionDifference) -> Iterator[str]:
    for one in found.sensitivity:
        was = "new" if one.before is None else one.before or "none"
        yield f"sensitivity {one.id}: {was} before, {one.after or 'none'} now"


def _title_lines(found: VersionDifference) -> Iterator[str]:
    if found.titles:
        yield ""
    for title in found.titles:
        about = f"title of {title.about} {title.code}"
        yield f"{about} in {title.language} - {title.before}"
        yield f"{about} in {title.language} + {title.after}"


def _item_lines(item: ItemDifference) -> Iterator[str]:
    structure = f" ({', '.join(item.structure)})" if item.structure else ""
    yield f"{item.kind} {item.id}{structure}"
    for language, text in _texts(item).items():
        yield f"  {language}: {text}"
    for one in item.words:
        part = f"{one.part} {one.option}".strip()
        yield f"  {one.language} {part} - {one.before or ''}"
        yield f"  {one.language} {part} + {one.after or ''}"
    for sign, codes in zip("-+", item.order, strict=False):
        yield f"  answers in the order {sign} {', '.join(codes)}"


def _texts(item: ItemDifference) -> dict[str, str]:
    only: Item | None = {"new": item.after, "retired": item.before}.get(item.kind)
    return dict(only.text) if only is not None else {}


def _moved(index: IndexDifference) -> str:
    parts = {"reworded": index.reworded, "added": index.added, "removed": index.removed}
    told = "; ".join(f"{name} {', '.join(items)}" for name, items in parts.items() if items)
    return f" ({told})" if told else ""


def _plain(key: str, before: Edition, after: Edition, found: VersionDifference) -> dict[str, Any]:
    return {
        "key": key,
        "from": before.version,
        "to": after.version,
        "before": _length(found.before),
        "after": _length(found.after),
        "items": [
            {
                "id": item.id,
                "kind": item.kind,
                "before": dict(item.before.text) if item.before else None,
                "after": dict(item.after.text) if item.after else None,
                "words": [
                    {
                        "part": one.part,
                        "option": one.option or None,
                        "language": one.language,
                        "before": one.before,
                        "after": one.after,
                    }
                    for one in item.words
                ],
                "structure": list(item.structure),
                "order": dict(zip(("before", "after"), map(list, item.order), strict=False)),
            }
            for item in found.items
        ],
        "indices": [
            {
                "code": one.code,
                "effect": one.effect,
                "reworded": list(one.reworded),
                "added": list(one.added),
                "removed": list(one.removed),
                "unchanged_share": one.unchanged_share,
                "needs": one.needs,
            }
            for one in found.indices
        ],
        "statements": [
            {"statement": one.statement, "gained": list(one.gained), "lost": list(one.lost)}
            for one in found.statements
        ],
        "sensitivity": [
            {"item": one.id, "before": one.before, "after": one.after} for one in found.sensitivity
        ],
        "titles": [
            {
                "about": one.about,
                "code": one.code,
                "language": one.language,
                "before": one.before,
                "after": one.after,
            }
            for one in found.titles
        ],
        "unplaced": list(before.unplaced),
    }


def _length(length: Length) -> dict[str, int | None]:
    return {"questions": length.questions, "minutes": length.minutes or None}
