"""Which questions are scored together: an item is put into a scale, or taken out of it."""

from collections.abc import Iterator
from typing import Any

from questionnaires.authoring.edits import drop_item
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.version_files import STRUCTURE, VersionFiles


def add_to_scale(files: VersionFiles, item: str, scale: str) -> VersionFiles:
    """Score an item, which may be of another instrument, in a scale of the version, last."""
    document = files.document(STRUCTURE)
    table = _scale(document, scale)
    if item not in table["items"]:
        table["items"].append(item)
    for own in _items(document, item):
        if "scale" not in own:
            own["scale"] = scale
    return files.with_document(STRUCTURE, document)


def take_from_scale(files: VersionFiles, item: str, scale: str) -> VersionFiles:
    """Score an item no more in a scale; it names another one that has it, if there is any.

    Raises
    ------
    AuthoringError
        If the version has no such scale, or the scale has not the item, or nothing else.
    """
    document = files.document(STRUCTURE)
    table = _scale(document, scale)
    if item not in table["items"]:
        raise AuthoringError("unknown_item", item)
    if len(table["items"]) == 1:
        raise AuthoringError("empty_scale", scale)
    drop_item(table["items"], item)
    others = [str(one["code"]) for one in document["scale"] if item in one["items"]]
    for own in _items(document, item):
        if own.get("scale") == scale and others:
            own["scale"] = others[0]
        elif own.get("scale") == scale:
            del own["scale"]
    return files.with_document(STRUCTURE, document)


def _scale(document: Any, code: str) -> Any:  # noqa: ANN401 - tables of tomlkit
    found = next((one for one in document.get("scale", ()) if one.get("code") == code), None)
    if found is None:
        raise AuthoringError("unknown_scale", code)
    return found


def _items(document: Any, item: str) -> Iterator[Any]:  # noqa: ANN401 - tables of tomlkit
    yield from (one for one in document.get("item", ()) if one.get("id") == item)
