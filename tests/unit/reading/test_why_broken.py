"""Where a curve stops although the questions are the same, readers are told what did change."""

from dataclasses import replace

import pytest

from survey_app.publications.breaks import (
    LINKED_THEN,
    REDIRECTED,
    RESCORED,
    REWEIGHTED,
    UNKNOWN,
)
from survey_app.publications.shelf import Cell
from survey_app.publishing.computing.content import head_of
from survey_app.publishing.releasing.shelf_copies import differing_in_head
from survey_app.reading.broken import (
    break_sentences,
    broken_notes,
    broken_now,
    in_words_of_now,
    item_notes,
    link_sentences,
    linked_notes,
)
from survey_app.reading.findings import findings
from survey_app.reading.levels import level_row
from survey_app.reading.published import Published
from survey_app.reading.reports.next_steps import next_steps
from tests.builders_publication.other_words import MEASURE, WAVE, reworded_series

SAID = {
    RESCORED: "egelen for hvor mange",
    REWEIGHTED: "ektene i ",
    REDIRECTED: "vem som får ",
}


def content(why):
    [found] = [one for one in reworded_series(linked=False) if one["wave"]["key"] == WAVE]
    return found | {"breaks": [row | {"why": why} for row in found["breaks"]]}


@pytest.mark.parametrize("why", SAID)
def test_pages_files_and_the_first_sentence_say_what_did_change(why):
    shown = Published(content(why))
    [note] = broken_notes(shown, [MEASURE], "nb")
    first = broken_now(shown, [MEASURE], "nb")
    for told in (note, first):
        assert SAID[why] in told
        assert "Spørsmålene er de samme" in told
        assert "Spørsmålene ble endret" not in told
        assert "Spørsmålene bak" not in told


def test_of_an_item_it_is_said_that_others_are_asked_and_not_that_it_is_another():
    told = content(REDIRECTED)
    of_item = told | {"breaks": [row | {"measure": "vp.try.1"} for row in told["breaks"]]}
    [note] = item_notes(Published(of_item), "vp.try.1", "nb")
    assert note.startswith("Spørsmålet er det samme, men hvem som får det, ble endret")
    # in a file, where it stands among indices, it is quoted
    [row] = [one for one in told["measures"] if one["code"] == "vp.try.1"]
    quoted = row["title"]["nb"].removesuffix(".")
    assert [*broken_notes(Published(of_item), ["vp.try.1"], "nb")] == [f"«{quoted}»: {note}"]
    shown = Published(told)
    row = level_row(shown, MEASURE, shown.whole, "nb")
    assert row is not None
    assert row.renewed == "Stilles til andre enn før"


def test_what_was_asked_otherwise_is_not_called_a_change_that_is_too_uncertain():
    first = findings(Published(content("reworded")), [MEASURE], "nb")[0]
    assert "Spørsmålene" in first.text
    said = next_steps("unit", first, None, "nb", hidden=False)
    assert [text for text in said if "for usikker" in text] == []


@pytest.mark.parametrize(
    ("why", "kept"), [(RESCORED, {MEASURE: RESCORED}), ("reworded", None), ("recomposed", None)]
)
def test_the_list_of_publications_knows_why_without_their_tables(why, kept):
    assert head_of(content(why)).get("ruled") == kept


@pytest.mark.parametrize("why", [*SAID, "reworded"])
def test_why_a_curve_stops_is_no_sign_that_a_publication_was_changed(why):
    published = content(why)
    head = head_of(published)
    assert differing_in_head(head, published) == ""
    assert differing_in_head(head | {"ruled": {MEASURE: "other"}}, published) == "ruled"
    assert differing_in_head(head | {"format": 0}, published) == "format"


class AWave:
    def __init__(self, key):
        self.key = key

    def label(self, _name, _lang):
        return f"i {self.key}"


def a_cell(wording, why=""):
    return Cell(MEASURE, "mean", "", "agency", "", wording=wording, why=why)


