"""The pages around the form: thanks, and why a link does not open one. Each rendered once."""

from __future__ import annotations

from functools import lru_cache

from survey_app.answering.form_page import may_be_kept, with_help, with_link
from survey_app.answering.promise import language_of_message, mended_promise, message
from survey_app.answering.reply import Page, as_page
from survey_app.answering.results_fate import Fate
from survey_app.answering.surveys import Survey
from survey_app.asking.campaigns.results_told import told_results
from survey_app.asking.campaigns.states import State
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import short_date
from survey_app.shared.pages import render

MOST_PAGES = 400
HEADINGS = {
    "used": N_("Denne lenken er allerede brukt"),
    "card_used": N_("Dette kortet kan ikke brukes"),
    "closed": N_("Undersøkelsen er avsluttet"),
    "cancelled": N_("Undersøkelsen er stoppet"),
    "held": N_("Undersøkelsen tar ikke imot svar akkurat nå"),
    "withdrawn": N_("Denne lenken er trukket tilbake"),
    "unknown": N_("Vi kjenner ikke denne lenken"),
    "busy": N_("Vent et lite øyeblikk"),
    "fault": N_("Noe gikk galt hos oss"),
    "away": N_("Siden kan ikke vises akkurat nå"),
    "not_sent": N_("Svaret er ikke sendt inn ennå"),
    "stop": N_("Stopp påminnelser"),
    "too_large": N_("Svaret er for langt"),
    "unread": N_("Skjemaet kunne ikke leses"),
}
# of whoever typed the code of a letter, and saw no link
CODE_HEADINGS = {
    "used": N_("Denne koden er allerede brukt"),
    "withdrawn": N_("Denne koden er trukket tilbake"),
}
SENTENCES = {
    "busy": N_("Vi får mange ugyldige lenker akkurat nå. Vent et minutt og prøv igjen."),
    "fault": N_("Feilen er vår. Svaret ditt er ikke sendt inn ennå. Gå tilbake og prøv igjen."),
    "away": N_("Feilen er vår. Vent et minutt og last siden på nytt."),
    "not_sent": N_(
        "Feilen er vår. Vent et minutt og last siden på nytt, så sendes det du har fylt ut, en gang"
        " til."
    ),
    "too_large": N_(
        "Det er ikke sendt inn, for det er mer tekst i det enn vi kan ta imot. Gå tilbake, skriv"
        " kortere, og send inn igjen."
    ),
    "unread": N_("Ingenting er sendt inn. Gå tilbake og prøv igjen."),
}


@lru_cache(maxsize=MOST_PAGES)
def thanks_page(survey: Survey | None, language: Language, demo: bool, fate: Fate = "") -> Page:
    """Return the page of thanks; once the survey takes no more answers, with its results' fate.

    It is the same for everybody in a survey, also for those who were screened out: its address
    stands in the browser's history on a shared PC and may not tell what somebody answered.
    """
    context: dict[str, object] = {"survey": survey, "ended": "", "help": "", "fate": fate}
    _ = translator(language).gettext
    sentence = _("Svarene dine er sendt inn.")
    if survey is not None:
        form = survey.questionnaire.form
        is_over = survey.state != State.OPEN and not survey.pilot
        said = _told_results(survey, language_of_message("thanks.body", language))
        sentence = (
            _("Svarene dine er sendt inn.")
            if survey.pilot or is_over
            else message("thanks.body", language, resultat=said)
        )
        help_text = in_language(form.help, language) if form.help else ""
        context |= {
            "over": is_over,
            "closes": short_date(survey.closes_on, language),
            **_of_results(survey, language, fate),
            "help": with_help(help_text, survey.help),
            "ended": message("screened_out.body", language) if form.screen_out else "",
        }
    return _page(
        "thanks",
        language,
        demo or bool(survey and survey.demo),
        heading=message("thanks.heading", language),
        sentence=sentence,
        query=_query(survey),
        **context,
    )


@lru_cache(maxsize=MOST_PAGES)
def link_page(
    name: str,
    survey: Survey | None,
    language: Language,
    demo: bool,
    fate: Fate = "",
    *,
    over: bool = True,
    typed: bool = False,
) -> Page:
    """Return the page for a link that opens no form.

    Parameters
    ----------
    name : str
        Used, closed, cancelled, held, withdrawn or unknown; ``card_used`` of a card that is used or
        one too many, which are not told apart; or one of `SENTENCES`.
    survey : Survey, optional
        Whose contact is named; nothing is told about it to somebody with an unknown link.
    fate : Fate
        What becomes of the results of one that is closed.
    over : bool
        Whether its survey takes no more answers: what was kept of it on the device goes.
    typed : bool
        Whether a code led there, of which the page then speaks.
    """
    _ = translator(language).gettext
    return _page(
        "message" if name in SENTENCES else name,
        language,
        demo or bool(survey and survey.demo),
        heading=_(CODE_HEADINGS.get(name, HEADINGS[name]) if typed else HEADINGS[name]),
        typed=typed,
        sentence=_(SENTENCES[name]) if name in SENTENCES else "",
        contact=with_link(survey.contact) if survey else "",
        **_of_results(survey, language, fate),
        promise_link=message("promise.link", language),
        thanks=message("thanks.heading", language),
        promise_mended=mended_promise(survey, language) if survey else "",
        query=("typed=yes&" if typed else "") + _query(survey),
        # somebody whose ballot was lost on the way meets this page after a reload
        resumes=bool(survey and survey.group_keys),
        # somebody who kept an open form to go on later
        may_be_kept=bool(survey and over and may_be_kept(survey)),
    )


def _of_results(survey: Survey | None, language: Language, fate: Fate) -> dict[str, object]:
    if survey is None or survey.pilot:
        return {"fate": "", "results": ""}
    return {
        "fate": fate,
        "results": _told_results(survey, language),
        # where they are looked at first, or late, they come at no earlier day
        "day": short_date(survey.results_on, language),
        # those of others than these are shown to whoever is signed in
        "open_to_all": survey.population in {"public", "open"},
    }


def _told_results(survey: Survey, language: Language) -> str:
    return told_results(survey.results_on, language, at_once=survey.at_once)


def stop_page(language: Language, *, demo: bool, already: bool) -> Page:
    """Return the page that asks whether to stop reminders, or says that they have stopped."""
    title = HEADINGS["stop"]
    heading = translator(language).gettext(title)
    return _page("stop", language, demo, heading=heading, already=already, query="")


def _page(template: str, language: Language, demo: bool, **context: object) -> Page:
    return as_page(render(f"answering/{template}.html", language, {"demo": demo, **context}))


def _query(survey: Survey | None) -> str:
    return f"survey={survey.key}&" if survey else ""
