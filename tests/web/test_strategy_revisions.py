"""Two revisions of the strategy on a page: what became of each statement, and of its questions."""

import re
import shutil
from dataclasses import replace

import lxml.html
import pytest

from questionnaires.loader import load_library
from questionnaires.strategy_maps import years_of
from survey_app.accounts.roles import Role
from survey_app.commands.init import write_content
from survey_app.reading.strategy.revisions import other_revisions, revisions_page
from survey_app.reading.strategy_text import library, measured_by, measured_of, period_then
from tests.agencies import FIRST, SECOND

PAGE = "/strategy?revision=2027-1"
NOT_ADOPTED = "eksempel, ikke vedtatt"
# what each item of a changed statement would name, once the new strategy is asked
RENAMED = {
    "verdi.trygghet.2": "verdi.trygghet.4",
    "sikkerhet.ansatte.1": "sikkerhet.ansatte.4",
    "organisasjon.digital.1": "organisasjon.digital.4",
    "kompetanse.tverrfaglig.2": "kompetanse.tverrfaglig.4",
    "omdomme.plattform.1": "omdomme.plattform.4",
    "omdomme.plattform.3": "omdomme.plattform.4",
}


def words(reply):
    assert reply.status_code == 200
    return re.sub(r"\s+", " ", lxml.html.fromstring(reply.text).text_content())


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_reads_what_became_of_each_statement(web, sign_in, role):
    await sign_in(role)
    text = words(await web.get(PAGE))
    assert "Hva ble av hvert utsagn?" in text
    assert (
        "3 utsagn er omskrevet, 1 er delt, 2 er slått sammen, 1 har kommet til og 1 har falt bort"
        in text
    )


async def test_an_example_is_called_one_wherever_it_is_shown(web, sign_in):
    await sign_in(Role.HR)
    for address in ("/strategy", PAGE):
        text = words(await web.get(address))
        named = [found.end() for found in re.finditer("2027–2032", text)]
        assert named
        for end in named:
            assert text[end:].startswith((f" ({NOT_ADOPTED})", f": {NOT_ADOPTED}", " – Verdi")), (
                text[end - 60 : end + 60]
            )
    assert "Ingen har vedtatt den. Ingen målinger spør om den, og den har ingen tall." in text


async def test_both_wordings_stand_side_by_side_with_the_reason_and_the_questions(web, sign_in):
    await sign_in(Role.ANALYST)
    page = lxml.html.fromstring((await web.get(PAGE)).text)
    rows = page.xpath("//ul[@class='pieces']/li")
    told = [re.sub(r"\s+", " ", row.text_content()) for row in rows]
    split = next(text for text in told if "Vi utøver godt skjønn." in text)
    assert "Vi er faglig trygge, og utøver godt skjønn." in split
    assert "Setningen sa to ting på én gang." in split
    assert "Hvilken del" in split
    assert all(
        library().items[one].text["nb"] in split for one in measured_by()["verdi.trygghet.2"]
    )
    new = next(text for text in told if "Vi følger opp ansatte" in text)
    assert "Står ikke her." in new
    assert "Ingen spørsmål gjelder dette." in new
    reworded = next(row for row in rows if "sikker infrastruktur" in row.text_content())
    assert len(reworded.xpath(".//del")) == 1


async def test_every_question_is_traced_to_both_strategies():
    view = revisions_page("2027-1", "nb")
    assert {one.text for one in view.questions} == {
        library().items[item].text["nb"] for items in measured_by().values() for item in items
    }
    by_text = {one.text: one for one in view.questions}
    kept = by_text[library().items["vp.try.1"].text["nb"]]
    assert kept.before == kept.after
    split = by_text[library().items["vp.try.3"].text["nb"]]
    assert split.after == ("delt; hvilken del er ikke bestemt",)