def test_a_curve_says_it_where_it_stops():
    series = [(AWave("mai"), a_cell(0)), (AWave("juni"), a_cell(1, RESCORED))]
    series.append((AWave("juli"), a_cell(2)))
    said = break_sentences(series, "nb", name="Kultur")
    assert list(said) == ["juni", "juli"]
    assert said["juni"].startswith("Kultur: Spørsmålene er de samme, men regelen for hvor mange")
    assert said["juli"].startswith("Kultur: Spørsmålene ble endret i juli.")


LATER = {
    "nb": "Spørsmålene ble endret i juni, og igjen senere. Tall fra før den første endringen kan "
    "ikke sammenlignes med dem fra nå.",
    "nn": "Spørsmåla vart endra i juni, og igjen seinare. Tal frå før den første endringa kan "
    "ikkje samanliknast med dei frå no.",
    "en": "The questions changed i juni, and again later. Figures from before the first change "
    "cannot be compared with those of today.",
}


@pytest.mark.parametrize("lang", LATER)
def test_where_a_link_once_led_it_is_not_said_that_the_two_could_not_be_compared(lang):
    series = [(AWave("mai"), a_cell(0)), (AWave("juni"), a_cell(1, LINKED_THEN))]
    series.append((AWave("juli"), a_cell(2)))
    assert break_sentences(series, lang)["juni"] == LATER[lang]
    assert break_sentences(series, lang)["juli"] != LATER[lang]


def test_files_of_a_later_wave_say_so_too():
    broken = content("reworded")
    [row] = broken["breaks"]
    link = {"measure": MEASURE, "wave": row["since"], "method": "additive"}
    [later] = [one for one in reworded_series(linked=False) if one["wave"]["key"] > WAVE][:1]
    [note] = broken_notes(Published(later | {"breaks": [row], "links": [link]}), [MEASURE], "nb")
    assert "og igjen senere" in note


AWAY = {
    "nb": "Spørsmålene ble endret i juni, og senere tilbake. Tallene imellom kan ikke sammenlignes "
    "med dem fra nå.",
    "nn": "Spørsmåla vart endra i juni, og seinare tilbake. Tala imellom kan ikkje samanliknast "
    "med dei frå no.",
    "en": "The questions changed i juni, and later back again. Figures in between cannot be "
    "compared with those of today.",
}
BACK = {
    "nb": "Spørsmålene ble endret tilbake i juli. Tall fra nå kan sammenlignes med dem fra før "
    "endringen i juni, men ikke med dem imellom.",
    "nn": "Spørsmåla vart endra tilbake i juli. Tal frå no kan samanliknast med dei frå før "
    "endringa i juni, men ikkje med dei imellom.",
    "en": "The questions changed back i juli. Figures from now on can be compared with those from "
    "before the change i juni, but not with those in between.",
}


@pytest.mark.parametrize("lang", AWAY)
def test_a_change_that_was_taken_back_is_told_as_that(lang):
    # whether a link led to the words between, or nothing did
    for why in ("", LINKED_THEN):
        series = [(AWave("mai"), a_cell(0)), (AWave("juni"), a_cell(1, why))]
        series.append((AWave("juli"), a_cell(0)))
        assert break_sentences(series, lang) == {"juni": AWAY[lang], "juli": BACK[lang]}


def test_what_a_later_wave_of_both_took_back_is_told_of_that_wave_alone():
    """June asked everybody otherwise; July asked halves that and what May had asked."""
    june = replace(a_cell(1), mean=60.0, low=58.0, high=62.0, delta=3.0, delta_se=1.0, over="A")
    series = [(AWave("mai"), a_cell(0)), (AWave("juni"), june), (AWave("juli"), a_cell(0))]
    assert break_sentences(series, "nb") == {}
    told = link_sentences(series, "nb")
    assert list(told) == ["juli"]
    assert "svarene 3,0 poeng høyere (±\xa02,0)" in told["juli"]


def test_over_two_links_pages_have_the_interval_that_follows_from_files():
    # √(2.6² + (1.96 · 1.65)²) = 4.149; of the error as it was reckoned, 4.156
    then = replace(a_cell(0), mean=60.0, low=57.4, high=62.6, delta=3.0, delta_se=1.6546, over="AA")
    [(_, shown), _] = in_words_of_now([(AWave("mai"), then), (AWave("juni"), a_cell(2))])
    assert (shown.mean, shown.low, shown.high) == (63.0, 58.9, 67.1)


