"""Another agency runs it: from strategy to publication, and no page speaks of the first one.

Its content (``tests/second_agency``) has four values, three goals, scales of seven and of four
steps, types of units and background variables of its own, no regions between the whole and its
units, and two languages: bokmål, and a few texts of Northern Sámi.
"""

import os
import re
import subprocess
from collections import deque
from io import BytesIO
from urllib.parse import urljoin
from zipfile import ZipFile

import httpx
import openpyxl
import pypdf
import pytest

from questionnaires.content import SETTING
from questionnaires.loader import load_library
from questionnaires.whole import check_content
from tests.agencies import FIRST, SECOND
from tests.demo import start_demo, stop_demo
from tests.places import lent_place

SMALL = ("--people", "300", "--waves", "4", "--public-waves", "1")
ROLES = ("hr", "communications", "leader", "representative", "admin")
FIRST_PAGES = ("/", "/results", "/culture", "/reputation", "/workplace", "/strategy", "/method")
MOST = 60
TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)
# what the interface calls levels and places; a municipality without regions has other words
LEVELS = re.compile(r"\b(etat(en|ens|er|ene)?|fylke\w*|landet|region\w*)\b", re.IGNORECASE)
# how sentences speak of the smallest change that matters: the usual ones, and those of this agency
USUAL_MARGIN = re.compile(
    r"(anslaget er minst|en enhet minst|anslått til minst|anslått til under|anslår det til minst"
    r"|sikkert under|mindre enn|grensen på) [35] ?(poeng|\.|,(?!\d))",
    re.IGNORECASE,
)
OWN_MARGIN = re.compile(r"(minst|under|mindre enn|grensen på) (4|7,5)\b")
LINK = re.compile(r'href="([^"#]+)')
READ = ("text/", "json", "xml")


def _words_of(content):
    """What an agency alone calls itself, its surveys and indices, types of units, its strategy."""
    library = load_library(content)
    agency = library.agency
    texts = [agency.name, agency.in_sentence, agency.as_source, *agency.keywords]
    own = [form for form in library.forms.values() if form.population in {"staff", "public"}]
    texts += [form.title for form in own]
    texts += library.unit_types.values()
    # its indices as they stand in sentences
    measures = library.measures
    headed = (measures.staff.culture, measures.public.reputation)
    texts += [measures.name(code).sentence or {} for code in headed]
    words = {
        word.removeprefix("the ") for text in texts for word in map(str.casefold, text.values())
    }
    return words | {library.strategy.name.casefold()}


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    with lent_place(tmp_path_factory.mktemp("second")) as folder:
        found = start_demo(folder, "--agency", str(SECOND), *SMALL)
        yield found
        stop_demo(found)


@pytest.fixture(scope="module")
def foreign():
    """Words of the first agency that the second has no use for."""
    words = _words_of(FIRST) - _words_of(SECOND)
    assert {"kulturindeksen", "omdømmeindeksen"} < words
    assert len(words) > 20
    # "Media" and "Partners" are words of every language
    return Words(sorted(word for word in words if " " in word or len(word) > len("partners")))


class Words:
    """Words that are looked for whole; most texts hold no letters of any, which is quickly seen."""

    def __init__(self, words):
        self._words = {word: re.compile(rf"\b{re.escape(word)}\b") for word in words}

    def search(self, text):
        for word, whole in self._words.items():
            if word in text and (found := whole.search(text)):
                return found
        return None


def _walk(client, base, starts):
    """Read pages, following links as they stand, each path a few times at most."""
    todo, seen, kinds = deque(starts), set(starts), {}
    read = 0
    while todo and read < MOST:
        address = todo.popleft()
        reply = client.get(address, follow_redirects=True)
        read += 1
        yield address, reply
        for link in LINK.findall(reply.text if "html" in reply.headers["content-type"] else ""):
            found = urljoin(str(reply.url), link.replace("&amp;", "&"))
            path = found.removeprefix(base)
            kind = path.partition("?")[0]
            left_out = kind.startswith(("/static", "/sign-out", "/dev", "/reports"))
            if found.startswith(base) and path not in seen and not left_out:
                seen.add(path)
                kinds[kind] = kinds.get(kind, 0) + 1
                if kinds[kind] <= 2:
                    todo.append(path)


