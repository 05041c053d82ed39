"""The expected sentences are those of `interface/states.html`, in three languages."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from survey_app.publications.shelf import Cell
from survey_app.reading.findings import MOST, findings
from survey_app.reading.names import inside, sentence_name
from survey_app.reading.published import Published
from survey_app.reading.rows import Change
from survey_app.reading.sentences import (
    change_finding,
    difference_finding,
    steady_finding,
)
from survey_app.reading.verdicts import band_words, verdict_between, verdict_of, why_hidden
from survey_app.shared.numbers import listed
from tests.builders_publication import staff_series

FEBRUARY = {
    "since": {"nb": "siden februar", "nn": "sidan februar", "en": "since February"},
    "in": {"nb": "i februar", "nn": "i februar", "en": "in February"},
}
OPENNESS = {"nb": "Åpenhet", "nn": "Openheit", "en": "Openness"}


def change(difference, low, high, verdict, *, under=False, margin=3.0):
    return Change(
        measure="APN",
        level="agency",
        domain="",
        since="2026-02",
        since_labels=FEBRUARY,
        role="previous",
        difference=difference,
        low=low,
        high=high,
        verdict=verdict,
        under_limit=under,
        margin=margin,
        status="published",
    )


def plain(finding):
    return Markup(finding.text).striptags()


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "nb",
            (
                "Åpenhet har økt med anslagsvis 3,4 poeng siden februar (usikkerhet 1,9 til 4,9 "
                "blant dem som svarte)."
            ),
        ),
        (
            "nn",
            (
                "Openheit har auka med om lag 3,4 poeng sidan februar (uvisse 1,9 til 4,9 blant "
                "dei som svarte)."
            ),
        ),
        (
            "en",
            (
                "Openness has risen by an estimated 3.4 points since February (uncertainty range "
                "1.9 to 4.9 among those who responded)."
            ),
        ),
    ],
)
def test_a_rise_is_told_with_its_interval(lang, expected):
    finding = change_finding(change(3.4, 1.9, 4.9, "up"), OPENNESS[lang], lang)
    assert plain(finding) == expected
    assert finding.sign == "up"


def test_a_fall_is_told_in_positive_amounts():
    finding = change_finding(change(-4.7, -7.1, -2.3, "down"), "Åpenhet", "nb")
    assert plain(finding) == (
        "Åpenhet har gått ned med anslagsvis 4,7 poeng siden februar (usikkerhet 2,3 til 7,1 blant "
        "dem som svarte)."
    )


def test_a_change_that_leans_on_the_silent_says_so_beside_it():
    leaning = {"tipping_higher": 0.4, "tipping_gone": 2.0, "tipping_plausible": 2.6}
    fall = change(-4.7, -7.1, -2.3, "down")
    told = plain(change_finding(replace(fall, **leaning), "Åpenhet", "nb"))
    taken = " Vi går da ut fra at de som ikke svarte, har endret seg omtrent like mye."
    assert told.endswith(taken)
    firm = replace(fall, **(leaning | {"tipping_plausible": 0.3}))
    assert taken not in plain(change_finding(firm, "Åpenhet", "nb"))


def test_an_interval_beside_zero_is_no_ignorance_of_the_direction():
    told = plain(change_finding(change(-4.0, -7.4, -0.7, "uncertain"), "Åpenhet", "nb"))
    assert told == (
        "Åpenhet har trolig gått ned siden februar, men vi vet ikke om det er nok til å bety noe. "
        "Anslaget er 4,0 poeng (usikkerhet 0,7 til 7,4)."
    )
    risen = plain(change_finding(change(5.1, 0.7, 9.4, "uncertain"), "Åpenhet", "nb"))
    assert risen.startswith("Åpenhet har trolig økt siden februar")


def test_a_change_since_the_first_wave_says_so():
    since_first = replace(change(3.4, 1.9, 4.9, "up"), role="first")
    assert "siden februar, da vi målte dette for første gang (usikkerhet" in plain(
        change_finding(since_first, "Åpenhet", "nb")
    )


def test_a_region_is_named_in_the_sentence():
    finding = change_finding(change(-4.7, -7.1, -2.3, "down"), "Åpenhet", "nb", "Region Sørvest")
    assert plain(finding).startswith(
        "Åpenhet har gått ned i Region Sørvest med anslagsvis 4,7 poeng"
    )


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "nb",
            (
                "Åpenhet er uendret siden februar. Forskjellen er mindre enn 3 poeng blant dem som "
                "svarte."
            ),
        ),
        (
            "en",
            (
                "Openness is unchanged since February. The difference is less than 3 points among "
                "those who responded."
            ),
        ),
    ],
)
def test_what_is_steady_is_said_of_those_who_answered(lang, expected):
    finding = change_finding(change(0.7, -0.8, 2.3, "steady"), OPENNESS[lang], lang)
    assert plain(finding) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "nb",
            (
                "Vi vet ikke om åpenhet har endret seg siden februar. Endringen er anslått til "
                "+2,8 poeng, men kan ligge mellom −2,2 og 7,8."
            ),
        ),
        (
            "nn",
            (
                "Vi veit ikkje om openheit har endra seg sidan februar. Vi reknar endringa til "
                "+2,8 poeng, men ho kan liggje mellom −2,2 og 7,8."
            ),
        ),
        (
            "en",
            (
                "We do not know whether openness has changed since February. The change is "
                "estimated at +2.8 points, but may lie between −2.2 and 7.8."
            ),
        ),
    ],
)
def test_what_is_uncertain_is_said_to_be_so(lang, expected):
    finding = change_finding(change(2.8, -2.2, 7.8, "uncertain"), OPENNESS[lang], lang)
    assert plain(finding) == expected


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "nb",
            (
                "Åpenhet er anslått 2,3 poeng høyere enn i februar (usikkerhet 0,2 til 4,4). Det "
                "er under grensen på 3 poeng, så vi kaller det ikke en endring."
            ),
        ),
        (
            "nn",
            (
                "Openheit er rekna til 2,3 poeng høgare enn i februar (uvisse 0,2 til 4,4). Det er "
                "under grensa på 3 poeng, så vi kallar det ikkje ei endring."
            ),
        ),
        (
            "en",
            (
                "Openness is estimated to be 2.3 points higher than in February (uncertainty range "
                "0.2 to 4.4). That is below the threshold of 3 points, so we do not call it a "
                "change."
            ),
        ),
    ],
)
def test_a_known_direction_below_the_threshold_is_not_called_a_change(lang, expected):
    finding = change_finding(change(2.3, 0.2, 4.4, "uncertain", under=True), OPENNESS[lang], lang)
    assert plain(finding) == expected


def test_a_difference_between_groups_has_its_own_sign_and_no_cause():
    def cell(mean):
        return Cell("TI", "mean", "", "agency", "", 100, mean, 1.0, mean - 2, mean + 2)

    finding = difference_finding(
        "De som kjenner oss godt", "Tillit", "de som ikke kjenner til oss", cell(65), cell(57), "nb"
    )
    assert finding.sign == "differs"
    assert plain(finding) == (
        "De som kjenner oss godt har høyere tillit enn de som ikke kjenner til oss: "
        "65 (63–67, 100 svar) mot 57 (55–59, 100 svar) blant dem som svarte. "
        "Vi kan ikke si hvorfor."
    )


def test_several_steady_measures_share_one_sentence():
    steady = change(0.1, -1.0, 1.2, "steady")
    finding = steady_finding([steady, steady], ["Trygghet", "Åpenhet"], "nb")
    assert plain(finding).startswith("Trygghet og åpenhet er uendret siden februar.")


def test_a_name_from_data_cannot_become_markup():
    finding = change_finding(change(3.4, 1.9, 4.9, "up"), "<script>", "nb")
    assert "<script>" not in finding.text


@pytest.mark.parametrize(
    ("figures", "word"),
    [
        (change(3.4, 1.9, 4.9, "up"), "Økt"),
        (change(-4.7, -7.1, -2.3, "down"), "Redusert"),
        (change(0.7, -0.8, 2.3, "steady"), "Uendret"),
        (change(1.1, 0.5, 1.7, "steady"), "Målbar, men liten"),
        (change(2.8, -2.2, 7.8, "uncertain"), "Usikkert"),
        (change(2.3, 0.2, 4.4, "uncertain", under=True), "Under grensen for endring"),
    ],
)
def test_each_verdict_has_its_word(figures, word):
    assert verdict_of(figures).word == word


def test_what_has_changed_a_little_is_not_called_unchanged_in_a_sentence():
    since_first = replace(change(1.8, 0.8, 2.7, "steady"), role="first")
    assert plain(change_finding(since_first, "Kulturindeksen", "nb")) == (
        "Endringen i kulturindeksen er målbar, men liten: +1,8 poeng siden februar, da vi målte "
        "dette for første gang (usikkerhet 0,8 til 2,7 blant dem som svarte)."
    )
    fallen = change_finding(change(-1.8, -2.7, -0.8, "steady"), "Culture", "en")
    assert "−1.8 points since February (uncertainty range −2.7 to −0.8 among" in plain(fallen)


def test_what_is_below_the_threshold_says_of_what_so_that_no_level_seems_too_low():
    small = change(2.3, 0.2, 4.4, "uncertain", under=True)
    assert verdict_of(small).word == "Under grensen for endring"
    assert verdict_between(small).word == "Under grensen for forskjell"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (70.0, 72.0, ("God",)),
        (68.0, 71.0, ("Middels", "God")),
        (39.9, 39.9, ("Svak",)),
        (80.0, 90.0, ("Svært god",)),
    ],
)
def test_a_band_has_both_words_where_the_interval_crosses_its_limit(low, high, words):
    assert band_words(low, high) == words


NOT_SHOWN = "Vises ikke, for at ingen skal kunne kjennes igjen"


def test_an_unknown_status_is_not_shown_either():
    assert why_hidden("something new", "unit") == NOT_SHOWN
    assert why_hidden("suppressed_secondary", "agency") == NOT_SHOWN


@pytest.mark.parametrize("level", ["unit", "unit_type", "region"])
def test_no_sentence_says_that_few_answered_of_a_place_where_nearly_everybody_may_have(level):
    # 14 of 14 answered: their figures are those of nine, too few for a mean, and hidden as small
    assert {why_hidden(f"suppressed_{kind}", level) for kind in ("primary", "secondary")} == {
        NOT_SHOWN
    }


@pytest.mark.parametrize("level", ["agency", "group"])
def test_of_the_whole_and_of_groups_of_the_public_it_is_said_that_few_answered(level):
    assert why_hidden("suppressed_primary", level) == "Vises ikke: for få svar"


def test_names_are_joined_and_put_inside_sentences():
    assert listed(["a", "b", "c"], "nb") == "a, b og c"
    assert listed(["a", "b"], "en") == "a and b"
    assert inside("Åpenhet") == "åpenhet"
    assert inside("E-post til alle") == "e-post til alle"
    assert inside("«HMS» og annet") == "«HMS» og annet"
    assert inside("") == ""


@pytest.mark.parametrize("name", ["HMS-kultur", "IT-tilgang", "B12"])
def test_an_abbreviation_keeps_its_letters_inside_a_sentence(name):
    assert inside(name) == name


def test_an_item_is_quoted_without_its_full_stop():
    assert sentence_name("x", "item", {"nb": "Jeg er trygg."}, "nb") == "«Jeg er trygg»"


def test_at_most_four_findings_falls_first_and_no_unit_by_name():
    shown = Published(staff_series()[3])
    found = findings(
        shown,
        ("KI", "TRY", "APN", "NYT"),
        "nb",
        places=lambda domain: domain.level in {"agency", "region"},
    )
    signs = [finding.sign for finding in found]
    assert len(found) <= MOST
    assert signs == sorted(signs, key=["down", "up", "steady", "uncertain"].index)
    assert not any("Fengsel" in finding.text for finding in found)


def test_a_first_wave_says_that_there_is_nothing_to_compare_with():
    found = findings(Published(staff_series()[0]), ("KI",), "nb")
    assert [plain(finding) for finding in found] == [
        "Dette er den første målingen av sitt slag. Endringer kan vises fra den neste."
    ]


HIDDEN = {
    "nb": "Ingen endring kan vises. Tallene mangler i denne målingen, eller i alle dem vi kunne ha "
    "sammenlignet med.",
    "nn": "Inga endring kan visast. Tala manglar i denne målinga, eller i alle dei vi kunne ha "
    "samanlikna med.",
    "en": "No change can be shown. The figures are missing from this survey, or from every survey "
    "that we could have compared it with.",
}


def without_changes(*roles):
    """The last wave where the whole shows no change since the waves of some roles."""
    content = staff_series()[-1]
    told = ("difference", "model_difference", "model_low", "model_high", "low", "high", "verdict")
    hidden = dict.fromkeys(told) | {"status": "suppressed_primary"}
    changes = [row | (hidden if row["role"] in roles else {}) for row in content["changes"]]
    return Published(content | {"path": [], "changes": changes})


@pytest.mark.parametrize("lang", HIDDEN)
def test_a_later_wave_without_any_change_to_show_is_not_called_the_first(lang):
    found = findings(without_changes("previous", "first"), ("KI-kjerne",), lang)
    assert [plain(finding) for finding in found] == [HIDDEN[lang]]


def test_where_the_previous_wave_shows_nothing_the_change_since_the_first_is_told():
    measures = ("KI-kjerne", "TRY-kjerne")
    steady, under = findings(
        without_changes("previous"), measures, "nb", places=lambda domain: domain.level == "agency"
    )
    assert plain(steady).startswith("Trygghet (2 spørsmål) er uendret siden høsten 2024.")
    assert plain(under).startswith(
        "Kulturindeksen (6 spørsmål) er anslått 1,9 poeng høyere enn høsten 2024"
    )


def test_what_has_not_changed_is_never_told_of_a_part_as_if_it_were_the_whole():
    shown = Published(staff_series()[3])
    found = findings(
        shown, ("KI", "TRY", "APN", "NYT"), "nb", places=lambda domain: domain.level == "region"
    )
    assert {finding.sign for finding in found} <= {"up", "down"}
    assert all("Region" in finding.text for finding in found)


def test_the_place_that_a_page_is_about_is_not_named_again():
    shown = Published(staff_series()[3])
    found = findings(
        shown, ("APN",), "nb", places=lambda domain: domain.code == "sorvest", here="sorvest"
    )
    assert plain(found[0]).startswith("Åpenhet har gått ned med")
