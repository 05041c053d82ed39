"""Cards on paper: made by the command, read back from pictures of the PDF, the same ones again."""

from dataclasses import replace
from datetime import date

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from questionnaires.loader import load_library
from survey_app.asking.cards.sheet import CardSheet, PrintedCard, PrintedPile, cards_html
from survey_app.asking.errors import LettersRefused
from survey_app.commands.cards import cards_named
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared import pdf
from survey_app.shared.database import Login, fetch
from tests.builders_answering import an_open_wave, without_pools
from tests.cards import a_wave_with_cards, codes
from tests.letters import still_open


async def made(settings, output, wave, language="nb"):
    told = []
    bind_worker()
    try:
        with without_pools():
            await cards_named(wave.key, output, language, settings, told.append)
    finally:
        bind_web()
    return told


def read(content):
    """What each page says, and where its QR codes lead, read from its picture."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        picture = np.ascontiguousarray(page.render(scale=3).to_numpy())
        found = [code.text for code in zxingcpp.read_barcodes(picture)]
        yield page.get_textpage().get_text_range(), found
    document.close()


async def test_a_pile_is_printed_with_codes_that_open_the_form_and_is_the_same_again(
    web, settings, tmp_path
):
    wave = await a_wave_with_cards(settings, {"nord-1": 4})
    await still_open()
    told = await made(settings, tmp_path / "cards.pdf", wave)
    assert told[0].startswith("32 cards in ")
    cover, *pages = read((tmp_path / "cards.pdf").read_bytes())
    text = " ".join(cover[0].split())
    assert "32 kort til 4 ansatte" in text
    assert "La hver ansatt uten e-post trekke ett kort selv" in text
    assert "Ingen kan hindre at noen bruker to kort" in text
    assert [len(found) for _, found in pages] == [8, 8, 8, 8]
    printed = [found.partition("code=")[2] for _, page in pages for found in page]
    [pile] = (await codes(settings, wave)).values()
    assert {code.replace("-", "") for code in printed} == set(pile)
    for words, _ in pages:
        assert "Kortet har ikke navn, og ingen vet hvem som fikk det." in " ".join(words.split())
    address = f"/kode?code={printed[0]}"
    assert printed[0] in (await web.get(address)).text
    reply = await web.post("/kode", data={"code": printed[0]}, follow_redirects=False)
    assert (await web.get(reply.headers["location"])).status_code == 200
    # once more, in another language: the same codes, and the log says so
    await made(settings, tmp_path / "again.pdf", wave, "en")
    _, page, *_ = read((tmp_path / "again.pdf").read_bytes())
    assert "The card has no name on it" in " ".join(page[0].split())
    assert page[1][0].partition("code=")[2].removesuffix("&lang=en") in printed
    # whoever types the address is met in the card's language too
    assert "testserver.local/kode/en" in "".join(page[0].split())
    assert "testserver.local/kode/" not in "".join(pages[0][0].split())
    rows = await fetch(
        Login.MIGRATOR,
        "SELECT facts::text AS facts FROM audit.event WHERE action = 'cards made' ORDER BY at",
    )  # fmt: skip
    assert ["again" in row["facts"] for row in rows] == [False, True]
    assert not any(code in row["facts"] for row in rows for code in printed)


async def test_a_wave_without_cards_makes_none(web, settings, tmp_path):
    wave = await an_open_wave(settings)
    with pytest.raises(LettersRefused, match="no cards"):
        await made(settings, tmp_path / "none.pdf", wave)
    assert not (tmp_path / "none.pdf").exists()


def foot_and_head(content):
    """Where the last line above the promise ends, and the promise begins, of the first card."""
    document = pypdfium2.PdfDocument(content)
    text = document[1].get_textpage()
    [ends, begins] = [text.search(word).get_next()[0] for word in ("minutter", "PROMISE")]
    _, bottom, _, _ = text.get_charbox(ends, loose=True)
    _, _, _, top = text.get_charbox(begins, loose=True)
    document.close()
    return bottom, top


@pytest.mark.parametrize("unit", ["Fengsel Nord d'Arc", "Ærlig " * 23])
@pytest.mark.parametrize(
    "title", ["Høstpuls: hvordan har du det på jobben?", "Trivsel " * 25, "Æ" * 200]
)
def test_no_line_of_a_card_is_printed_over_another(title, unit):
    promise = "PROMISE " + load_library().messages.text("promise.card", "nb")
    sheet = CardSheet(
        "nb", {"nb": f"{title}, desember 2026"}, "svar.etaten.example.org", 2, date(2026, 12, 16),
        promise, "hr@example.org", demo=True,
    )  # fmt: skip
    card = PrintedCard("R9ZX-32CJ-CPV6", "https://svar.etaten.example.org/kode#R9ZX-32CJ-CPV6")
    page = cards_html(PrintedPile(unit, 5, (card,)), sheet)
    bottom, top = foot_and_head(pdf.pdf_bytes(page, variant=None))
    assert bottom > top


def test_the_cover_speaks_of_text_messages_only_where_the_wave_sends_some():
    sheet = CardSheet(
        "nb", {"nb": "Verdipuls"}, "svar.example.org", 2, date(2026, 12, 16), "", "hr@example.org",
        demo=False,
    )  # fmt: skip
    pile = PrintedPile("Fengsel Nord", 5, ())
    assert "SMS" not in cards_html(pile, sheet)
    with_sms = " ".join(cards_html(pile, replace(sheet, sms=True)).split())
    assert "som verken har e-post eller har fått SMS om dette" in with_sms
