"""A small open survey is published as coarsely as it must be, and never gets stuck."""

import json
import random
from datetime import timedelta

from questionnaires.authoring.laid_over import lay_over
from questionnaires.authoring.own_groups import WrittenGroup, WrittenGroups, write_groups
from questionnaires.authoring.version_files import begin_version
from questionnaires.content import SETTING, content_folder
from questionnaires.loader import load_library
from survey_app.installation.tables import bind_web, bind_worker
from survey_app.publishing.closing.close_wave import close_wave
from survey_app.shared import clock
from survey_app.shared.database import Login, fetch
from tests.builders_answering import NOW, an_open_page, an_open_wave, some_answers, without_pools

FORM = load_library().questionnaire("omdomme.open")


def of_one_county(rng):
    """Answers like those of a person in Oslo; what else they tell about themselves varies."""
    answers = some_answers("omdomme.open")
    for item in FORM.items:
        codes = [option.code for option in FORM.option_set(item).options]
        if item.id in answers and item.id not in {"d.fylke", "om.fil.2"}:
            answers[item.id] = rng.choice(codes)
    return answers | {"d.fylke": "03"}


def more_groups(folder):
    """The same content with groups of one more question, which open surveys ask, too."""
    words = dict.fromkeys(("nb", "nn", "en"), "news")
    groups = tuple(WrittenGroup((code,)) for code in ("1", "4"))
    begun = begin_version(content_folder(), "omdomme", load_library().strategy.revision)
    files = write_groups(begun, WrittenGroups("news", "om.fil.4", words, words, groups))
    return lay_over(content_folder(), [files], folder / "laid", release=True)


async def test_answers_of_one_county_are_weighted_by_what_they_can_be(
    web, settings, monkeypatch, tmp_path
):
    wave = await an_open_wave(
        settings, "apen", form="omdomme.open", kind="open", population="open", invite="open"
    )
    rng = random.Random(5)
    for _ in range(90):
        fields = of_one_county(rng) | an_open_page(settings, wave)
        sent = await web.post(f"/open/{wave.key}", data=fields, follow_redirects=False)
        assert sent.status_code == 303
    monkeypatch.setenv(SETTING, str(more_groups(tmp_path)))
    assert "news" in load_library().background.variables
    bind_worker()
    with without_pools():
        closed = await close_wave(wave.key, key_dir=settings.key_folder, now=NOW)
    [row] = await fetch(Login.WORKER, "SELECT content FROM publications.publication")
    bind_web()
    content = json.loads(row["content"])
    # groups that were added while it was open are of later surveys
    groups = {one["code"].partition(":")[0] for one in content["domains"] if ":" in one["code"]}
    assert "age" in groups
    assert "news" not in groups
    assert content["response"]["answers"] == closed.accepted == 90
    told = {one["code"]: one for one in content["warnings"]}
    assert told["margin_left_out"]["margins"] == ["county"]
    [trust] = [
        one
        for one in content["estimates"]
        if (one["measure"], one["statistic"], one["level"]) == ("TI", "mean", "agency")
    ]
    assert trust["status"] == "published"
    # weights of the other margins, and of no county that nobody spoke for
    assert content["weights"]["max"] < 5


async def test_pages_of_an_open_survey_say_when_results_may_not_come(web, settings, monkeypatch):
    monkeypatch.setattr("survey_app.answering.results_fate.FRESH", 0.0)
    wave = await an_open_wave(
        settings, "apen", form="omdomme.open", kind="open", population="open", invite="open"
    )
    page = f"/open/{wave.key}"
    await web.get(page)
    thanks = (await web.get(f"/answer/thanks?survey={wave.key}&lang=nb")).text
    assert "eller bli holdt tilbake" in thanks
    assert "viser vi ingen tall." in thanks
    later = clock.today() + timedelta(days=20)
    await fetch(
        Login.WORKER, "UPDATE asking.wave SET state = 'closed', results_on = $1::date", later
    )
    assert "Resultatene kommer <strong>" in (await web.get(f"{page}?lang=nb")).text
    await fetch(
        Login.WORKER,
        "INSERT INTO asking.arrival_alarm (id, due_at) SELECT id, now() FROM asking.wave",
    )
    for decision, told in (
        ("", "Vi ser på svarene før vi legger dem fram."),
        ("withhold", "Resultatene blir ikke lagt fram."),
        ("publish", "Resultatene kommer <strong>"),
    ):
        await fetch(Login.WORKER, "UPDATE asking.arrival_alarm SET decision = $1", decision)
        text = (await web.get(f"{page}?lang=nb")).text
        assert told in text
        assert ("Resultatene kommer <strong>" in text) is (decision == "publish")
