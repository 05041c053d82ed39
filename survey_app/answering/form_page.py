"""The page with the form: the same bytes for everybody in a unit, so rendered once.

Nothing personal is in it: the form posts to the address it came from, so no token is written into
the page, and a page in memory can be given to the next person in the same unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from questionnaires.formats.outline import intros_shown
from questionnaires.messages import fill, placeholders, without_gaps
from questionnaires.model import Block, Condition, Item, Questionnaire, ResponseOptions
from survey_app.answering.comment import comment_field, longest_comment
from survey_app.answering.form_token import FIELD as TOKEN
from survey_app.answering.form_token import KEPT, LEAST, TOKEN_LENGTH
from survey_app.answering.lengths import in_one_length, request_size
from survey_app.answering.promise import (
    count_promise,
    how_long,
    mended_promise,
    message,
    promise,
    promises,
)
from survey_app.answering.proof_of_work import FIELD as WORK
from survey_app.answering.proof_of_work import PARTS, PROOF_LENGTH, ROUNDS, age_at, zeros_at
from survey_app.answering.remarks import FIELD as REMARK
from survey_app.answering.remarks import longest_remarks
from survey_app.answering.reply import Page, as_page
from survey_app.answering.second_look import BLANK, EMPTY, MEANT, RUSHED, Doubt
from survey_app.answering.surveys import Survey
from survey_app.answering.told_form import FIELD as TOLD
from survey_app.answering.told_form import what_a_form_tells
from survey_app.counting.urn.remarks import LONGEST as LONGEST_REMARK
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, gettext, speaking
from survey_app.shared.numbers import time_of_day, weekday_date, weekday_names
from survey_app.shared.pages import render, spoken

ELEVEN = 11
LONG = 20  # questions, from which on a form shows how far one has come
WIDE = 5
BALLOTS = "/ballot"
# where a page of an open survey carries what is drawn for it alone: the rest is rendered once
TOKEN_PLACE = "=" * TOKEN_LENGTH
TRAP = "website"  # seen by programs alone, and left empty by everybody else
MOST_PAGES = 400
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
UNREADABLE = N_(
    "Noe i skjemaet kunne ikke leses, og det er vår feil, ikke din. Ingenting er sendt inn."
    " Se over svarene og prøv igjen."
)
NOT_TAKEN = N_(
    "Noe gikk galt hos oss, og svaret er ikke sendt inn ennå. Det du har fylt ut, står her"
    " fortsatt. Prøv igjen om litt."
)
HELD = N_(
    "Undersøkelsen tar ikke imot svar akkurat nå, og svaret er ikke sendt inn. Det du har fylt ut,"
    " står her fortsatt. Skjemaet virker igjen når feilen er rettet."
)


_OPEN_FIELDS = len(f"&{TOKEN}={TOKEN_PLACE}&{TRAP}=")
_WORK_FIELD = len(f"&{WORK}=") + PROOF_LENGTH


@dataclass(frozen=True, slots=True)
class Question:
    """An item as the page shows it."""

    number: int
    item: Item
    options: ResponseOptions
    layout: str


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbours that are asked under the same condition."""

    note: Markup
    asked_if: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class FormBlock:
    """A block: what stands before it, and its questions."""

    stem: Markup
    intro: Markup
    groups: tuple[Group, ...]


@lru_cache(maxsize=MOST_PAGES)
def blank_page(
    survey: Survey,
    language: Language,
    domain: str,
    demo: bool,
    ballots: str = BALLOTS,
    unsent: str = "",
    level: int = 0,
) -> Page:
    """Return the form as it meets somebody who comes to answer.

    Parameters
    ----------
    survey, language, demo
    domain : str
        The unit that is stored with the answers, which is the key group too; empty for the public.
    ballots : str
        Address that takes ballots of grade A.
    unsent : str
        Public key that a ballot which does not arrive, or an open form that is kept for later, is
        sealed to, base64url.
    level : int
        How much an open survey's page computes before it is sent; 0 for nothing.
    """
    return as_page(
        _html(
            survey,
            language,
            domain,
            demo,
            {},
            problem="",
            ballots=ballots,
            unsent=unsent,
            level=level,
        )
    )


