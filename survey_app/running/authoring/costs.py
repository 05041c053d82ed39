"""What a change of a question does to the series it is part of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from questionnaires.authoring.version_files import VersionFiles
from questionnaires.library import Library
from survey_app.running.authoring.editor import item_of
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import Language


def measures_with(library: Library, items: Collection[str], lang: Language) -> tuple[str, ...]:
    """Name the scales and indices that some items count in, scales first, each title once."""
    scales = {code: one for code, one in library.scales.items() if set(one.items) & set(items)}
    titles = [one.title for one in scales.values()]
    titles += [one.title for one in library.indices.values() if set(one.weights) & set(scales)]
    return tuple(dict.fromkeys(in_language(title, lang) for title in titles))


def sharing_stem(library: Library, item: str) -> tuple[str, ...]:
    """Name the items that are read under one stem with an item, in any form.

    All of them lose it, and are asked in other words, where the item gets other answers.
    """
    blocks = [block for form in library.forms.values() for block in form.blocks]
    beside = [one for block in blocks if block.stem and item in block.items for one in block.items]
    return tuple(dict.fromkeys(one for one in beside if one != item))


def was_asked(item: str, earlier: Sequence[VersionFiles]) -> bool:
    """Tell whether a version before has an item, so that there is a series to be broken."""
    return any(item_of(one, item) is not None for one in earlier)
