"""Answer as people do, by each of the ways there are, with a sheet that nobody else has.

Which sheet is whose is drawn anew for each wave, so that no order of people is an order of answers
by itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from questionnaires.loader import load_library
from questionnaires.model import Questionnaire
from survey_app.answering.form_token import FIELD as PAGE
from tests.blind_client import get_credential, send_ballot
from tests.builders_answering import OpenedWave
from tests.plain_form import hidden_in

UNIT = "nord-1"
LATER = load_library().questionnaire("verdipuls.k2", first_wave=False)
FIRST = load_library().questionnaire("verdipuls.k2", first_wave=True)
TELLING = ("vp.try.1", "vp.try.3", "vp.apn.1")
PLACES = [LATER.columns.index(item) for item in TELLING]
assert all(FIRST.columns[at] == LATER.columns[at] for at in PLACES)
SPLIT, LISTED = "verdipuls.delt", "interessent.sam"
OF_A_LIST = ("om.til.1", "om.evn.1", "om.vel.1")
SHEETS = 125
REWORDED = "vp.nyt.1"
assert LATER.columns.index(REWORDED) > max(PLACES)  # so that these stay where they are

type Answering = Callable[[Any, OpenedWave, str, Mapping[str, object]], Awaitable[None]]


def sheet(code: int, form: Questionnaire) -> dict[str, str]:
    """A filled-in form that only the holder of ``code`` sends; the rest of it is anything."""
    digits = (code // 25, code // 5 % 5, code % 5)
    filled = {
        item.id: random.choice(["", *(one.code for one in form.option_set(item).options)])
        for item in form.items
    }
    told = zip(telling(form), digits, strict=True)
    return filled | {item: str(digit + 1) for item, digit in told}


def telling(form: Questionnaire) -> tuple[str, str, str]:
    """Return the questions whose answers are the code."""
    return TELLING if TELLING[0] in form.columns else OF_A_LIST


def code_of(answers: Any, form: Questionnaire = LATER) -> int:
    """Read the code off stored answers."""
    first, second, third = (answers[form.columns.index(item)] - 1 for item in telling(form))
    return first * 25 + second * 5 + third


def comment_of(tag: int) -> str:
    """Write the comment that only the holder of ``tag`` writes."""
    return f"Merkelapp {tag}"


def tag_of(comment: str) -> int:
    """Read the tag off a stored comment."""
    return int(comment.removeprefix("Merkelapp "))


async def answer_plainly(
    web: Any, _wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade B: the plain form, as a browser sends it."""
    hidden = hidden_in((await web.get(f"/answer/{token}")).text)
    reply = await web.post(f"/answer/{token}", data=hidden | dict(answers), follow_redirects=False)
    assert reply.status_code == 303, reply.text
    assert reply.headers["location"].startswith("/answer/thanks")


async def answer_by_code(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """A code that is typed, of a letter or of a card: the plain form."""
    typed = {"code": wave.codes[token]}
    reply = await web.post("/kode", data=typed, follow_redirects=False)
    assert reply.headers["location"].startswith(f"/answer/{token}")
    await answer_plainly(web, wave, token, answers)


async def answer_at_kiosk(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """The same on a screen that many share."""
    typed = {"code": wave.codes[token]}
    reply = await web.post("/kiosk", data=typed, follow_redirects=False)
    assert "/kiosk/form/" in reply.headers["location"]
    await web.get(reply.headers["location"])
    sent = dict(answers) | {"link": token, "lang": "nb"}
    reply = await web.post("/kiosk/answer", data=sent, follow_redirects=False)
    assert reply.headers["location"].startswith("/kiosk/done"), reply.headers


async def answer_blindly(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade A: a credential to the link, a ballot to the answer host."""
    credential = await get_credential(web, wave.key, UNIT, token)
    reply = await send_ballot(web, credential, dict(answers))
    assert reply.status_code == 200, reply.text


async def answer_in_own_words(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade B, where a half is asked `REWORDED` in other words, under a name of its own."""
    named = re.search(rf'name="({REWORDED}@\d)"', (await web.get(f"/answer/{token}")).text)
    assert named
    own = {named[1] if item == REWORDED else item: code for item, code in answers.items()}
    await answer_plainly(web, wave, token, own)


async def answer_own_module(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade B, of a split questionnaire: what the page of this link asks."""
    asked = set(re.findall(r'name="([^"]+)"', (await web.get(f"/answer/{token}")).text))
    await answer_plainly(web, wave, token, {one: answers[one] for one in asked & answers.keys()})


async def answer_as_listed(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade B, of somebody who stands on a list."""
    await answer_plainly(web, wave, token, answers)


async def answer_openly(
    web: Any, wave: OpenedWave, token: str, answers: Mapping[str, object]
) -> None:
    """Grade O: the form of an open link, whose page carries ``token``."""
    sent = dict(answers) | {PAGE: token}
    reply = await web.post(f"/open/{wave.key}", data=sent, follow_redirects=False)
    assert reply.headers["location"].startswith("/answer/thanks"), reply.text


GRADES: dict[str, tuple[Answering, ...]] = {
    "A": (answer_blindly,),
    "B": (answer_plainly,),
    "A and B": (answer_blindly, answer_plainly),
}
BY_CODE: dict[str, tuple[Answering, ...]] = {
    "A, B and codes of letters": (answer_blindly, answer_plainly, answer_by_code, answer_at_kiosk),
    "P": (answer_by_code, answer_at_kiosk),
}
IN_HALVES: Final = (answer_in_own_words,)
OPENLY: Final = (answer_openly,)
IN_MODULES: Final = (answer_own_module,)
ON_A_LIST: Final = (answer_as_listed,)
CARDS: Final = BY_CODE["P"]
CODED: Final = frozenset(CARDS)
