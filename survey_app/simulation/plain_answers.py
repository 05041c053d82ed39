"""Made-up answers to any questionnaire: drawn from its content, and calibrated to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from questionnaires.model import NOT_APPLICABLE, NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from questionnaires.library import Library
    from questionnaires.model import Condition, Item, Questionnaire, ResponseOptions

    type Floats = npt.NDArray[np.float64]
    type Codes = npt.NDArray[np.int16]
    type Booleans = npt.NDArray[np.bool_]

SHARED, OWN = 0.7, 0.5  # of the person's trait, and of the question's own chance
LEANING: Final = 0.35  # most answers lie above the middle
UNSURE: Final = 0.06
TICKED: Final = 0.25


def draw_answers(
    library: Library,
    questionnaire: Questionnaire,
    trait: Callable[[Item], Floats],
    known: Mapping[str, Codes],
    rng: np.random.Generator,
) -> dict[str, Codes]:
    """Draw what people answer to every question.

    Parameters
    ----------
    library : Library
        Which answers exclude others.
    questionnaire : Questionnaire
    trait : callable
        What people think of an item's subject, standardised, shape (n_people,).
    known : mapping of item id to int16 array, shape (n_people,)
        Stored codes of questions whose answers are known beforehand, such as age.
    rng : Generator

    Returns
    -------
    dict of column to int16 array, shape (n_people,)
    """
    found: dict[str, Codes] = {}
    for item in questionnaire.items:
        options = questionnaire.option_set(item)
        if item.id in known:
            found[item.id] = known[item.id]
        elif item.presentation == "checkbox":
            found |= _ticks(library, questionnaire, item, trait(item), rng)
        elif options.kind == "scale" and item.purpose == "measure":
            found[item.id] = _on_a_scale(item, options, trait(item), rng)
        else:
            found[item.id] = _one_of(questionnaire, item, len(trait(item)), rng)
    for item in (one for one in questionnaire.items if one.filter):
        asked = np.logical_and.reduce([_holds(questionnaire, one, found) for one in item.filter])
        for column in questionnaire.item_columns(item):
            found[column] = np.where(asked, found[column], NOT_ASKED).astype(np.int16)
    return found


def _on_a_scale(
    item: Item, options: ResponseOptions, trait: Floats, rng: np.random.Generator
) -> Codes:
    values = np.array(sorted(options.values))
    latent = SHARED * trait + OWN * rng.standard_normal(len(trait)) + LEANING
    if item.reversed:
        latent = -latent
    # cuts as far apart as a scale of this length needs to be used at both ends
    cuts = np.linspace(-1.5, 1.5, len(values) - 1) if len(values) > 1 else np.array([])
    codes = values[np.searchsorted(cuts, latent)].astype(np.int16)
    if any(one.missing == "not_applicable" for one in options.options):
        codes[rng.random(len(codes)) < UNSURE] = NOT_APPLICABLE
    return codes


def _one_of(
    questionnaire: Questionnaire, item: Item, people: int, rng: np.random.Generator
) -> Codes:
    options = questionnaire.option_set(item).options
    ended = _ends(questionnaire, item)
    values = [one.value for one in options if one.value is not None and one.code not in ended]
    return rng.choice(np.array(values, dtype=np.int16), people)


def _ticks(
    library: Library,
    questionnaire: Questionnaire,
    item: Item,
    trait: Floats,
    rng: np.random.Generator,
) -> dict[str, Codes]:
    """Tick some of the answers that go together; who ticks none takes one that stands alone."""
    options = questionnaire.option_set(item)
    alone, ended = library.alone(options), _ends(questionnaire, item)
    ticked = {one.code: np.zeros(len(trait), dtype=bool) for one in options.options}
    together = [code for code in ticked if code not in alone and code not in ended]
    for code in together:
        ticked[code] = rng.random(len(trait)) < TICKED
    left = ~np.logical_or.reduce([ticked[code] for code in together])
    single = [one.code for one in options.options if one.code in alone and one.missing is None]
    ticked[(single or together)[0]] |= left
    return {f"{item.id}:{code}": chosen.astype(np.int16) for code, chosen in ticked.items()}


def _ends(questionnaire: Questionnaire, item: Item) -> tuple[str, ...]:
    """Return the answers that would end the survey: who gives them is not stored."""
    screen = questionnaire.form.screen_out
    return screen.codes if screen is not None and screen.item == item.id else ()


def _holds(
    questionnaire: Questionnaire, condition: Condition, found: Mapping[str, Codes]
) -> Booleans:
    item = questionnaire.item(condition.item)
    met: Booleans
    if item.presentation == "checkbox":
        met = np.logical_or.reduce([found[f"{item.id}:{code}"] == 1 for code in condition.codes])
    else:
        options = questionnaire.option_set(item)
        stored = [one.stored for code in condition.codes if (one := options.option(code))]
        met = np.isin(found[item.id], stored)
    return ~met if condition.negate else met