async def test_the_page_of_what_is_asked_tells_of_each_changed_statement_and_leads_on(web, sign_in):
    await sign_in(Role.LEADER)
    reply = await web.get("/strategy")
    assert f'href="{PAGE}"' in reply.text
    assert f"Delt i 2027–2032 ({NOT_ADOPTED})" in words(reply)


async def test_the_name_of_the_fold_says_which_strategy_lies_beside(web, sign_in):
    await sign_in(Role.LEADER)
    page = lxml.html.fromstring((await web.get("/strategy")).text)
    [said] = page.xpath(f"//details[p/a[@href='{PAGE}']]/summary")
    assert said.text_content().startswith("Ved siden av ligger strategien 2027–2032")


async def test_no_level_stands_on_the_page_of_a_revision_that_no_wave_asked(web, sign_in):
    await sign_in(Role.HR)
    page = lxml.html.fromstring((await web.get(PAGE)).text)
    assert not page.xpath("//main//svg")


async def test_a_revision_that_is_not_there_is_not_found(web, sign_in):
    await sign_in(Role.HR)
    assert (await web.get("/strategy?revision=2031-1")).status_code == 404
    assert "Lever vi opp til strategien?" in words(await web.get("/strategy?revision=2021-1"))


GONE = """
[[item]]
id = "vp.borte.1"
version = 1
options = "enig5"
statements = ["verdi.trygghet.2"]
tradition = "EGEN"
"""


@pytest.fixture
def versioned(tmp_path, monkeypatch):
    """One with a version of every instrument for each strategy; a question was taken out."""
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    for folder in root.glob("instruments/*"):
        last = max(int(one.name[1:]) for one in folder.glob("v*"))
        new = shutil.copytree(folder / f"v{last}", folder / f"v{last + 1}") / "instrument.toml"
        text = new.read_text(encoding="utf-8")
        numbered = text.replace(f"\nversion = {last}\n", f"\nversion = {last + 1}\n", 1)
        new.write_text(numbered, encoding="utf-8")
        _adopt(root, f"instruments/{folder.name}/v{last + 1}/instrument.toml")
    _adopt(root, "indices.toml", "weak_links.toml")
    then = max(root.glob("instruments/verdipuls/v*"))
    then = then.with_name(f"v{int(then.name[1:]) - 1}")
    with (then / "instrument.toml").open("a", encoding="utf-8") as structure:
        structure.write(GONE)
    for text in then.glob("text.*.toml"):
        with text.open("a", encoding="utf-8") as words:
            words.write('\n[item."vp.borte.1"]\ntext = "Borte"\n')
    monkeypatch.setenv("BAROMETER_AGENCY", str(root))


@pytest.fixture
def renewed(tmp_path, monkeypatch):
    """An agency that has adopted its new strategy and asks it."""
    root = tmp_path / "content"
    shutil.copytree(FIRST, root)
    _adopt(root, "indices.toml", "weak_links.toml", "instruments/*/v*/instrument.toml")
    monkeypatch.setenv("BAROMETER_AGENCY", str(root))


def _adopt(root, *names):
    for path in (path for name in names for path in root.glob(name)):
        text = path.read_text(encoding="utf-8").replace('"2021-1"', '"2027-1"')
        for old, new in RENAMED.items():
            text = text.replace(f'"{old}"', f'"{new}"')
        path.write_text(text, encoding="utf-8")
    later = root / "strategy/2027-1.toml"
    adopted = later.read_text(encoding="utf-8").replace('status = "example"\n', "")
    later.write_text(adopted, encoding="utf-8")
    (root / "released.toml").write_text("", encoding="utf-8")


async def test_when_the_new_strategy_is_asked_the_old_one_stands_beside_it(renewed):
    [other] = other_revisions("nb")
    assert (other.edition.revision, other.earlier, other.edition.status) == ("2021-1", True, "")
    view = revisions_page("2021-1", "nb")
    assert (view.earlier.revision, view.later.revision) == ("2021-1", "2027-1")
    assert view.later.asked
    by_text = {one.text: one for one in view.questions}
    part = by_text[library().items["vp.try.3"].text["nb"]]
    assert part.after == ("Vi er faglig trygge.",)
    assert part.before == ("del av et utsagn; ikke bestemt",)


