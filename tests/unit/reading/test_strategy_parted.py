"""A statement of which an item was changed says so: that it stops there, or goes on over a link."""

import pytest

from survey_app.reading.published import Published
from survey_app.reading.strategy.parted import led_note, parted_note
from tests.builders_publication.other_words import WAVE, reworded_series

SERIES = reworded_series(linked=False)
KEYS = [one["wave"]["key"] for one in SERIES]
AT = KEYS.index(WAVE)
STAYED, CHANGED = "stayed", "changed"


def row(item, before, since, waves, why="reworded"):
    return {"measure": item, "before": before, "since": since, "waves": waves, "why": why}


def note(*breaks, items=(STAYED, CHANGED), lang="nb"):
    """What the last wave of the series says."""
    return parted_note(Published(SERIES[-1] | {"breaks": list(breaks)}), items, KEYS, lang)


CHANGE = row(CHANGED, KEYS[AT - 1], WAVE, KEYS[:AT])


SAID = {
    "nb": "1 av 2 spørsmål ble endret høsten 2025. Utsagnet kan ikke sammenlignes med før.",
    "nn": "1 av 2 spørsmål vart endra hausten 2025. Utsegna kan ikkje samanliknast med før.",
    "en": "1 of 2 questions changed in autumn 2025. The statement cannot be compared with before.",
}


@pytest.mark.parametrize("lang", SAID)
def test_it_names_how_many_were_changed_and_when(lang):
    assert note(CHANGE, lang=lang) == SAID[lang]


def test_a_statement_of_one_item_speaks_of_that():
    assert note(CHANGE, items=[CHANGED]).startswith("Spørsmålet ble endret høsten 2025.")


TO_OTHERS = {
    "nb": "Hvem som får spørsmålet, ble endret høsten 2025. ",
    "nn": "Kven som får spørsmålet, vart endra hausten 2025. ",
    "en": "Who is asked the question changed in autumn 2025. ",
}


@pytest.mark.parametrize("lang", TO_OTHERS)
def test_an_item_that_is_put_to_others_is_not_said_to_be_another(lang):
    other = CHANGE | {"why": "redirected"}
    assert note(other, items=[CHANGED], lang=lang).startswith(TO_OTHERS[lang])
    # nor where it is one of two; beside one that was reworded at once, that is said of both
    assert note(other).startswith("Hvem som får 1 av 2 spørsmål, ble endret høsten 2025. ")
    reworded = row(STAYED, KEYS[AT - 1], WAVE, KEYS[:AT])
    assert note(other, reworded).startswith("2 av 2 spørsmål ble endret")


def test_the_wave_since_which_all_are_asked_alike_is_the_last_of_theirs():
    own = row(STAYED, KEYS[-2], KEYS[-1], KEYS[:-1])
    assert "ble endret i mai 2026" in note(CHANGE, own)
    # asked otherwise twice: what counts is the words of now
    twice = row(CHANGED, KEYS[-2], KEYS[-1], KEYS[:-1])
    assert "ble endret i mai 2026" in note(CHANGE, twice)


def test_words_that_were_taken_back_part_nothing():
    away = row(CHANGED, KEYS[AT - 1], WAVE, [])
    back = row(CHANGED, KEYS[-2], KEYS[-1], KEYS[AT:-1])
    assert note(away, back) == ""


@pytest.mark.parametrize(
    "breaks", [(), [row("other", KEYS[AT - 1], WAVE, KEYS[:AT])], [CHANGE | {"why": "unknown"}]]
)
def test_nothing_is_said_of_items_that_are_asked_as_ever_or_of_which_nothing_is_known(breaks):
    assert note(*breaks) == ""


def led(*links, since=KEYS[0], items=(STAYED, CHANGED), lang="nb"):
    return led_note(Published(SERIES[-1] | {"links": list(links)}), items, KEYS, since, lang)


def link(item, wave, method="additive"):
    return {"measure": item, "wave": wave, "method": method}


LED = {
    "nb": "1 av 2 spørsmål ble endret høsten 2025. Det ble stilt på begge måter, og virkningen er "
    "regnet inn.",
    "nn": "1 av 2 spørsmål vart endra hausten 2025. Det vart stilt på begge måtar, og verknaden er "
    "rekna inn.",
    "en": "1 of 2 questions changed in autumn 2025. It was asked both ways, and the effect is "
    "taken into account.",
}


@pytest.mark.parametrize("lang", LED)
def test_where_its_change_leads_over_other_words_it_says_when(lang):
    assert led(link(CHANGED, WAVE), lang=lang) == LED[lang]


def test_every_wave_that_asked_both_since_is_named_and_no_other():
    both = [link(CHANGED, WAVE), link(STAYED, KEYS[-1])]
    assert led(*both).startswith("2 av 2 spørsmål ble endret høsten 2025 og i mai 2026. De ble")
    assert led(*both, since=WAVE).startswith("1 av 2 spørsmål ble endret i mai 2026. Det ble")
    assert led(*both, since=KEYS[-1]) == ""
    assert led(link(CHANGED, WAVE, "none"), link("other", WAVE)) == ""
    one = led(link(CHANGED, WAVE), items=[CHANGED])
    assert one.startswith("Spørsmålet ble endret høsten 2025. Det ble stilt på begge måter")
