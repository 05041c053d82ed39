"""Check of what the campaigns of a demo are called and for."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.languages import missing_texts_of
from questionnaires.parsing.draft import Draft


def check_demo(draft: Draft) -> Iterator[Problem]:
    """Let each text that stands there stand in every language: the demo reads it as it is."""
    for one in draft.demo:
        yield from missing_texts_of(one.file, one.key, one.value)
