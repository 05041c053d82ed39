"""The measures of a wave as readers meet them: indices, scales, items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from questionnaires.measures import EQUAL
from questionnaires.model import NOT_APPLICABLE_CODE, PREFER_NOT_CODE
from survey_app.publishing.computing.names import equal_weight_names

if TYPE_CHECKING:
    from collections.abc import Collection

    from questionnaires.model import Index, Item, Option, Questionnaire, ResponseOptions, Scale


def measure_facts(questionnaire: Questionnaire, present: set[str]) -> list[dict[str, Any]]:
    """Describe every measure that the estimates speak of, indices first.

    Parameters
    ----------
    questionnaire : Questionnaire
    present : set of str
        Codes that occur among the estimates.
    """
    indices = [one for one in questionnaire.indices if one.code in present]
    known = {one.code for one in indices}
    facts = []
    for index in indices:
        facts.append(_index(questionnaire, index))
        if index.equal_parts and f"{index.code}{EQUAL}" in present:
            facts.append(_equal(questionnaire, index))
    facts += [
        _scale(questionnaire, one)
        for one in questionnaire.scales
        if one.code in present and one.code not in known
    ]
    facts += [
        _item(questionnaire, one)
        for one in questionnaire.items
        if one.id in present and one.purpose != "background"
    ]
    return [one | _module(questionnaire, one["items"]) for one in facts]


def _module(questionnaire: Questionnaire, items: Collection[str]) -> dict[str, str]:
    """Name the module of a split form that asked a measure; nothing where everybody was asked."""
    number = next((of[item] for item in items if item in (of := questionnaire.form.module_of)), 0)
    return {"module": questionnaire.form.modules[number - 1]} if number else {}


def _index(questionnaire: Questionnaire, index: Index) -> dict[str, Any]:
    parts = index.weights
    items = _items_of(questionnaire, tuple(parts))
    return {
        "code": index.code,
        "kind": "index",
        "title": dict(index.title),
        "short": dict(index.short),
        "about": dict(index.about),
        "parts": dict(parts) if index.parts else {},
        "items": items,
        "statements": _statements(questionnaire, items),
    }


def _equal(questionnaire: Questionnaire, index: Index) -> dict[str, Any]:
    return _index(questionnaire, index) | {
        "code": f"{index.code}{EQUAL}",
        "title": equal_weight_names(index.title),
        "short": equal_weight_names(index.short),
        "parts": dict(index.equal_parts),
    }


def _scale(questionnaire: Questionnaire, scale: Scale) -> dict[str, Any]:
    return {
        "code": scale.code,
        "kind": "scale",
        "title": dict(scale.title),
        "short": dict(scale.title),
        "about": {},
        "parts": {},
        "items": list(scale.items),
        "statements": _statements(questionnaire, list(scale.items)),
    }


def _item(questionnaire: Questionnaire, item: Item) -> dict[str, Any]:
    options = questionnaire.option_set(item)
    return {
        "code": item.id,
        "kind": "item",
        "title": dict(item.text),
        "short": dict(item.text),
        "about": {},
        "parts": {},
        "items": [item.id],
        "statements": list(item.statements),
        "reversed": item.reversed,
        "options": [_option(one) for one in _from_lowest(options)],
    }


def _option(one: Option) -> dict[str, Any]:
    told: dict[str, Any] = {"code": one.code, "label": dict(one.label)}
    if one.value is not None:
        return told | {"value": one.value}
    silent = one.missing == "prefer_not"
    usual = PREFER_NOT_CODE if silent else NOT_APPLICABLE_CODE
    return told if one.code == usual else told | {"missing": one.missing}


def _from_lowest(options: ResponseOptions) -> list[Option]:
    """Order the answers of a scale by their values, in whichever order people were shown them."""
    if options.kind != "scale":
        return list(options.options)
    valued = [one for one in options.options if one.value is not None]
    missing = [one for one in options.options if one.value is None]
    return [*sorted(valued, key=lambda one: one.value or 0), *missing]


def _items_of(questionnaire: Questionnaire, scales: tuple[str, ...]) -> list[str]:
    found = [item for scale in questionnaire.scales if scale.code in scales for item in scale.items]
    return list(dict.fromkeys(found))


def _statements(questionnaire: Questionnaire, items: list[str]) -> list[str]:
    found = [one for item in items for one in questionnaire.item(item).statements]
    return list(dict.fromkeys(found))
