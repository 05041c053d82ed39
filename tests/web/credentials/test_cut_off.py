"""Answers on a net that is cut, in tabs that are closed: nobody is thanked and lost."""

import asyncio
import json

import pytest

from tests.builders_answering import an_open_wave, some_answers
from tests.node import ROOT, node
from tests.urn_reading import urn_of
from tests.web.credentials.sending import receipts

SCRIPT = ROOT / "tests" / "web" / "credentials" / "cuts.mjs"
SEED = 20261128


def signed(at: int, items) -> dict[str, str]:
    """Answers by which a person's ballot is known again: their number in base five."""
    return {item: str(at // 5**place % 5 + 1) for place, item in enumerate(items)}


async def walk(base: str, people) -> list[dict]:
    process = await asyncio.create_subprocess_exec(
        node(),
        str(SCRIPT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    told = json.dumps({"base": base, "seed": SEED, "people": people}).encode()
    out, errors = await process.communicate(told)
    assert process.returncode == 0, errors.decode()
    return json.loads(out)


@pytest.mark.parametrize("number", [40, pytest.param(500, marks=pytest.mark.slow)])
async def test_nobody_is_thanked_and_lost_nor_counted_twice_wherever_the_net_is_cut(
    live, settings, number
):
    wave = await an_open_wave(settings, people=number // 2)
    sheet = some_answers()
    items = [item for item, code in sheet.items() if code == "4"][:5]
    people = [
        {"path": f"/answer/{token}", "answers": signed(at, items)}
        for at, token in enumerate(wave.tokens)
    ]
    seen = await walk(str(live.base_url), people)
    questionnaire, ballots = await urn_of(settings, wave)
    columns = [questionnaire.columns.index(item) for item in items]
    counted = [tuple(ballot.answers[column] for column in columns) for ballot in ballots]
    arrived = {
        at: counted.count(tuple(map(int, one["answers"].values()))) for at, one in enumerate(people)
    }
    assert max(arrived.values()) == 1
    assert sum(arrived.values()) == len(ballots) == len(await receipts(wave))
    thanked = [at for at, one in enumerate(seen) if one["thanked"]]
    assert all(arrived[at] for at in thanked)
    assert {seen[at]["receipt"] for at in thanked} <= set(await receipts(wave))
    # whoever comes back with a net, to a device that did not crash, has answered and is told so
    lost = [one for one in seen if not one["thanked"] and not one["closedByCrash"]]
    assert not lost, lost
    # nothing lies there any more
    assert {one["left"] for one in seen if one["thanked"]} == {0}
    unknown = number - len(thanked)
    print(f"\n{number} people, {len(ballots)} ballots, {len(thanked)} thanked, {unknown} by crash")