def _sign_in(client, second, role):
    account = second.facts["accounts"][role]
    client.post("/sign-in", data=account, follow_redirects=True).raise_for_status()


def _read_as(role, second):
    base = second.facts["base_url"]
    with httpx.Client(base_url=base, timeout=120) as client:
        starts = list(FIRST_PAGES)
        if role:
            _sign_in(client, second, role)
        else:
            slug = second.facts["open_surveys"][0]
            starts += [second.facts["personal_links"][0].removeprefix(base), f"/open/{slug}"]
        yield from _walk(client, base, starts)


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_page_works_and_none_speaks_of_the_first_agency(second, foreign, role):
    named, broken, levels, margins, own, read = {}, {}, {}, {}, set(), 0
    for address, reply in _read_as(role, second):
        read += 1
        if reply.is_server_error:
            broken[address] = reply.status_code
        text = any(one in reply.headers["content-type"] for one in READ)
        if text and (found := foreign.search(reply.text.casefold())):
            named[address] = found[0]
        if "html" in reply.headers["content-type"]:
            shown = TAGS.sub(" ", reply.text)
            levels |= {found[0]: address for found in LEVELS.finditer(shown)}
            told = " ".join(shown.split())
            margins |= {found[0]: address for found in USUAL_MARGIN.finditer(told)}
            own |= {found[2] for found in OWN_MARGIN.finditer(told)}
    assert read > 20
    assert not broken, second.log.read_text()[-2000:]
    assert not named
    assert not levels
    assert not margins
    # everybody may read the rule
    assert own == {"4", "7,5"}


def test_its_own_values_goals_and_groups_stand_on_the_pages(second):
    base = second.facts["base_url"]
    with httpx.Client(base_url=base, timeout=120) as client:
        _sign_in(client, second, "hr")
        culture = client.get("/culture?lang=nb").text
        workplace = client.get("/workplace?lang=nb").text
    with httpx.Client(base_url=base, timeout=120) as client:
        _sign_in(client, second, "communications")
        reputation = client.get("/reputation?lang=nb").text
    for value in ("Nærhet", "Mot", "Rettferd", "Glede"):
        assert value in culture
    for word in ("Trygg oppvekst", "Åpen dialog", "Botid", "Bruk av tjenester"):
        assert word in reputation
    # trust is one of its goals, and has one button
    assert sorted(re.findall(r'id="chip-(\w+)"', reputation)) == ["BLI", "DIA", "OMD", "TIL"]
    # it asks nobody outside about the workplace, whose index has no parts
    assert "Innenfra: de ansatte" in workplace
    assert not re.search(r"Utenfra|utenfra|delmålene|Begge aksene", workplace)


