"""What must hold of sets of options: their codes, and what is chosen together with others."""

from collections.abc import Iterator

from questionnaires.errors import Problem
from questionnaires.model import AGREE_CODE, DISAGREE_CODE, GRADES
from questionnaires.parsing.draft import Draft

EXCLUSIVE = "exclusive_options.toml"
OPTIONS = "response_options.toml"


def check_codes_of_sides(draft: Draft) -> Iterator[Problem]:
    """Keep the names of the two sides of five grades for their shares.

    An answer of that code would be a second figure by the same name, and nothing of its wave could
    be published.
    """
    items = (place.value for version in draft.unreleased for place in version.items)
    measured = {one.options for one in items if one.purpose == "measure"}
    for name, options in draft.options.items():
        if name not in measured or options.kind != "scale" or len(options.values) != GRADES:
            continue
        for code in (code for code in (AGREE_CODE, DISAGREE_CODE) if options.option(code)):
            sentence = (
                f"«{code}» is what figures call one side of five grades together; give the answer"
                " another code, such as its number"
            )
            yield Problem(OPTIONS, name, sentence)


def check_order_of_scales(draft: Draft) -> Iterator[Problem]:
    """Let the values of a scale go one way in the order in which people are shown its answers.

    One that is out of its place, 25 between 2 and 3, moves every mean of the items, and nothing
    else tells of it.
    """
    items = (place.value for version in draft.unreleased for place in version.items)
    measured = {one.options for one in items if one.purpose == "measure"}
    for name, options in draft.options.items():
        if name not in measured or options.kind != "scale":
            continue
        values = [one.value for one in options.options if one.value is not None]
        if sorted(values) not in (values, values[::-1]):
            listed = ", ".join(map(str, values))
            sentence = (
                f"the values of its answers go neither up nor down as they are shown ({listed});"
                " correct the value that is out of its place"
            )
            yield Problem(OPTIONS, name, sentence)


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
