"""A letter in a mailbox is read on a screen, also by those who hear it."""

from __future__ import annotations

import io

import pypdf
import pytest
from fontTools.ttLib import woff2

from survey_app.asking.letters.letter import Letter, Wording
from survey_app.asking.letters.paper import page_for_screens
from survey_app.shared.i18n import languages
from survey_app.shared.pdf import font_face

QR = {
    "nb": "QR-kode som åpner skjemaet ditt",
    "nn": "QR-kode som opnar skjemaet ditt",
    "en": "QR code that opens your form",
}


def all_in(element):
    element = element.get_object()
    if isinstance(element, pypdf.generic.DictionaryObject):
        yield element
        children = element.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            yield from all_in(child)


def the_page(language):
    words = Wording(
        language, "Etaten", "30. november 2026", "Høsten 2026", "Brev {row}", "Hva mener du?",
        ("Hei",), "Skriv", "eller skann.", (), "Løftet", "Hilsen", "Formål", "", "",
    )  # fmt: skip
    letter = Letter(2, language, "https://svar.example.org/2", "ABCD-EFGH-JKMN")
    return pypdf.PdfReader(io.BytesIO(page_for_screens(letter, words, "left")))


@pytest.mark.parametrize("language", languages())
def test_a_letter_for_a_mailbox_is_tagged_and_speaks_its_language(language):
    root = the_page(language).root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    elements = list(all_in(root["/StructTreeRoot"]["/K"][0]))
    figures = [one.get("/Alt") for one in elements if one.get("/S") == "/Figure"]
    assert figures == ["Verdibarometer", QR[language]]
    assert [one["/S"] for one in elements].count("/H1") == 1


def test_the_font_is_unpacked_once_and_not_for_each_letter(monkeypatch):
    def unpacked_again(*_):
        raise AssertionError

    font_face()
    monkeypatch.setattr(woff2, "decompress", unpacked_again)
    [page] = the_page("nb").pages
    fonts = {font["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    # another one stands in for a font that cannot be read
    assert all("Inter" in name for name in fonts)