@pytest.fixture(scope="module")
def taken(second, warm):
    """What is taken away in a format and a language: `taken(form, language)`.

    A report and a table are asked for on the page; the others of the command, which writes the
    same and begins faster.
    """

    def asked_for(form, language):
        if (form, language) in {("pdf", "nb"), ("csv", "se")}:
            asked = {"publication": newest, "format": form, "lang": language}
            return _text(client.get("/reports/file", params=asked).raise_for_status().content)
        command = ("export", newest, "--format", form, "--language", language, "--output", "-")
        done = subprocess.run(
            [warm.executable, "-m", "survey_app.cli", *command],
            env={**os.environ, "BAROMETER_DATA_DIR": str(second.data_dir), SETTING: str(SECOND)},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return _text(done.stdout)

    with httpx.Client(base_url=second.facts["base_url"], timeout=120) as client:
        _sign_in(client, second, "hr")
        newest = re.search(r'<option value="([^"]+)"', client.get("/reports").text)[1]
        yield asked_for


@pytest.mark.parametrize("form", ["pdf", "pptx", "xlsx", "csv", "json-stat", "ddi"])
def test_what_is_taken_away_names_this_agency_alone(taken, foreign, form):
    text = taken(form, "nb")
    assert "Nærhet" in text
    assert not foreign.search(text.casefold())
    assert not USUAL_MARGIN.search(" ".join(text.split()))


def test_every_change_that_is_taken_away_was_held_against_its_own_margins(second):
    with httpx.Client(base_url=second.facts["base_url"], timeout=120) as client:
        _sign_in(client, second, "hr")
        newest = re.search(r'<option value="([^"]+)"', client.get("/reports").text)[1]
        asked = {"publication": newest, "format": "xlsx", "lang": "nb"}
        book = client.get("/reports/file", params=asked).raise_for_status().content
    held = set()
    for sheet in openpyxl.load_workbook(BytesIO(book), read_only=True):
        at = None
        for row in sheet.iter_rows(values_only=True):
            if at is not None and isinstance(row[at], int | float):
                held.add(row[at])
            if "Minste endring som teller" in row:
                at = row.index("Minste endring som teller")
    # in a pulse every unit may be hidden
    assert {4} <= held <= {4, 7.5}


def _text(content):
    if content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as parts:
            return " ".join(
                parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml")
            )
    return content.decode()


@pytest.fixture
def sami(second):
    """A reader who chose Northern Sámi."""
    with httpx.Client(base_url=second.facts["base_url"], timeout=120, params={"lang": "se"}) as one:
        yield one


def test_pages_are_in_northern_sami_where_it_is_written_and_say_what_stands_in(sami, second):
    base = second.facts["base_url"]
    asked = second.facts["personal_links"][0].removeprefix(base)
    for address, word in (
        ("/results", "Bohtosat"),
        (asked, "Sádde"),
        (f"/open/{second.facts['open_surveys'][0]}", "Skuvllat leat buorit."),
    ):
        page = sami.get(address).raise_for_status().text
        assert '<html lang="se"' in page
        assert word in page
        assert "Siden er ikke ferdig oversatt. Det som mangler, står på: Bokmål." in page
        assert '<span lang="nb">' in page


@pytest.mark.parametrize("form", ["pdf", "pptx", "xlsx", "csv", "json-stat", "ddi"])
def test_what_is_taken_away_is_in_northern_sami_where_it_is_written(taken, form):
    text = taken(form, "se")
    assert "Lagašvuohta" in text
    assert "Mot" in text


def test_open_data_calls_no_bokmaal_text_northern_sami(second):
    described = httpx.get(f"{second.facts['base_url']}/results/catalog.ttl", timeout=120)
    found = re.findall(r'"([^"]+)"@se', described.raise_for_status().text)
    assert set(found) == {"suohkan", "Fjellvær suohkan"}


def test_its_open_data_is_described_by_its_own_name(second, foreign):
    described = httpx.get(f"{second.facts['base_url']}/results/catalog.ttl", timeout=120)
    assert "Fjellvær kommune" in described.raise_for_status().text
    # twice a year, as its agency.toml says
    assert "frequency/ANNUAL_2>" in described.text
    assert not foreign.search(described.text.casefold())


def test_a_form_asks_for_no_language_that_it_has_not(second):
    with httpx.Client(base_url=second.facts["base_url"], timeout=120) as client:
        _sign_in(client, second, "communications")
        page = client.get("/events").raise_for_status().text
    assert 'name="text_nb"' in page
    assert 'name="text_se"' in page
    assert not re.search(r"nynorsk|engelsk", page, re.IGNORECASE)


def test_its_pages_have_its_colours(second):
    base = second.facts["base_url"]
    for address in ("/results", second.facts["personal_links"][0].removeprefix(base)):
        page = httpx.get(f"{base}{address}", timeout=120).text
        [sheet] = re.findall(r'href="(/static/agency\.css[^"]*)"', page)
        assert "--vb-accent: #7a1f3d;" in httpx.get(f"{base}{sheet}", timeout=120).text


def test_the_content_is_sound():
    assert len(check_content(SECOND).measures.staff.values) == 4
