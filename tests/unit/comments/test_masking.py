"""What is proposed for masking, in three languages. People, numbers and units are made up."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis.strategies import text
from stdnum.no import fodselsnummer

from analytics.comments.listed import short_forms
from analytics.comments.proposals import marked, occurrences, propose, singles_out
from analytics.comments.spans import MaskKind, Span, mask, masks, parts, without_overlap
from survey_app.comments.word_lists import word_lists

LISTS = word_lists(["Ravneberget fengsel", "Storvik fengsel, avdeling sør", "Region nord"])


def masked(comment):
    return mask(comment, propose(comment, LISTS))


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (
            "Ledelsen på Ravneberget sier at døra er åpen, men Kari Nordmann svarer aldri.",
            "Ledelsen på ⟦unit⟧ sier at døra er åpen, men ⟦name⟧ svarer aldri.",
        ),
        (
            "Eg meiner at leiaren, Torgrim, høyrer på oss. Verneombodet er borte.",
            "Eg meiner at leiaren, ⟦name⟧, høyrer på oss. ⟦role⟧ er borte.",
        ),
        (
            "I think Torgrim's Monday meetings at ravneberget fengsel help. The chaplain left.",
            "I think ⟦name⟧ Monday meetings at ⟦unit⟧ help. The ⟦role⟧ left.",
        ),
        ("Fengselspresten og RFS i Region Nord.", "⟦role⟧ og RFS i ⟦unit⟧."),
        ("Ring 98 76 54 32 eller +47 987 65 432.", "Ring ⟦phone⟧ eller ⟦phone⟧."),
        ("Skriv til a.b@example.org i sak 12345-6.", "Skriv til ⟦email⟧ i sak ⟦number⟧."),
        ("Vi har HMS-møte i Teams. Det er 2025 og 10 av 100.", None),
        ("Opplæringen var bra.\n- Vaktlista er god\n«Vi må snakke»: Alle sier det.", None),
    ],
)
def test_names_units_roles_and_numbers_are_proposed_and_ordinary_words_are_not(comment, expected):
    assert masked(comment) == (expected or comment)


def test_a_common_first_name_is_found_also_where_a_sentence_begins():
    assert (
        masked("Inger sa nei. Etter det sa ingen noe.") == "⟦name⟧ sa nei. Etter det sa ingen noe."
    )
    # a rare one that stands nowhere else is not: this is what a person reads for
    assert masked("Torgrimette sa nei.") == "Torgrimette sa nei."
    assert masked("Torgrimette sa nei, Torgrimette.") == "⟦name⟧ sa nei, ⟦name⟧."


def test_a_row_of_bullets_before_capitals_is_read_once():
    began = process_time()
    assert propose("•" * 2000 + " Åååå" * 400, LISTS)
    assert process_time() - began < 2


def test_a_common_name_is_found_in_capitals_and_in_a_compound():
    assert masked("KARI SA DET PÅ HMS-MØTET. LIVS VAKT.") == (
        "⟦name⟧ SA DET PÅ HMS-MØTET. ⟦name⟧ VAKT."
    )
    assert masked("Kari-saken er glemt.") == "⟦name⟧ er glemt."


def test_eleven_digits_are_a_national_id_only_with_the_right_check_digits():
    known = "15108695088"  # python-stdnum's own example
    assert fodselsnummer.is_valid(known)
    assert masked(f"Nr. {known[:6]} {known[6:]}") == "Nr. ⟦national_id⟧"
    assert masked("Nr. 15108695089") == "Nr. ⟦number⟧"


def test_a_unit_is_found_by_the_names_that_people_use():
    assert short_forms("Storvik fengsel, avdeling sør", frozenset({"fengsel", "avdeling"})) == {
        "storvik fengsel, avdeling sør", "storvik", "sfas",
    }  # fmt: skip
    assert masked("På Storviks avdeling og SFAS") == "På ⟦unit⟧ avdeling og ⟦unit⟧"


def test_who_is_singled_out_is_told_also_where_nothing_can_be_masked():
    assert singles_out("Som eneste prest, og den eneste", LISTS) == ("eneste",)
    assert singles_out("Eg er åleine. The only one.", LISTS) == ("åleine", "only")
    assert singles_out("Opplæringen var bra", LISTS) == ()


def test_words_that_a_person_names_are_masked_wherever_they_stand():
    comment = "Garasjen lekker. Ingen retter GARASJEN, men garasjene er fine. ⟦name⟧"
    found = occurrences(comment, ["garasjen", " ", "name"])
    assert (
        mask(comment, found)
        == "⟦other⟧ lekker. Ingen retter ⟦other⟧, men garasjene er fine. ⟦name⟧"
    )


def test_a_word_that_a_person_names_is_masked_in_the_genitive_too():
    comment = "Torgrimettes bil, Torgrimette's bil. Torgrimettesen"
    found = occurrences(comment, ["torgrimette"])
    assert mask(comment, found) == "⟦other⟧ bil, ⟦other⟧ bil. Torgrimettesen"


def test_a_mask_stays_a_mask_and_is_not_proposed_again():
    once = masked("Kari spurte Ola Hansen.")
    assert once == masked(once) == "⟦name⟧ spurte ⟦name⟧."
    assert masks(once) == (MaskKind.NAME, MaskKind.NAME)
    assert [part.text for part in parts(once)] == ["⟦name⟧", " spurte ", "⟦name⟧", "."]


def test_of_places_that_overlap_the_more_certain_one_is_kept():
    spans = [
        Span(0, 12, MaskKind.NAME),
        Span(0, 11, MaskKind.NATIONAL_ID),
        Span(12, 14, MaskKind.ROLE),
    ]
    assert without_overlap(spans) == (
        Span(0, 11, MaskKind.NATIONAL_ID),
        Span(12, 14, MaskKind.ROLE),
    )


@given(text(max_size=200))
def test_whatever_is_written_nothing_is_lost_that_is_not_masked(comment):
    spans = propose(comment, LISTS)
    assert "".join(part.text for part in marked(comment, spans)) == comment
    assert not any(comment[one.start : one.end] == "" for one in spans)
    kept = "".join(part.text for part in marked(comment, spans) if part.kind is None)
    if not spans:
        assert kept == comment == mask(comment, spans)
