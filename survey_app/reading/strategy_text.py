"""The strategy's statements as they stand in the questionnaires' library, read once."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from questionnaires.coverage import coverage
from questionnaires.library import Library
from questionnaires.loader import load_library
from questionnaires.model import Statement


@functools.cache
def library() -> Library:
    """Return the library of this version."""
    return load_library()


def statements() -> dict[str, Statement]:
    """Return every statement by id, in the order of the document."""
    return dict(library().strategy.statements)


@functools.cache
def measured_by() -> Mapping[str, tuple[str, ...]]:
    """Return, for each statement, the items that measure it; none means "not measured"."""
    return coverage(library().strategy, library().items.values())
