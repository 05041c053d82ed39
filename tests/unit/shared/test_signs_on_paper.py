"""What names are written with on paper: letters that are carried along, and no box unseen."""

import io
import pickle

import pypdf
import pytest

from survey_app.running.letter_routes import WHY as OF_LETTERS
from survey_app.running.make_requested_letters import _WHY
from survey_app.shared.pdf import FONT, NoFontError, font_face, pdf_bytes

NOBODY_HAS = "\u0378"  # no letter yet, so in no font


def page(text):
    style = f"{font_face()} body {{ font-family: {FONT} }}"
    return f"<html lang=se><title>x</title><style>{style}</style><p>{text}</p></html>"


def test_sami_names_are_set_in_the_letters_that_come_along():
    read = pypdf.PdfReader(io.BytesIO(pdf_bytes(page("Čáhcesuolu skuvla, ŧŋđšž ǩǧǯ"))))
    fonts = read.pages[0]["/Resources"]["/Font"].values()
    names = {str(one.get_object()["/BaseFont"]).partition("+")[2] for one in fonts}
    assert names == {"Inter", "Inter-Further"}
    assert read.pages[0].extract_text() == "Čáhcesuolu skuvla, ŧŋđšž ǩǧǯ"


def test_a_page_without_such_letters_carries_none():
    assert b"Inter-Further" not in pdf_bytes(page("Østbyen"))


def test_a_sign_that_no_font_has_is_refused_where_it_would_be_somebodys_name():
    assert pdf_bytes(page(f"Ola {NOBODY_HAS}"))
    with pytest.raises(NoFontError, match=f"«{NOBODY_HAS}», which would be printed as boxes") as no:
        pdf_bytes(page(f"Ola {NOBODY_HAS}"), every_sign=True)
    assert str(pickle.loads(pickle.dumps(no.value))) == str(no.value)
    assert pdf_bytes(page("Ola Nordmann"), every_sign=True)


def test_each_reason_why_letters_were_not_made_has_a_sentence():
    assert {name for _, name in _WHY} | {"failed"} == set(OF_LETTERS)
