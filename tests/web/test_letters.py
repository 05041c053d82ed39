"""A drawn sample is reached by letter: links and codes once each, on paper, sealed, and audited."""

import io
import json
import re
import zipfile

import asyncpg
import pyrage
import pytest

from survey_app.accounts.roles import Role
from survey_app.asking.errors import AddressProblems, LettersRefused, RegisterProblems
from survey_app.asking.invitations.replace_link import replace_link
from survey_app.asking.letters import content
from survey_app.asking.letters.paper import LongLetter, set_letters
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.shared.database import Login, fetch
from survey_app.shared.new_file import NotWrittenError
from survey_app.shared.pdf import NoFontError
from tests.builders_answering import NOW, some_answers
from tests.letters import KEY, a_sampled_wave, addresses, letters, pages_of, rows_of

HOUSE = pyrage.x25519.Identity.generate()


async def runs():
    return [
        (row["kind"], row["letters"], row["reason"])
        for row in await fetch(Login.WORKER, "SELECT * FROM asking.letter_run ORDER BY made_at")
    ]


async def audited():
    rows = await fetch(
        Login.MIGRATOR, "SELECT facts FROM audit.event WHERE action = 'letters made' ORDER BY at"
    )
    return [json.loads(row["facts"]) for row in rows]


async def typed(web, code):
    return await web.post("/kode", data={"code": code}, follow_redirects=False)


def inside(path, identity=HOUSE):
    packed = pyrage.decrypt(path.read_bytes(), [identity])
    return packed, zipfile.ZipFile(io.BytesIO(packed))


async def answer(web, url):
    path = url.removeprefix("http://testserver.local")
    return await web.post(path, data=some_answers("omdomme"), follow_redirects=False)


async def test_every_person_once_by_link_and_by_code(web, settings, tmp_path):
    wave = await a_sampled_wave(settings)
    told = await letters(settings, tmp_path / "letters.csv")
    assert told[0] == f"6 letters in {tmp_path / 'letters.csv'}, readable by you alone"
    assert (tmp_path / "letters.csv").stat().st_mode & 0o777 == 0o600
    rows = rows_of((tmp_path / "letters.csv").read_bytes())
    assert [(row["row"], row["language"]) for row in rows] == [
        ("2", "nb"), ("3", "nn"), ("4", "en"), ("5", "nb"), ("6", "nn"), ("7", "en"),
    ]  # fmt: skip
    assert {row["url"].rpartition("/")[2] for row in rows} == set(wave.tokens)
    assert all(row["url"].startswith("http://testserver.local/answer/") for row in rows)
    for row in rows:
        form = await web.get(row["url"].removeprefix("http://testserver.local"))
        assert form.status_code == 200
        assert f'<html lang="{row["language"]}"' in form.text
        reply = await typed(web, row["code"])
        assert reply.status_code == 303
        assert row["url"].endswith(reply.headers["location"].removesuffix("?typed=yes"))
    assert await runs() == [("first", 6, "")]
    assert await audited() == [{"format": "csv", "kind": "first", "letters": 6}]


async def test_letters_are_made_once_and_again_only_with_a_reason(web, settings, tmp_path):
    await a_sampled_wave(settings)
    await letters(settings, tmp_path / "one.csv")
    with pytest.raises(LettersRefused, match=r"were made on .* \(6 of them\), and nobody gets"):
        await letters(settings, tmp_path / "two.csv")
    assert not (tmp_path / "two.csv").exists()
    await letters(settings, tmp_path / "two.csv", again="the printer jammed")
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert await runs() == [("first", 6, ""), ("first", 6, "the printer jammed")]
    assert (await audited())[1]["again"] == "the printer jammed"
    await letters(settings, tmp_path / "three.csv", again="page 3 was torn", rows=(4,))
    assert [row["row"] for row in rows_of((tmp_path / "three.csv").read_bytes())] == ["4"]