OF_RULES = {
    RESCORED: "Regelen for hvor mange av spørsmålene en må ha svart på, ble endret",
    REWEIGHTED: "Vektene i indeksen ble endret",
    REDIRECTED: "Hvem som får spørsmålene, ble endret",
}


@pytest.mark.parametrize("why", OF_RULES)
def test_weights_and_rules_that_were_taken_back_are_told_as_that(why):
    cells = [("mai", 0, ""), ("juni", 1, why), ("juli", 0, why)]
    said = break_sentences([(AWave(key), a_cell(*told)) for key, *told in cells], "nb")
    assert said == {
        "juni": f"{OF_RULES[why]} i juni, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå.",
        "juli": f"{OF_RULES[why]} tilbake i juli. Tall fra nå kan sammenlignes med dem fra før "
        "endringen i juni, men ikke med dem imellom.",
    }


@pytest.mark.parametrize("why", OF_RULES)
def test_the_first_sentence_of_a_wave_says_that_weights_and_rules_came_back(why):
    shown = taken_back()
    rows = [row | {"why": why} for row in shown.content["breaks"]]
    shown = Published(shown.content | {"breaks": rows})
    first = broken_now(shown, [MEASURE], "nb")
    assert " ble endret tilbake i mai 2026. " in first
    assert "fra før endringen høsten 2025, men ikke med dem imellom" in first
    assert "Tallene før og etter kan ikke sammenlignes" not in first
    assert "tallene før og etter kan ikke sammenlignes" not in first
    away, back = broken_notes(shown, [MEASURE], "nb")
    assert f"{OF_RULES[why]} " in away
    assert f"{OF_RULES[why]} tilbake " in back


@pytest.mark.parametrize("why", ["", LINKED_THEN])
def test_what_was_changed_further_between_is_not_said_to_part_the_figures_on_either_side(why):
    """A, B, C and A again, whether July asked halves B and C or everybody C alone."""
    cells = [("mai", 0), ("juni", 1), ("juli", 2), ("august", 0)]
    series = [(AWave(key), a_cell(number)) for key, number in cells]
    series[2] = (series[2][0], replace(series[2][1], why=why))
    said = break_sentences(series, "nb")
    assert said["juni"] == AWAY["nb"]
    assert said["juli"] == (
        "Spørsmålene ble endret også i juli, og senere tilbake. Tallene imellom kan ikke "
        "sammenlignes med dem fra nå."
    )
    assert said["august"] == BACK["nb"].replace("i juli", "i august")


def test_what_is_back_is_what_was_asked_before_the_change_that_is_named():
    # B is asked now; May's A is not what came back
    cells = [("mai", 0), ("juni", 1), ("juli", 0), ("august", 1)]
    said = break_sentences([(AWave(key), a_cell(number)) for key, number in cells], "nb")
    assert said["juni"].endswith("i juni. Tallene før og etter kan ikke sammenlignes.")
    assert "i juli, og senere tilbake" in said["juli"]
    assert "fra før endringen i juli, men ikke med dem imellom" in said["august"]


@pytest.mark.parametrize("name", ["", "Kultur"])
def test_a_curve_does_not_say_that_words_changed_where_nobody_knows_it(name):
    series = [(AWave("Mai"), a_cell(0)), (AWave("Juni"), a_cell(1, UNKNOWN))]
    said = break_sentences(series, "nb", name=name)["Juni"]
    begin = "Kultur: " if name else ""
    assert said == (
        f"{begin}Vi vet ikke om spørsmålene var de samme før i Juni. Tallene før og etter kan "
        "ikke sammenlignes."
    )


def test_of_a_wave_between_of_which_nothing_is_known_it_is_not_said_that_words_changed():
    """A, unknown and A again: those from now can be compared with those from before it."""
    cells = [("mai", 0, ""), ("juni", 1, UNKNOWN), ("juli", 0, UNKNOWN)]
    said = break_sentences([(AWave(key), a_cell(*told)) for key, *told in cells], "nb")
    assert said == {
        "juni": "Vi vet ikke om spørsmålene var de samme i juni. Senere er de igjen som før. "
        "Tallene imellom kan ikke sammenlignes med dem fra nå.",
        "juli": "Spørsmålene er i juli igjen som før målingen i juni. Tall fra nå kan sammenlignes "
        "med dem fra før det, men ikke med dem imellom.",
    }


