"""Which sentences of a protected file's result are printed: those known to count nobody hidden.

A warning is free text, and many count people ("3 rows have no category"). Sentences that are not
listed here are left out, and that is said. A new one is added only if every number in it is one
that is printed beside it, and if that it stands there tells nothing of answers that are hidden.
"""

from __future__ import annotations

import re
from typing import Final

LEFT_OUT: Final = (
    "More is to be said of this file, but with numbers of people or about answers of which it is "
    "not decided whether they may show: whoever has the file reads it without [disclosure]"
)
# What a sentence is filled with: names of the file and the specification, and printed figures.
_FILLED: Final = {"name": ".+?", "figure": r"-?[\d.]+(?:e[-+]?\d+)?"}

SENTENCES: Final = (
    # nobody: what is empty for everybody has no cell that could be hidden
    "{figure} rows are empty and left out",
    "{figure} row is empty and left out",
    "[variables] shares: nobody has a value in {name}",
    "nobody has a value for {name}: it has no figures there",
    # names and rules
    "[domains] wave: {name} holds text; the waves were taken in this order: {name}",
    (
        "[domains] wave: {name} holds numbers with decimals; the waves were taken in this order: "
        "{name}"
    ),
    "[domains] by: rows without {name} count in the whole alone",
    "[design] strata: a name of {name} stands in more than one {name}, and is taken for{name}",
    # each of these names has a row of its own, be it hidden
    "[domains] by: {name} has {name} for the last time in wave {name}",
    "[change] margin is not named, and nothing says what is little or much of {name}",
    "[change] nobody links the answers of a finite population{name}",
    "[change] linked persons of a finite population{name}",
    "[disclosure] the categories of {name} nest, and together they would give back{name}",
    (
        "[disclosure] {name} is hidden, since together with the other divisions it would "
        "give back{name}"
    ),
    "[disclosure] the totals of {name} are hidden where people of different weights{name}",
    # that somebody left an item out, and neither who nor what was said
    "[disclosure] the scale {name} is hidden{name}",
    "[rake.{name}] adds up to 100 and is taken as percentages: the sum of weights is kept",
    (
        "[rake.{name}] adds up to 100 and is taken as percentages of the persons that another "
        "margin adds up to"
    ),
    "[missing] with [disclosure] it is not told how many got each form{name}",
    "[missing] imputation: the estimates are pooled over {figure} copies{name}",
    "the weights are very uneven: a few rows decide the figures",
    # scales: of waves that show their mean, with alpha as it is printed
    "[scales.{name}] alpha and items are those of the waves that show its mean: {name}",
    (
        "[scales.{name}] has no alpha and no figures of its items: fewer than {figure} answered "
        "all of them, or some pair of them"
    ),
    "[scales.{name}] too few answered all its items: alpha and items go pair by pair",
    "[scales.{name}] nobody answered {name}",
    (
        "[scales.{name}] alpha is {figure} ({figure} to {figure}), below .70: the items say "
        "too little about one thing for the scale to be read without care"
    ),
    (
        "[scales.{name}] {name} goes against the other items of its scale: either it is "
        "worded the other way and must be reversed, or it measures something else"
    ),
    "[scales.{name}] has no alpha: {name}",
    (
        "[scales.{name}] over {name}: {name} is answered {figure} points {name} in {name} "
        "than by others with the same answers to the other items: it may not mean the same "
        "there"
    ),
    (
        "[scales.{name}] nothing is told of how its items hang together: fewer than {figure} "
        "answered all of them where its mean is shown"
    ),
    # models: of the same answers
    (
        "[quality] models.{name}: nothing is told of how its items hang together: fewer than "
        "{figure} answered all of them where its mean is shown"
    ),
    (
        "[quality] models.{name}: the search for the factor model did not end: there are too "
        "few respondents for it, or an item belongs to no factor; the model has no figures"
    ),
    (
        "[quality] models.{name}: the scaled test has no figure: answers are too few, or too "
        "odd, to scale it by"
    ),
    (
        "[quality] models.{name}: {name} has a negative unique variance (Heywood case): the "
        "model asks too much of it"
    ),
    (
        "[quality] models.{name}: {name} goes against the other scales: put together in an "
        "index they cancel out, so reverse it or leave it out"
    ),
    "[quality] models.{name} over {name}: not comparable, {name} may not be compared",
    (
        "[quality] models.{name} over {name}: not comparable, {name}: relations may be "
        "compared, means may not"
    ),
    "[quality] models.{name} over {name}: the pattern itself fits only moderately ({name})",
    "[quality] models.{name} over {name}: fewer than {figure} {name} in {name}, left out",
    "[quality] modification indices are for looking, not for fishing{name}",
    (
        "[quality] {name} take respondents as drawn one by one: in clusters who are alike, "
        "tests find too much, and intervals are too short"
    ),
    # why groups may or may not be compared
    "the model could not be fitted in the groups: nothing may be compared",
    (
        "the items do not form these factors in the groups ({name}): neither relations nor "
        "means may be compared"
    ),
    "the items do not weigh the same in the groups ({name}): means may not be compared",
    (
        "people with the same opinion answer differently in the groups ({name}): relations "
        "may be compared, means may not"
    ),
    (
        "means may be compared: all items but {name} work the same in the groups, at least "
        "two in every factor"
    ),
    "means may be compared: the items work the same in the groups",
    "invariance needs at least two groups with answers",
    # drivers: with figures that are printed
    "[drivers] no predictor differs from another beyond chance: the order means nothing",
    (
        "[drivers] {name}: the slope is not the same at every threshold, so one figure is an "
        "average of different ones"
    ),
    "[drivers] pairwise correlations contradict each other and were moved: impute instead",
    # made of what is shown and nothing else
    "[comparison] {name}: do not compare these domains by their means. {name}",
    (
        "[comparison] {name}: tested without {name}, which are hidden or have fewer than "
        "{figure} answers, or hold hidden groups that the design takes apart"
    ),
    "[comparison] {name}: fewer than two domains are left to test",
    (
        "[comparison] {name}: no test of {name}: the errors of so many domains together are "
        "not known, as in a complete count or with fewer clusters than domains"
    ),
    (
        "[comparison] {name}: the smallest domain has {figure} answers, and with fewer than "
        "{figure} tests of several domains find too much"
    ),
    "[comparison] {name}: no contrast {name}, since one of its domains is left out",
    (
        "[association] {name}: independence would put {figure} answers in one of the cells, "
        "and below five the tests are rough: join categories"
    ),
    (
        "[association] {name}: tested without {name}, which are hidden or have fewer than "
        "{figure} answers, or hold hidden groups that the design takes apart"
    ),
    "[association] {name}: the design tells no error of this table, so there is no test of it",
    (
        "[small_areas] {name}: the areas differ no more than chance makes them, given what "
        "is known of them: each is shown as the model's value"
    ),
    "[small_areas] {name}: {figure} areas have {name}",
    "[small_areas] {name}: an index has no figure per respondent: the unit level is for scales",
    "[small_areas] {name}: few answers stand behind these areas{name}",
    # of the specification; that weights differ beside hidden groups is told by a sum that is null
    "[planning] detectable_change, power and respondents_for_change are about p below{name}",
    "[planning] population is not named: what is planned has no finite population{name}",
    "[planning] population: what is planned has a finite population correction{name}",
    "[planning] where groups are hidden and people do not weigh the same{name}",
    "[trend] {name}",
    "[trend.dates] puts the waves in the order {name}",
)


def _pattern(sentence: str) -> str:
    """Write a sentence as a regular expression."""
    parts = re.split(r"\{(\w+)\}", sentence)
    return "".join(_FILLED[part] if at % 2 else re.escape(part) for at, part in enumerate(parts))


_KNOWN: Final = re.compile("|".join(f"(?:{_pattern(one)})" for one in SENTENCES), re.DOTALL)


def printed_sentence(text: str) -> str | None:
    """Give a sentence that tells no number of people; None for one that is not known to."""
    return text if _KNOWN.fullmatch(text) else None