async def test_no_letter_is_set_on_paper_that_nobody_ordered(web, settings, tmp_path, monkeypatch):
    await a_sampled_wave(settings)
    set_on_paper = []

    def watched(letters, *args, **given):
        set_on_paper.append([one.row for one in letters])
        return set_letters(letters, *args, **given)

    monkeypatch.setattr(content, "set_letters", watched)
    some = addresses([3, 5]) + "".join(f"{row};;;;\n" for row in (2, 4, 6, 7))
    told = await letters(settings, tmp_path / "some.pdf", "pdf", addresses=some)
    assert told[1] == "4 rows without an address got no letter"
    await letters(settings, tmp_path / "one.pdf", "pdf", again="page 3 was torn", rows=(4,))
    assert set_on_paper == [[3, 5], [4]]
    nobody = "".join(f"{row};;;;\n" for row in range(2, 8))
    with pytest.raises(LettersRefused, match="nobody is left to write to"):
        await letters(
            settings, tmp_path / "no.pdf", "pdf", again="another", addresses=addresses([]) + nobody
        )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"second": True}, "the first ones were not made yet"),
        ({"again": "spoiled"}, "the first ones were not made yet: no --again"),
        ({"key": "nothing"}, "there is no wave «nothing»"),
    ],
)
async def test_nothing_is_made_out_of_turn(web, settings, tmp_path, given, why):
    await a_sampled_wave(settings)
    with pytest.raises(Exception, match=why):
        await letters(settings, tmp_path / "letters.csv", **given)
    assert list(tmp_path.iterdir()) == []
    assert await runs() == []


async def test_no_letters_of_a_wave_that_is_closed(web, settings, tmp_path):
    wave = await a_sampled_wave(settings)
    await fetch(Login.MIGRATOR, "UPDATE asking.wave SET state = 'closed' WHERE id = $1", wave.id)
    with pytest.raises(LettersRefused, match="it is closed, and links open nothing"):
        await letters(settings, tmp_path / "letters.csv")


async def test_no_file_is_overwritten_and_nothing_is_noted_then(web, settings, tmp_path):
    await a_sampled_wave(settings)
    (tmp_path / "letters.csv").write_text("other letters")
    with pytest.raises(NotWrittenError, match="is there already"):
        await letters(settings, tmp_path / "letters.csv")
    assert await runs() == await audited() == []


async def test_a_file_that_cannot_be_noted_is_taken_away(web, settings, tmp_path):
    await a_sampled_wave(settings)
    # at the commit, when the file stands already
    await fetch(
        Login.MIGRATOR,
        "CREATE FUNCTION asking.broken() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$",
    )
    await fetch(
        Login.MIGRATOR,
        "CREATE CONSTRAINT TRIGGER broken AFTER INSERT ON asking.letter_run"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION asking.broken()",
    )
    with pytest.raises(asyncpg.RaiseError, match="the disk is full"):
        await letters(settings, tmp_path / "letters.csv")
    assert list(tmp_path.iterdir()) == []
    assert await runs() == []


async def test_a_letter_on_paper_says_where_to_answer_and_who_asks(web, settings, tmp_path):
    wave = await a_sampled_wave(settings, people=3)
    path = tmp_path / "letters.pdf"
    await letters(settings, path, "pdf", addresses=addresses([4, 2, 3]))
    assert path.stat().st_mode & 0o777 == 0o600
    await letters(settings, tmp_path / "letters.csv", again="to compare with")
    rows = rows_of((tmp_path / "letters.csv").read_bytes())
    pages = pages_of(path.read_bytes())
    assert len(pages) == 3
    [listed] = await fetch(Login.WORKER, "SELECT key_list_hash FROM asking.wave")
    for row, (text, led_to) in zip(rows, pages, strict=True):
        said = " ".join(text.split())
        assert led_to == row["url"]
        assert row["code"] in said
        assert f"Mottaker {row['row']} Storgata {row['row']} 0150 Oslo" in said
        assert "testserver.local/kode" in said
        assert "testserver.local/stop" in said
        # whoever types an address is met in the language of their letter
        spoken = set(re.findall(r"testserver\.local/(?:kode|stop|promise)(/\w\w|)", said))
        assert spoken == {"" if row["language"] == "nb" else f"/{row['language']}"}
        assert "http" not in said
        assert listed["key_list_hash"] in said.replace(" ", "")
        assert not re.search(r"\{\{|\x00", text)
        assert (await web.get(f"/answer/{led_to.rpartition('/')[2]}")).status_code == 200
    for said, (text, _) in zip(
        (
            "Svaret ditt blir låst når du sender det inn",
            "Svaret ditt blir låst når du sender det inn, og blir først opna",
            "Your answer is locked when you submit it",
        ),
        pages,
        strict=True,
    ):
        assert said in " ".join(text.split())
    assert {led_to.rpartition("/")[2] for _, led_to in pages} == set(wave.tokens)


async def test_a_letter_that_needs_a_second_page_is_refused(web, settings, tmp_path):
    await a_sampled_wave(settings, people=2)
    long = "GDPR article 6 (1) e, " * 100
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET legal_basis = $1", long)
    with pytest.raises(LongLetter, match="does not fit on one page"):
        await letters(settings, tmp_path / "letters.pdf", "pdf")
    assert list(tmp_path.iterdir()) == await runs() == []


