"""A survey of the public as an agency holds it: 1,500 drawn, by letter, to a verified publication.

Files in and files out, the commands' own ways, and answers over HTTP by what the letters say.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from questionnaires.loader import load_library
from questionnaires.population import read_population
from survey_app.asking.campaigns.commands import import_file
from survey_app.asking.errors import LettersRefused
from survey_app.asking.letters.came_back import note_letters_back
from survey_app.asking.writing import writing
from survey_app.commands.export_wave import export_wave
from survey_app.commands.letters import LetterOptions, letters_named
from survey_app.commands.verify_wave import check_wave_files
from survey_app.commands.waves import close_named, open_named, verify_named
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.inputs.margins import margins_of
from survey_app.publishing.inputs.stored import read_table
from survey_app.settings import Settings
from survey_app.shared import clock, queue
from survey_app.shared.database import Login, fetch
from survey_app.simulation.public_model import draw_public, simulate_public_wave
from tests.attack.public_rows import BLANK, suspects
from tests.letters import addresses, pages_of, rows_of
from tests.live_server import free_port, serving
from tests.one_app import the_app

SAMPLED = load_library().background.sampled_items
WAVE, DRAWN, K = "omdomme-brev", 1500, 5
FORM = load_library().questionnaire("omdomme", first_wave=True)
OSLO = "03"
UNDELIVERED, OUTSIDE = 40, 30
ON_PAPER = range(2, DRAWN + 2, 50)
"""Rows whose letters are set on paper, spread over the file: each takes a tenth of a second."""
CAMPAIGN = """
key = "omdomme"
form = "omdomme"
population = "public"
legal_basis = "GDPR article 6 (1) e"
retention_days = 1825
sender = "Kommunikasjon <post@example.org>"
contact = "post@example.org"
title = {{ nb = "Omdømme", nn = "Omdømme", en = "Reputation" }}
purpose = {{ nb = "Å måle tilliten", nn = "Å måle tilliten", en = "To measure trust" }}

