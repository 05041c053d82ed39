"""What must hold of options that can be chosen together with others."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.parsing.draft import Draft

EXCLUSIVE = "exclusive_options.toml"


def check_exclusive_options(draft: Draft) -> Iterator[Problem]:
    """Find what is exclusive among options that can be chosen together with others.

    Also among those of a question that was taken out since: waves of before have it.
    """
    items = (place.value for version in draft.versions for place in version.items)
    several = {one.options for one in items if one.presentation == "checkbox"}
    for name, codes in draft.exclusive.items():
        options = draft.options.get(name)
        if name not in several or options is None:
            sentence = "no question with several answers has this set of options; take the line out"
            yield Problem(EXCLUSIVE, name, sentence)
            continue
        if not codes:
            yield Problem(EXCLUSIVE, name, "no answer is named; name one, or take the line out")
        for code in codes:
            if options.option(code) is None:
                yield Problem(EXCLUSIVE, name, f"«{code}» is none of its options; correct the code")
