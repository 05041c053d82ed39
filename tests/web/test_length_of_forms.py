"""No length tells what was answered, where a form comes back as it was filled in."""

from __future__ import annotations

from questionnaires.loader import load_library
from tests.builders_answering import an_open_page, an_open_wave, some_answers


async def lengths_of(web, path, filled) -> set[int]:
    """Send each of these; return how long the pages are that come back."""
    found = set()
    for fields in filled:
        reply = await web.post(path, data=fields, follow_redirects=False)
        assert reply.status_code in {200, 422}
        # compressed, its length would tell which of the answers are marked
        assert "content-encoding" not in reply.headers
        assert 'id="skjema"' in reply.text
        found.add(int(reply.headers["content-length"]))
    return found


async def test_a_form_that_comes_back_is_as_long_whatever_is_marked_in_it(web, settings):
    wave = await an_open_wave(settings)
    other = {"lang": "nb", "show_language": "nn"}
    filled = [{"vp.try.1": code} | other for code in ("1", "3", "5", "vi")]
    filled += [{"vp.try.1": "1", "vp.sik.5": "vi"} | other, some_answers() | other, other]
    assert len(await lengths_of(web, f"/answer/{wave.tokens[0]}", filled)) == 1


async def test_so_is_a_form_with_words_in_it_or_with_answers_that_exclude_each_other(web, settings):
    wave = await an_open_wave(
        settings, "open", form="omdomme.open", population="open", kind="open", invite="open"
    )
    library = load_library()
    asked = library.questionnaire("omdomme.open", first_wave=True)
    several = [item for item in asked.items if item.presentation == "checkbox"]
    assert several
    every = {
        item.id: [option.code for option in asked.option_set(item).options] for item in asked.items
    }
    page = an_open_page(settings, wave)
    # marked wherever something can be, of which some exclude each other, and nothing at all
    filled = [page | every, page, page | {several[0].id: every[several[0].id][:1]}]
    other = {"show_language": "en"}
    lengths = await lengths_of(web, "/open/open", [one | other for one in filled])
    assert len(lengths) == 1
    refused = await lengths_of(web, "/open/open", filled[:2])
    assert len(refused) == 1