async def test_a_name_with_a_sign_that_no_font_has_is_refused(web, settings, tmp_path):
    await a_sampled_wave(settings, people=2)
    strange = addresses([2, 3]).replace("Oslo", "O\u0378slo", 1)
    assert strange != addresses([2, 3])
    with pytest.raises(NoFontError, match="no font of this machine has «\u0378»"):
        await letters(settings, tmp_path / "letters.pdf", "pdf", addresses=strange)
    assert not (tmp_path / "letters.pdf").exists()
    assert await runs() == []


async def test_mistakes_in_the_addresses_are_told_before_anything_is_made(web, settings, tmp_path):
    await a_sampled_wave(settings, people=3)
    wrong = addresses([2, 3, 3]) + "9;X;Y;0150;Oslo\n"
    with pytest.raises(AddressProblems) as caught:
        await letters(settings, tmp_path / "letters.pdf", "pdf", addresses=wrong)
    assert [str(problem) for problem in caught.value.problems] == [
        "«row»: 1 who are invited by letter stand nowhere in the file: 4",
        "line 4, «row»: the row 3 stands on line 3 too",
        "line 5, «row»: nobody on the row 9 is invited by letter",
    ]
    assert not (tmp_path / "letters.pdf").exists()
    assert await runs() == await audited() == []


async def test_the_command_reads_addresses_as_the_page_does(web, settings, tmp_path):
    await a_sampled_wave(settings, people=3)
    file = tmp_path / "names.csv"
    for form in ("cp1252", "utf-16"):
        file.write_bytes(addresses([2, 3, 4]).replace("Storgata", "Blåbærveien").encode(form))
        path = tmp_path / f"{form}.pdf"
        await letters(settings, path, "pdf", addresses=file, again="another" * (form != "cp1252"))
        assert "Blåbærveien 2" in pages_of(path.read_bytes())[0][0]
    file.write_bytes(b"PK\x03\x04")
    with pytest.raises(RegisterProblems, match="the file is a workbook and no CSV"):
        await letters(settings, tmp_path / "no.pdf", "pdf", addresses=file, again="another")


async def test_addresses_stand_in_no_table_and_no_log(web, settings, tmp_path, caplog):
    await a_sampled_wave(settings, people=3)
    caplog.set_level("DEBUG")
    await letters(settings, tmp_path / "l.pdf", "pdf", addresses=addresses([2, 3, 4]))
    tables = await fetch(
        Login.MIGRATOR,
        "SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables"
        " WHERE table_schema IN ('asking', 'audit')",
    )
    for table in tables:
        rows = await fetch(Login.MIGRATOR, f"SELECT t::text AS said FROM {table['name']} t")
        assert not [row for row in rows if "Mottaker" in row["said"] or "Storgata" in row["said"]]
    assert "Mottaker" not in caplog.text


async def test_a_second_letter_goes_to_everybody_but_those_who_said_stop(web, settings, tmp_path):
    await a_sampled_wave(settings)
    await letters(settings, tmp_path / "one.csv")
    first = rows_of((tmp_path / "one.csv").read_bytes())
    assert (await answer(web, first[0]["url"])).status_code == 303
    reply = await web.post("/stop", data={"code": first[1]["code"]}, follow_redirects=False)
    assert reply.headers["location"].startswith("/stop/")
    page = (await web.get(f"{reply.headers['location']}?lang=nb")).text
    assert "Har du ikke svart, kan du fortsatt gjøre det" in page
    assert "Lenken din" not in page  # they have a code, and whether they answered is told nowhere
    assert (await web.post(reply.headers["location"], follow_redirects=False)).status_code == 303
    await letters(settings, tmp_path / "two.csv", second=True)
    assert rows_of((tmp_path / "two.csv").read_bytes()) == [first[0], *first[2:]]
    assert await runs() == [("first", 6, ""), ("second", 5, "")]


@pytest.mark.parametrize("form", ["csv", "pdf"])
async def test_who_has_not_answered_is_known_to_the_printing_house_alone(
    web, settings, tmp_path, form
):
    await a_sampled_wave(settings)
    await letters(settings, tmp_path / "one.csv")
    first = rows_of((tmp_path / "one.csv").read_bytes())
    sizes = []
    for at in range(2):
        assert (await answer(web, first[at]["url"])).status_code == 303
        sealed = tmp_path / f"sealed-{at}.age"
        told = await letters(
            settings, sealed, form, second=True, sealed_to=str(HOUSE.to_public()),
            again="once more" if at else "",
        )  # fmt: skip
        assert not re.search(r"\b[456]\b", " ".join(told[:2]).replace(str(tmp_path), ""))
        assert sealed.stat().st_mode & 0o777 == 0o600
        packed, folder = inside(sealed)
        sizes.append(len(packed))
    content = folder.read(f"letters.{form}")
    links = [row["url"] for row in first[2:]]
    if form == "csv":
        assert [row["url"] for row in rows_of(content)] == links
    else:
        pages = pages_of(content)
        assert [led_to for _, led_to in pages] == links
        assert "Vi har nylig sendt deg et brev" in " ".join(pages[1][0].split())
    # one letter less is some kilobytes; pages that are set twice differ by a few bytes
    assert max(sizes) - min(sizes) < 64
    made = await runs()
    assert made[1:] == [("second", None, ""), ("second", None, "once more")]
    assert all("letters" not in facts for facts in (await audited())[1:])


