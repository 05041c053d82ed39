"""Where the code of a letter or card is typed: a right one leads to its link.

What is typed is mended first. A code with a wrong check sign is a slip and no guess. So only codes
that could be right and are not count, and where too many were tried none is looked up at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlencode

from litestar import Request, get, post
from litestar.params import FromPath

from survey_app.answering.arrival import chosen_language
from survey_app.answering.code_limit import codes_are_held, count_unknown_code
from survey_app.answering.fields import read_fields, single
from survey_app.answering.reply import TYPED, as_page, go_to, in_a_minute, show
from survey_app.asking.invitations.codes import SIGNS, Flaw, code_hash, read_code, signs_of
from survey_app.asking.invitations.queries import find_by_code
from survey_app.asking.invitations.tokens import token_for
from survey_app.settings import Settings
from survey_app.shared.database import Login, connection
from survey_app.shared.finished_reply import Reply
from survey_app.shared.i18n import N_, Language, as_language, languages, translator
from survey_app.shared.negotiation import accepted_encodings
from survey_app.shared.networks import network_of
from survey_app.shared.pages import render
from survey_app.shared.secret import Secret, accepted

LONGEST = 60  # of what is shown again
type Goal = Literal["answer", "stop"]
type CodeTrouble = Flaw | Literal["unknown", "busy"]
HEADINGS: dict[Goal, str] = {
    "answer": N_("Skriv inn koden din"),
    "stop": N_("Stopp påminnelser"),
}
STATUS: dict[CodeTrouble, int] = {"unknown": 404, "busy": 429}
UNREADABLE = 422
SENTENCES: dict[CodeTrouble, str] = {
    Flaw.SIGN: N_("Koden har bare tall og bokstaver, og aldri U, Æ, Ø eller Å."),
    Flaw.CHECK: N_("Koden er ikke skrevet helt riktig."),
    "unknown": N_(
        "Vi kjenner ikke denne koden. Koder til undersøkelser som er avsluttet, blir slettet etter"
        " en tid."
    ),
    "busy": N_(
        "Vi får mange ukjente koder akkurat nå. Vent et minutt og prøv igjen. QR-koden i brevet"
        " virker som vanlig."
    ),
}
EMPTY = N_("Skriv inn koden som står i brevet eller på kortet.")
SHORT = N_("Koden har {wanted} tegn, og du har skrevet {typed}.")


@dataclass(frozen=True, slots=True)
class Token:
    """What stands in a personal link; whether it is that of a card."""

    text: str
    card: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that asks for a code: what for, and in which language."""

    request: Request[Any, Any, Any]
    goal: Goal

    @property
    def language(self) -> Language:
        return chosen_language(self.request)

    def page(
        self, typed: str = "", trouble: CodeTrouble | None = None, *, query: str = ""
    ) -> Reply:
        """Show the form, with what was typed and what is wrong with it."""
        text = translator(self.language).gettext
        html = render(
            "answering/code.html",
            self.language,
            {
                "demo": self.request.app.state.settings.demo,
                "heading": text(HEADINGS[self.goal]),
                "goal": self.goal,
                "query": query,
                "chosen": _chosen(self.request),
                "typed": typed[:LONGEST],
                "problem": say_trouble(typed, trouble, self.language) if trouble else "",
                "compare": trouble in {Flaw.SIGN, Flaw.CHECK, "unknown"},
            },
        )
        status = status_of(trouble) if trouble else 200
        accepts = accepted_encodings(self.request)
        reply = show(as_page(html), accepts, status=status)
        return in_a_minute(reply) if trouble == "busy" else reply


@get("/kode")
async def ask_for_code(request: Request[Any, Any, Any]) -> Reply:
    """Ask for the code of a letter or card; a card's QR code brings its own along."""
    code = request.query_params.get("code", "")[:LONGEST]
    # in another language it is still there
    query = urlencode({"code": code}) + "&" if code else ""
    return _Asked(request, "answer").page(code, query=query)


@get("/kode/{language:str}")
async def ask_for_code_in(language: FromPath[str]) -> Reply:
    """Lead on from the address that letters in a language have people type."""
    return go_to("/kode", language if language in languages() else None)


@post("/kode", status_code=200)
async def take_code(request: Request[Any, Any, Any]) -> Reply:
    """Lead to the form that a code opens, or say what is wrong with it."""
    return await _taken(_Asked(request, "answer"))


@get("/stop")
async def ask_whom_to_stop(request: Request[Any, Any, Any]) -> Reply:
    """Ask for the code of whoever wants no more letters."""
    return _Asked(request, "stop").page()


@post("/stop", status_code=200)
async def take_code_to_stop(request: Request[Any, Any, Any]) -> Reply:
    """Lead to the page that stops reminders, or say what is wrong with the code."""
    return await _taken(_Asked(request, "stop"))


async def find_code(request: Request[Any, Any, Any], typed: str) -> Token | CodeTrouble:
    """Return the token of the personal link that a code opens, or what is wrong with the code."""
    code = read_code(typed)
    if isinstance(code, Flaw):
        return code
    network = network_of(request)
    if await codes_are_held(network):
        return "busy"
    secret = _secret(request.app.state.settings)
    async with connection(Login.WEB) as link:
        for one in accepted(secret):
            if found := await find_by_code(link, code_hash(one, code)):
                token = token_for(one, found.wave, found.pid, found.generation)
                return Token(token, found.card)
    await count_unknown_code(network)
    return "unknown"


async def _taken(asked: _Asked) -> Reply:
    typed = single(await read_fields(asked.request), "code")
    found = await find_code(asked.request, typed)
    if not isinstance(found, Token):
        return asked.page(typed, found)
    # without a choice of theirs, the form speaks the language that the letter was written in
    # and a page that opens none speaks of the code; that of a card says nothing of its use
    told = {TYPED: "yes"} if asked.goal == "answer" and not found.card else {}
    return go_to(f"/{asked.goal}/{found.text}", _chosen(asked.request), **told)


@cache
def _secret(settings: Settings) -> Secret:
    return settings.secret()


def _chosen(request: Request[Any, Any, Any]) -> Language | None:
    asked = request.query_params.get("lang")
    return as_language(asked) if asked else None


def status_of(trouble: CodeTrouble) -> int:
    """Return HTTP's number for a code that opens nothing."""
    return STATUS.get(trouble, UNREADABLE)


def say_trouble(typed: str, trouble: CodeTrouble, language: Language) -> str:
    """Say what is wrong with a code, and how to mend it."""
    text = translator(language).gettext
    if trouble is Flaw.LENGTH:
        number = signs_of(typed)
        return text(SHORT).format(wanted=SIGNS, typed=number) if number else text(EMPTY)
    return text(SENTENCES[trouble])
