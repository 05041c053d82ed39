"""Where a curve stops although the questions are the same, readers are told what did change."""

import pytest

from survey_app.publications.breaks import LINKED_THEN, RESCORED, REWEIGHTED
from survey_app.publications.shelf import Cell
from survey_app.publishing.computing.content import head_of
from survey_app.publishing.releasing.shelf_copies import differing_in_head
from survey_app.reading.broken import break_sentences, broken_notes, broken_now
from survey_app.reading.published import Published
from tests.builders_publication.other_words import MEASURE, WAVE, reworded_series

SAID = {RESCORED: "egelen for hvor mange", REWEIGHTED: "ektene i "}


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
