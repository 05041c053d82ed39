"""Who gets a question: only those who gave some answers to an earlier one."""

from collections.abc import Collection
from typing import Any

import tomlkit

from questionnaires.authoring.edits import asked_order, forms_of, item_table
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import STRUCTURE, VersionFiles
from questionnaires.model import Condition


def add_condition(files: VersionFiles, item: str, condition: Condition) -> VersionFiles:
    """Ask an item only where a condition holds, beside those that it has already.

    Raises
    ------
    AuthoringError
        If the version has no such item, the condition names no answer, or it looks at the item
        itself or at one that has a condition, since filters form no chains.
    """
    document = files.document(STRUCTURE)
    table = item_table(document, item)
    if not condition.codes:
        raise AuthoringError("no_answer_chosen", item)
    if condition.item == item or _filtered(document, condition.item):
        raise AuthoringError("filter_on_filter", condition.item)
    if "filter" not in table:
        table["filter"] = tomlkit.array()
    written = tomlkit.inline_table()
    written["item"] = condition.item
    written["none_of" if condition.negate else "any_of"] = list(condition.codes)
    table["filter"].append(written)
    return files.with_document(STRUCTURE, document)


def remove_condition(files: VersionFiles, item: str, number: int) -> VersionFiles:
    """Take the condition with a number, from 0, from an item; raises where it has none."""
    document = files.document(STRUCTURE)
    table = item_table(document, item)
    if not 0 <= number < len(table.get("filter", ())):
        raise AuthoringError("unknown_item", item)
    del table["filter"][number]
    if not table["filter"]:
        del table["filter"]
    return files.with_document(STRUCTURE, document)


def may_decide(files: VersionFiles, item: str) -> tuple[str, ...]:
    """Name the items that stand before one in every form of the version that asks it."""
    orders = [order for one in forms_of(files) if item in (order := asked_order(files, one))]
    if not orders:
        return ()
    before: list[Collection[str]] = [order[: order.index(item)] for order in orders]
    return tuple(one for one in before[0] if all(one in other for other in before))


def _filtered(document: Any, item: str) -> bool:  # noqa: ANN401 - any document of tomlkit
    return any(one.get("id") == item and one.get("filter") for one in document.get("item", ()))