def filled_page(
    survey: Survey,
    language: Language,
    domain: str,
    *,
    demo: bool,
    fields: Mapping[str, Sequence[str]],
    problem: str = "",
    doubt: Doubt | None = None,
    ballots: str = BALLOTS,
    unsent: str = "",
    level: int = 0,
    kiosk: str = "",
    looked_at: str | None = None,
) -> Page:
    """Return the form with what was filled in: another language, a ``problem``, or a ``doubt``.

    ``kiosk`` is the token of whoever answers on a shared screen: no address holds it there, and the
    form is the plain one. ``looked_at`` is what the address of a form asks for that is looked at
    before it is sent: languages are links there, for nothing leaves it.
    """
    html = _html(
        survey, language, domain, demo, fields, problem=problem, doubt=doubt, ballots=ballots,
        unsent=unsent, level=level, kiosk=kiosk, looked_at=looked_at,
    )  # fmt: skip
    blank = blank_page(survey, language, domain, demo, ballots, unsent, level)
    return in_one_length(html, blank, survey.questionnaire, _longest_words(survey))


def with_token(page: Page, token: str) -> Page:
    """Return a page of an open survey with the token that its form is sent with."""
    plain = page.plain.decode().replace(TOKEN_PLACE, token, 1)
    return as_page(plain) if page.zipped is not None else Page(plain.encode(), None)


def with_link(contact: str) -> Markup:
    """Return a contact as HTML, with any e-mail address in it as a link."""
    found = _MAIL.search(contact)
    if not found:
        return escape(contact)
    before, mail, after = contact[: found.start()], found[0], contact[found.end() :]
    return Markup('{}<a href="mailto:{}">{}</a>{}').format(before, mail, mail, after)


def with_help(text: str, where: str) -> str:
    """Fill in where help is found; without such a place the sentence about it is left out."""
    if where or "hjelp" not in placeholders(text):
        return fill(text, hjelp=where)
    return without_gaps(text)


def _html(
    survey: Survey,
    language: Language,
    domain: str,
    demo: bool,
    fields: Mapping[str, Sequence[str]],
    *,
    problem: str,
    ballots: str,
    unsent: str,
    doubt: Doubt | None = None,
    level: int = 0,
    kiosk: str = "",
    looked_at: str | None = None,
) -> str:
    form = survey.questionnaire.form
    told = "" if kiosk else what_a_form_tells(survey, domain)
    with speaking(language):
        context = {
            "demo": demo or survey.demo,
            "survey": survey,
            "heading": in_language(survey.heading, language),
            "questions": survey.questionnaire.question_count,
            "is_long": survey.questionnaire.question_count > LONG,
            "keeps": KEPT if unsent and may_be_kept(survey) else 0,
            "days": weekday_names(language),
            "clock": time_of_day(time(11, 22), language),
            "deadline": weekday_date(survey.closes_on, language),
            "lead": how_long(survey, language),
            "voluntary": message("landing.pp1", language),
            "promise": promise(survey, language),
            "promise_count": count_promise(survey, language, domain),
            "promise_mended": mended_promise(survey, language),
            "promise_link": message("promise.link", language),
            "promise_heading": message("landing.promise_heading", language),
            "promises": promises(survey, language, domain),
            "parts": tuple(_parts(survey, language)),
            "chosen": {name: frozenset(codes) for name, codes in fields.items()},
            "problem": gettext(problem) if problem else "",
            **_doubts(survey, language, doubt),
            "unit": survey.domains.get(domain, domain),
            "unit_sentence": _unit_sentence(survey, language, domain),
            "shown": message("landing.pp5", language, min_n=survey.shown_from),
            "no_undo": message("landing.pp8", language),
            "submit": message("button.submit", language),
            "whistle": message("notice.whistleblowing", language) if survey.staff else "",
            "contact": with_link(survey.contact),
            # of all that is asked of anybody: its length must not tell the half
            "request_size": request_size(survey.frozen, survey.group_keys)
            + _longest_words(survey)
            + (0 if survey.invited else _OPEN_FIELDS)
            + (_WORK_FIELD if level else 0)
            + (len(f"&link={kiosk}") if kiosk else 0)
            + (len(f"&{TOLD}={told}") if told else 0),
            "least": LEAST,
            "work": _work(level),
            "rushed": doubt is not None and doubt.sentence == RUSHED,
            "told_name": TOLD,
            "told": told,
            "token_name": TOKEN,
            "token": TOKEN_PLACE,
            "trap": TRAP,
            "comment": comment_field(survey, language, fields),
            "remark": REMARK if survey.pilot else "",
            "longest_remark": LONGEST_REMARK,
            "written": {name: said[-1] for name, said in fields.items() if said},
            "comment_if": _negated(form.screen_out) if form.screen_out else "",
            "group": domain,
            "group_key": "" if kiosk else survey.group_keys.get(domain, ""),
            "kiosk": kiosk,
            "looked_at": looked_at,
            "ballots": ballots,
            "unsent": unsent,
            "ended": message("screened_out.body", language) if form.screen_out else "",
            "ended_if": _written(form.screen_out) if form.screen_out else "",
        }
        return render("answering/form.html", language, context)


