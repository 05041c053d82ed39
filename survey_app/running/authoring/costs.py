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


def was_asked(item: str, earlier: Sequence[VersionFiles]) -> bool:
    """Tell whether a version before has an item, so that there is a series to be broken."""
    return any(item_of(one, item) is not None for one in earlier)