async def test_what_a_wave_of_the_old_strategy_asked_is_named_in_its_words(renewed):
    [then] = measured_of("vp.try.3", ["verdi.trygghet.2"])
    assert then.text == "Vi er faglig trygge, og utøver godt skjønn."
    assert (period_then("2021-1"), period_then("2027-1")) == ("2021–2026", "")
    # one year is no span
    assert years_of(replace(library().strategies["2021-1"], period_to=2021)) == "2021"


async def test_once_versions_for_both_are_written_each_question_stands_where_they_put_it(versioned):
    view = revisions_page("2021-1", "nb")
    by_text = {one.text: one for one in view.questions}
    part = by_text[library().items["vp.try.3"].text["nb"]]
    earlier = library().strategies["2021-1"].statements
    assert part.before == (earlier["verdi.trygghet.2"].text,)
    assert part.after == ("Vi er faglig trygge.",)
    told = {one.became: one.told for one in view.changed}
    assert re.fullmatch(r"\d+ spørsmål gjelder (en av )?delene", told["split"])
    assert "ikke bestemt" not in " ".join([*told.values(), *part.before])


async def test_a_question_that_was_taken_out_stands_with_what_it_measured(versioned):
    assert "vp.borte.1" not in library().items
    [gone] = [one for one in revisions_page("2021-1", "nb").questions if one.text == "Borte"]
    earlier = library().strategies["2021-1"].statements
    assert (gone.before, gone.after) == ((earlier["verdi.trygghet.2"].text,), ("ikke noe",))


def test_an_agency_with_one_revision_is_shown_no_other(monkeypatch):
    monkeypatch.setenv("BAROMETER_AGENCY", str(SECOND))
    assert library().strategies.keys() == {"2030-1"}
    assert other_revisions("nb") == ()
    assert revisions_page("2030-1", "nb") is None


async def test_where_every_statement_is_measured_no_others_are_spoken_of(web, sign_in, monkeypatch):
    monkeypatch.setenv("BAROMETER_AGENCY", str(SECOND))
    await sign_in(Role.HR)
    text = words(await web.get("/strategy"))
    assert re.search(r"\d utsagn i strategien gjelder [^.]+\. Vi måler alle\.", text)
    assert "De andre" not in text


def test_a_draft_is_written_beside_the_strategy_as_the_template_says(tmp_path, monkeypatch):
    root = tmp_path / "ours"
    write_content(root)
    present = (root / "strategy/2027-1.toml").read_text(encoding="utf-8")
    map_as_told = present[
        present.index('#   from = "2027-1"') : present.index("# The questions of")
    ]
    later = present[present.index("revision = ") :].replace("2027-1", "2031-1", 1)
    later = later.replace("verdi.kvalitet.1", "verdi.kvalitet.2").replace(
        "Vi lærer", "Vi lærer fort"
    )
    (root / "strategy/2031-1.toml").write_text(f'status = "draft"\n{later}', encoding="utf-8")
    kept = [one for one in load_library(root).strategy.statements if one != "verdi.kvalitet.1"]
    rows = "\n".join(line.removeprefix("#").strip() for line in map_as_told.splitlines())
    (root / "strategy/maps").mkdir()
    (root / "strategy/maps/2027-1_2031-1.toml").write_text(
        rows.replace('["oppdrag.1", "visjon"]', str(kept)), encoding="utf-8"
    )
    monkeypatch.setenv("BAROMETER_AGENCY", str(shutil.copytree(root, tmp_path / "drafted")))
    [other] = other_revisions("nb")
    assert other.edition.status == "utkast, ikke vedtatt"
    assert other.summary == "1 utsagn er omskrevet"
    assert not revisions_page("2031-1", "nb").example