def _longest_words(survey: Survey) -> int:
    return longest_remarks(survey.frozen) if survey.pilot else longest_comment(survey)


def may_be_kept(survey: Survey) -> bool:
    """Tell whether somebody may keep the form on the device: a long one that is anybody's."""
    is_open = not survey.invited and not survey.pilot
    return is_open and survey.questionnaire.question_count > LONG


def _work(level: int) -> dict[str, object]:
    """Return what the page's script is told to compute; nothing at level 0."""
    if not level:
        return {}
    return {
        "name": WORK,
        "parts": PARTS,
        "rounds": ROUNDS,
        "zeros": zeros_at(level),
        "wait": age_at(level),
    }


def _doubts(survey: Survey, language: Language, doubt: Doubt | None) -> dict[str, object]:
    """Return what the page asks about a form that came back, and how it asks about an empty one."""
    library, questionnaire = survey.library(), survey.questionnaire
    blank = MEANT if survey.invited else EMPTY
    sentence = doubt.sentence if doubt else ""
    wrong = [questionnaire.item(one) for one in doubt.items] if doubt else []
    return {
        "blank_name": BLANK,
        "blank": gettext(blank),
        "is_blank": sentence == blank,
        "doubt": gettext(sentence) if sentence and sentence != blank else "",
        "wrong": {item.id: in_language(item.text, language) for item in wrong},
        "alone": {
            item.id: library.alone(questionnaire.option_set(item))
            for item in questionnaire.items
            if item.presentation == "checkbox"
        },
    }


def _unit_sentence(survey: Survey, language: Language, domain: str) -> Markup:
    if not domain:
        return Markup()
    name = Markup("<strong>{}</strong>").format(survey.domains.get(domain, domain))
    text = escape(message("landing.pp4a", language, enhet="\0"))
    return text.replace("\0", name)


def _parts(survey: Survey, language: Language) -> Iterator[FormBlock]:
    questionnaire = survey.questionnaire
    number = 0
    ended = False
    for block, intro in zip(questionnaire.form.blocks, intros_shown(questionnaire), strict=True):
        questions = []
        for item_id in block.items:
            number += 1
            questions.append(shown_question(questionnaire, questionnaire.item(item_id), number))
        yield _part(survey, replace(block, intro=intro), questions, language, ended=ended)
        screen_out = questionnaire.form.screen_out
        ended = ended or (screen_out is not None and screen_out.item in block.items)


def _part(
    survey: Survey, block: Block, questions: list[Question], language: Language, *, ended: bool
) -> FormBlock:
    screen_out = survey.questionnaire.form.screen_out
    until = [_negated(screen_out)] if ended and screen_out else []
    groups = [
        Group(
            note=spoken(first.item.note or {}, language),
            asked_if=" ".join(until + [_written(one) for one in first.item.filter]),
            questions=(first, *rest),
        )
        for _, (first, *rest) in groupby(
            questions, key=lambda one: (one.item.filter, one.item.note)
        )
    ]
    intro = {code: with_help(text, survey.help) for code, text in (block.intro or {}).items()}
    return FormBlock(
        stem=spoken(block.stem or {}, language),
        intro=spoken(intro, language),
        groups=tuple(groups),
    )


def shown_question(questionnaire: Questionnaire, item: Item, number: int) -> Question:
    """Return an item with its answers, and how they are laid out."""
    options = questionnaire.option_set(item)
    return Question(number, item, options, _layout(item, options))


def _layout(item: Item, options: ResponseOptions) -> str:
    if item.presentation != "radio":
        return item.presentation
    if len(options.values) == ELEVEN:
        return "eleven"
    return "row" if options.kind == "scale" and len(options.values) <= WIDE else "list"


def _written(condition: Condition) -> str:
    """Write a condition for the script: ``om.fil.3:1,2,3`` or, negated, ``!om.fil.3:7``."""
    sign = "!" if condition.negate else ""
    return f"{sign}{condition.item}:{','.join(condition.codes)}"


def _negated(condition: Condition) -> str:
    return _written(Condition(condition.item, condition.codes, negate=not condition.negate))