async def test_a_campaign_that_reminds_everybody_tells_the_printing_house_nothing(
    web, settings, tmp_path
):
    await a_sampled_wave(settings)
    await fetch(Login.MIGRATOR, "UPDATE asking.campaign SET remind_everybody = true")
    await letters(settings, tmp_path / "one.csv")
    first = rows_of((tmp_path / "one.csv").read_bytes())
    await answer(web, first[0]["url"])
    sealed = tmp_path / "two.age"
    await letters(settings, sealed, second=True, sealed_to=str(HOUSE.to_public()))
    assert rows_of(inside(sealed)[1].read("letters.csv")) == first


async def test_a_lost_letter_is_revoked_with_its_code(web, settings, tmp_path):
    await a_sampled_wave(settings)
    await letters(settings, tmp_path / "one.csv")
    lost = rows_of((tmp_path / "one.csv").read_bytes())[2]
    bind_worker()
    await replace_link(KEY, 4, now=NOW, actor="command line")
    bind_web()
    assert (await typed(web, lost["code"])).status_code == 404
    assert (await web.get(f"/answer/{lost['url'].rpartition('/')[2]}")).status_code == 404
    await letters(settings, tmp_path / "two.csv", again="lost in the mail", rows=(4,))
    [found] = rows_of((tmp_path / "two.csv").read_bytes())
    assert found["code"] != lost["code"]
    assert (await typed(web, found["code"])).status_code == 303


async def test_a_stolen_dump_holds_no_code_and_no_link(web, settings, tmp_path):
    wave = await a_sampled_wave(settings)
    await letters(settings, tmp_path / "one.csv")
    rows = rows_of((tmp_path / "one.csv").read_bytes())
    held = await fetch(
        Login.MIGRATOR,
        "SELECT t::text || i::text AS said FROM asking.typed_code t"
        " JOIN asking.invitation i ON i.id = t.invitation",
    )
    said = " ".join(row["said"] for row in held)
    assert len(held) == len(wave.tokens)
    for row in rows:
        code = row["code"].replace("-", "")
        for secret in (code, row["code"], row["url"].rpartition("/")[2]):
            assert secret not in said
            assert secret.encode().hex() not in said


async def test_letters_are_refused_where_nobody_is_invited_by_letter(web, settings, tmp_path):
    from tests.builders_answering import an_open_wave

    wave = await an_open_wave(settings)
    with pytest.raises(LettersRefused, match="invites nobody by letter"):
        await letters(settings, tmp_path / "letters.csv", key=wave.key)


async def test_the_campaign_page_says_when_letters_were_made(web, settings, tmp_path, sign_in):
    await a_sampled_wave(settings)
    reader = await sign_in(Role.COMMUNICATIONS)
    page = f"/campaigns/campaign-{KEY}"
    text = (await reader.get(page)).text
    assert "Ikke laget ennå" in text
    assert "E-posttjeneren" not in text
    await letters(settings, tmp_path / "one.csv")
    text = (await reader.get(page)).text
    assert "Filen til trykkeriet er laget, med 6 brev." in text
    sealed = tmp_path / "two.age"
    await letters(settings, sealed, second=True, sealed_to=str(HOUSE.to_public()))
    text = (await reader.get(page)).text
    assert "<dt>Andre brev</dt>" in text
    assert "låst så bare trykkeriet kan åpne den. Antallet vises ingen steder." in text


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--format", "csv", "--addresses", "pyproject.toml"], "--addresses is for PDF"),
        (["--format", "csv", "--row", "3"], "say why with --again"),
        (
            ["--format", "csv", "--second", "--sealed-to", "x", "--again", "y", "--row", "3"],
            "--row would tell who has answered",
        ),
        (["--format", "docx"], "is not one of"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_asked(options, why):
    from click.testing import CliRunner

    from survey_app.cli import barometer

    done = CliRunner().invoke(barometer, ["wave", "letters", KEY, *options])
    assert done.exit_code == 2
    assert why in done.output