def test_files_items_and_the_first_sentence_say_so_too():
    known = taken_back()
    rows = [row | {"why": UNKNOWN} for row in known.content["breaks"]]
    shown = Published(known.content | {"breaks": rows})
    told = [*broken_notes(shown, [MEASURE], "nb"), broken_now(shown, [MEASURE], "nb")]
    told += item_notes(shown, MEASURE, "nb")
    away, back, first, item_away, item_back = told
    assert "Vi vet ikke om spørsmålene var de samme høsten 2025." in away
    assert "Spørsmålene er i mai 2026 igjen som før målingen høsten 2025." in back
    assert first.startswith("Spørsmålene bak kulturindeksen (6 spørsmål) er i mai 2026 igjen som")
    assert item_away.startswith("Vi vet ikke om spørsmålet var det samme høsten 2025.")
    assert item_back.startswith("Spørsmålet er i mai 2026 igjen som før målingen høsten 2025.")
    assert not [one for one in told if "endret" in one]


def test_what_nobody_knows_to_be_the_same_is_not_said_to_have_changed_in_this_wave():
    known = taken_back().content
    last = known["breaks"][-1]
    row = last | {"why": UNKNOWN, "waves": [known["breaks"][0]["before"], *last["waves"]]}
    shown = Published(known | {"breaks": [row], "links": []})
    assert broken_now(shown, [MEASURE], "nb") == (
        "Vi vet ikke om spørsmålene bak kulturindeksen (6 spørsmål) er de samme i mai 2026 som "
        "før. Tallene før og etter kan ikke sammenlignes."
    )
    [of_item] = item_notes(shown, MEASURE, "nb")
    assert of_item == (
        "Vi vet ikke om spørsmålet er det samme i mai 2026 som før. Tallene før og etter kan ikke "
        "sammenlignes."
    )


def test_only_what_is_asked_now_as_it_was_before_has_come_back():
    # 0, 1, 0, 2: the third is no way back to what is asked now
    cells = [("mai", 0), ("juni", 1), ("juli", 0), ("august", 2)]
    said = break_sentences([(AWave(key), a_cell(number)) for key, number in cells], "nb")
    assert all("kan ikke sammenlignes" in one and "tilbake" not in one for one in said.values())


def taken_back():
    """The last wave of a series that asked otherwise in one wave between, and linked that."""
    found = reworded_series(linked=False)
    keys = [one["wave"]["key"] for one in found]
    at = keys.index(WAVE)
    now, between = found[-1], keys[at:-1]
    rows = [
        {"before": keys[at - 1], "since": WAVE, "waves": []},
        {"before": between[-1], "since": keys[-1], "waves": between},
    ]
    told = [{"measure": MEASURE, "why": "reworded", "items": []} | row for row in rows]
    link = {"measure": MEASURE, "wave": WAVE, "method": "additive", "delta": -9.0, "se": 0.5}
    return Published(now | {"breaks": told, "links": [link]})


def test_files_and_the_first_sentence_say_what_was_taken_back():
    away, back = broken_notes(taken_back(), [MEASURE], "nb")
    assert "og senere tilbake. Tallene imellom kan ikke sammenlignes" in away
    assert "ble endret tilbake" in back
    assert "fra før endringen høsten 2025, men ikke med dem imellom" in back
    first = broken_now(taken_back(), [MEASURE], "nb")
    assert "Spørsmålene bak kulturindeksen" in first
    assert "ble endret tilbake" in first
    assert "Tallene før og etter kan ikke sammenlignes" not in first


def test_the_page_of_an_item_says_that_its_words_came_back():
    away, back = item_notes(taken_back(), MEASURE, "nb")
    assert away.startswith("Spørsmålet ble endret ")
    assert "og senere tilbake" in away
    assert "fra før endringen høsten 2025, men ikke med dem imellom" in back


def test_a_link_into_words_that_have_ended_is_not_said_to_lead_here():
    assert list(linked_notes(taken_back(), [MEASURE], "nb")) == []
