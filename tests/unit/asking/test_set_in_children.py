"""Cards and letters are set in processes of their own, however these begin."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest

from survey_app.asking.cards import sheet
from survey_app.asking.cards.sheet import CardSheet, PrintedCard, PrintedPile, set_cards
from survey_app.asking.letters import paper
from survey_app.asking.letters.letter import Letter, Wording
from survey_app.asking.letters.paper import joined, set_letters
from tests.warm_writers import divided

CARDS = tuple(PrintedCard(f"ABCD-EFG{at}", f"https://svar.example.org/k/{at}") for at in range(9))
PILES = [PrintedPile("Nord", 9, CARDS), PrintedPile("Sør", 1, CARDS[:1])]
SHEET = CardSheet(
    language="nb",
    heading={"nb": "Hvordan er det å jobbe her?"},
    host="svar.example.org",
    minutes=5,
    closes_on=date(2026, 5, 29),
    promise="Ingen får vite hva du svarte.",
    contact="HR på hr@example.org",
    demo=False,
)
WORDING = Wording(
    "nb", "Etaten", "30. november 2026", "Høsten 2026", "Brev {row}", "Hva mener du?", ("Hei",),
    "Skriv", "eller skann.", (), "Løftet", "Hilsen", "Formål", "", "",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def warm_writers():
    """Let children begin here as they do in the product, but where a test says otherwise."""


# all other tests set what they set in the second way
@pytest.mark.parametrize(
    "begun", ["as in the product", pytest.param("warm", marks=pytest.mark.slow)]
)
def test_cards_are_set_pile_after_pile_by_children(monkeypatch, begun):
    if begun == "warm":
        monkeypatch.setattr(sheet, "get_context", lambda _: divided())
    told = []
    read = pypdf.PdfReader(io.BytesIO(set_cards(PILES, SHEET, told.append)))
    pages = [page.extract_text() for page in read.pages]
    # a page on how to hand them out, then eight cards a page
    assert ["ABCD" in page for page in pages] == [False, True, True, False, True]
    assert [("Nord" in page, "Sør" in page) for page in pages if "ABCD" not in page] == [
        (True, False),
        (False, True),
    ]
    assert told == [0.5, 1.0]


def asks_for_one_side(content):
    return pypdf.PdfReader(io.BytesIO(content)).viewer_preferences.duplex == "/Simplex"


def test_what_is_one_persons_asks_for_the_front_of_a_sheet_alone(monkeypatch):
    """On the back would be another's letter, or a second card for whoever draws the first."""
    for module in (paper, sheet):
        monkeypatch.setattr(module, "get_context", lambda _: divided())
    letters = [Letter(at, "nb", f"https://svar.example.org/{at}", "ABCD") for at in (2, 3)]
    parts = set_letters(letters, {"nb": WORDING}, window="left", report=lambda _: None)
    assert asks_for_one_side(joined(parts, [0, 1]))
    assert asks_for_one_side(set_cards(PILES, SHEET, lambda _: None))