[[waves]]
key = "{wave}"
opens_on = {opens_on}
closes_on = {closes_on}
results_on = {results_on}
"""


class Public:
    """Who was drawn, and what each of them would answer: people in Oslo trust more."""

    def __init__(self):
        self.drawn = draw_public(0, seed=7, gross=DRAWN)
        self.would = simulate_public_wave(self.drawn, 0, seed=7).answers
        rng = np.random.default_rng(5)
        self.who = np.flatnonzero(rng.random(DRAWN) < np.where(self.drawn.gender == 1, 0.5, 0.35))
        in_oslo = self.drawn.county == int(OSLO)
        self.would = dict(self.would) | {
            "om.fil.2:7": np.zeros(DRAWN),  # nobody is screened out
            "om.til.1": np.where(in_oslo, 9 + rng.integers(0, 2, DRAWN), rng.integers(2, 8, DRAWN)),
        }

    def sample_file(self):
        people = zip(*self.cells(), strict=True)
        lines = [f"{c:02d},{a},{g},{('nb', 'nn', 'en')[c % 3]}" for c, a, g in people]
        return "\n".join(["county,age,gender,language", *lines]) + "\n"

    def cells(self):
        return self.drawn.county, self.drawn.age, self.drawn.gender

    def filled_in(self, at):
        fields = {}
        for item in FORM.items:
            options = FORM.option_set(item).options
            if item.presentation == "checkbox":
                fields[item.id] = [
                    one.code for one in options if self.would[f"{item.id}:{one.code}"][at] == 1
                ]
            else:
                code = [one.code for one in options if one.value == self.would[item.id][at]]
                fields[item.id] = code or options[-1].code
        return fields


def campaign():
    today = clock.today()
    days = {"closes_on": 20, "results_on": 30, "opens_on": 0}
    return CAMPAIGN.format(
        wave=WAVE, **{name: today + timedelta(days=number) for name, number in days.items()}
    )


def on_paper(path):
    """Address and check sum of the keys that each letter says, by the row that it was sent to."""
    found = {}
    for text, url in pages_of(path.read_bytes()):
        row = int(re.search(r"Mottaker (\d+)", text)[1])
        found[row] = url, re.search(r"[0-9a-f]{64}", re.sub(r"\s", "", text))[0]
    return found


@pytest.fixture
def settings(tmp_path):
    return Settings(
        data_dir=tmp_path / "data",
        base_url=f"http://127.0.0.1:{free_port()}",
        secret_key="for tests only, and long enough there",
    )


async def answer(settings, letters, public):
    """Everybody who answers follows the code on paper, types theirs, or opens their link."""
    path, paper = letters
    listed = {int(row["row"]): row for row in rows_of(path.read_bytes())}
    app, port = the_app(settings), int(settings.base_url.rpartition(":")[2])
    at_once = asyncio.Semaphore(8)

    async def one(client, at):
        row = int(at) + 2
        url = paper[row][0] if row in paper else listed[row]["url"]
        async with at_once:
            if row % 2 and row not in paper:
                reply = await client.post("/kode", data={"code": listed[row]["code"]})
                assert reply.headers["location"] == f"{urlsplit(url).path}?typed=yes"
            reply = await client.post(url, data=public.filled_in(at))
        assert reply.headers["location"].startswith("/answer/thanks"), reply.text

    bind_web()
    async with serving(app, port) as address, httpx.AsyncClient(base_url=address) as client:
        await asyncio.gather(*[one(client, at) for at in public.who])
        # a link is good for one answer
        url = listed[int(public.who[0]) + 2]["url"]
        again = await client.post(url, data=public.filled_in(int(public.who[0])))
        assert again.headers["location"].startswith("/answer/used")
    bind_worker()


async def printed(settings, folder, told):
    def order(form, output, **given):
        choices = {"addresses": None, "second": False, "sealed_to": "", "again": "", "rows": ()}
        given = LetterOptions(form, folder / output, **(choices | given), window="left")
        return letters_named(WAVE, given, settings, told.append)

    # the other rows are left empty: no letter on paper for them
    left = "".join(f"{row};;;;\n" for row in range(2, DRAWN + 2) if row not in ON_PAPER)
    (folder / "names.csv").write_text(addresses(ON_PAPER) + left)
    await order("pdf", "letters.pdf", addresses=folder / "names.csv")
    with pytest.raises(LettersRefused, match="nobody gets"):
        await order("csv", "letters.csv")
    await order("csv", "letters.csv", again="the rest goes to another house")
    return folder / "letters.csv", on_paper(folder / "letters.pdf")


async def test_a_drawn_sample_is_asked_by_letter_and_published(database, redis, settings, tmp_path):
    queue.configure(redis.url)
    public, told = Public(), []
    (tmp_path / "campaign.toml").write_text(campaign())
    (tmp_path / "sample.csv").write_text(public.sample_file())
    await import_file(tmp_path / "campaign.toml", dry_run=False, echo=told.append)
    await open_named(WAVE, settings, tmp_path / "sample.csv", told.append)
    assert f"{WAVE} is open: {DRAWN} invited" in told

    letters = await printed(settings, tmp_path, told)
    listed = rows_of(letters[0].read_bytes())
    assert len({row["url"] for row in listed}) == len({row["code"] for row in listed}) == DRAWN
    by_row = {int(row["row"]): row["url"] for row in listed}
    assert {row: url for row, (url, _) in letters[1].items()} == {
        row: by_row[row] for row in ON_PAPER
    }
    runs = await fetch(
        Login.WORKER, "SELECT letters, reason FROM asking.letter_run ORDER BY made_at"
    )
    assert [tuple(run.values()) for run in runs] == [
        (len(ON_PAPER), ""), (DRAWN, "the rest goes to another house"),
    ]  # fmt: skip

    await answer(settings, letters, public)
    async with writing() as link:
        await note_letters_back(link, WAVE, UNDELIVERED, OUTSIDE)
    await close_named(WAVE, settings, told.append)
    [row] = await fetch(Login.WORKER, "SELECT content FROM publications.publication")
    content = json.loads(row["content"])
    assert_rows_hide_everybody(public, await fetch(Login.WORKER, "SELECT * FROM counting.response"))
    assert_figures(public, content)
    [table] = await fetch(Login.WORKER, "SELECT content FROM counting.wave_table")
    assert_population(content, table["content"])

    assert await verify_named("latest", told.append) == 0
    files = []
    await export_wave(WAVE, tmp_path / "files", files.append)
    [keys_hash] = {listed_hash for _, listed_hash in letters[1].values()}
    paths = [tmp_path / "files" / name.rpartition("/")[2] for name in files]
    checks = []
    assert check_wave_files(paths, (), keys_hash, checks.append)
    assert re.fullmatch(r"all \d+ checks hold", checks[-1])
    print(
        f"\n{DRAWN} drawn, {len(public.who)} answered, {len(ON_PAPER)} QR codes read; {checks[-1]}"
    )


def assert_rows_hide_everybody(public, responses):
    at = [FORM.columns.index(item) for item in SAMPLED]
    stored = [
        tuple(BLANK if row["answers"][one] < 0 else row["answers"][one] for one in at)
        for row in responses
    ]
    assert len(stored) == len(public.who)
    assert min(Counter(stored).values()) >= K
    everybody = list(zip(*(codes.tolist() for codes in public.cells()), strict=True))
    assert suspects([everybody[at] for at in public.who], stored).below(K) == 0


def assert_figures(public, content):
    response = content["response"]
    assert (response["invited"], response["answers"]) == (DRAWN, len(public.who))
    asked = DRAWN - OUTSIDE
    assert response["rr2"] == round(len(public.who) / asked, 4)
    assert (response["letters_undelivered"], response["letters_outside"]) == (UNDELIVERED, OUTSIDE)
    known = asked - UNDELIVERED
    e = known / (known + OUTSIDE)
    assert response["rr4"] == round(len(public.who) / (known + e * UNDELIVERED), 4)
    trust = {
        one["domain"]: one["mean"]
        for one in content["estimates"]
        if (one["measure"], one["statistic"], one["status"]) == ("om.til.1", "mean", "published")
    }
    in_oslo = public.drawn.county[public.who] == int(OSLO)
    told = public.would["om.til.1"][public.who]
    assert trust[f"county:{OSLO}"] == pytest.approx(told[in_oslo].mean() * 10, abs=2)
    # weighted by county: Oslo is one part in eight of the country, and more of the sample
    share = read_population().county[OSLO]
    by_hand = share * told[in_oslo].mean() + (1 - share) * told[~in_oslo].mean()
    assert trust[""] == pytest.approx(by_hand * 10, abs=1.5)


def assert_population(content, stored):
    """Whoever said where they live weighs as the population does, by what the figures rest on."""
    people = read_population()
    assert content["margins"]["dated"] == people.dated.isoformat()
    assert not [one for one in content["warnings"] if one["code"] == "margin_left_out"]
    exact = read_table(stored).frame
    rows = exact[(exact["measure"] == "om.til.1") & (exact["statistic"] == "mean")]
    margins = margins_of(people)
    known = {"age": _by_age(margins["age_gender"]), **margins}
    for group in ("age", "county", "education"):
        told = rows[rows["domain"].str.startswith(f"{group}:")].set_index("domain")["weight"]
        weighted = (told / told.sum()).to_dict()
        assert weighted == pytest.approx(
            {f"{group}:{code}": share for code, share in known[group].items()}, abs=5e-4
        )


def _by_age(shares):
    ages = Counter()
    for cell, share in shares.items():
        ages[cell.partition(":")[0]] += share
    return ages
