"""Letters that came back, written on the page of a wave in the field, and the rates so far."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from analytics.errors import FrameError
from analytics.response_rates import Dispositions, ResponseRates, response_rates
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.acts import ActRequest, acts_of, ask
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.campaigns.states import State
from survey_app.asking.letters.came_back import LettersBack, letters_back
from survey_app.running.asking import allowed_wave, reader_of
from survey_app.shared.clock import now
from survey_app.shared.database import Login
from survey_app.shared.form_text import as_number

KINDS: Final = ("undelivered", "outside")
WRONG: Final = "letters"  # what the address says where the numbers could not be used


@dataclass(frozen=True, slots=True)
class LetterReturns:
    """What was noted, and the rates so far; ``rates`` is None while nothing is told of answers.

    ``is_due``: numbers are on their way to the worker.
    """

    noted: LettersBack
    rates: ResponseRates | None
    is_due: bool


async def returns_of(wave: WaveRow, answered: int | None) -> LetterReturns | None:
    """Read them of a wave in the field; None where nobody is invited by letter.

    Parameters
    ----------
    wave : WaveRow
    answered : int or None
        As far as the page tells it.
    """
    noted = await letters_back(Login.WEB, wave.id)
    if not noted.letters:
        return None
    acts = (await acts_of(Login.WEB, [wave.id])).get(wave.id, ())
    due = any(one.act == "returned" and one.state in {"confirmed", "running"} for one in acts)
    return LetterReturns(noted, rates_so_far(noted, answered) if answered else None, due)


def rates_so_far(noted: LettersBack, answered: int) -> ResponseRates | None:
    """Compute AAPOR's rates before it is known how complete answers are.

    Whoever answered is taken to be complete, so that RR1 is RR2 and RR3 is RR4. Letters that came
    back to people who answered all the same count no further.
    """
    silent = max(noted.invited - answered, 0)
    outside = min(noted.outside, silent)
    unknown = min(noted.undelivered, silent - outside)
    counts = Dispositions(answered, 0, 0, silent - outside - unknown, 0, unknown, outside)
    try:
        return response_rates(counts)
    except FrameError:
        return None  # everybody came back


@post("/waves/{key:str}/letters-back", guards=[requires(*READERS)])
async def take_numbers(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[Any]:
    """Leave it to the worker to note how many letters have come back so far."""
    wave = await allowed_wave(request, key)
    form = await request.form()
    reader = reader_of(request, str(form.get("csrf", "")))
    if wave.state != State.OPEN:
        return Redirect(f"/campaigns/{wave.campaign}", status_code=303)
    numbers = [as_number(str(form.get(name, "")).strip() or "0") for name in KINDS]
    said = [number for number in numbers if number is not None and number >= 0]
    noted = await letters_back(Login.WEB, wave.id)
    if len(said) < len(KINDS) or sum(said) > noted.letters:
        return Redirect(f"/waves/{key}?wrong={WRONG}#letters-back", status_code=303)
    at = now()
    content = json.dumps(dict(zip(KINDS, said, strict=True))).encode()
    asked = ActRequest(
        wave.id, "returned", reader.account, reader.email, due_at=at, content=content
    )
    # the worker writes into the log what it noted, and who said so
    await ask(asked, now=at)
    return Redirect(f"/waves/{key}#letters-back", status_code=303)


HANDLERS = [take_numbers]
