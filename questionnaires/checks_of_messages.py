"""Whether the texts around the questionnaires are there, and can be filled in.

No version is released with them, and an installation starts without them: ``questionnaire check``
and the demo ask.
"""

import re
from collections.abc import Iterator, Mapping

from questionnaires.errors import Problem
from questionnaires.library import Library
from questionnaires.messages import message_file, placeholders, without_placeholders

_LETTER = frozenset(
    {
        "lenke", "kode", "minutter", "varighet", "frist", "kontakt", "slettefrist", "stopp",
        "personvern", "resultat", "avsender", "nokler", "kontrollsum",
    }
)  # fmt: skip
_MAIL = (_LETTER - {"kode", "slettefrist"}) | {"antall", "min_n", "vert", "etat"}
_PROMISE = frozenset({"enhet", "min_n", "slettefrist", "sporsmal"})
_HELP = frozenset({"hjelp"})
_NONE: frozenset[str] = frozenset()

# What is filled in, by the beginning of a message's key; the longest that fits holds.
_FILLED_IN: Mapping[str, frozenset[str]] = {
    "": _HELP,  # of forms: what stands before a block or above all
    "mail.": _MAIL,
    "mail.key_list": _LETTER,
    "sms.": _MAIL,
    "letter.": _LETTER,
    "landing.": _PROMISE,
    "landing.lead": frozenset({"minutter", "varighet"}),
    "landing.promise_heading": _NONE,
    "landing.pp1": _NONE,
    "landing.pp4a": frozenset({"enhet"}),
    "landing.pp5": frozenset({"min_n"}),
    "landing.pp8": _NONE,
    "button.": _NONE,
    "notice.": _NONE,
    "promise.": _NONE,
    "thanks.": _NONE,
    "thanks.body": frozenset({"resultat"}),
    "screened_out.": _NONE,
}
_HEADING = re.compile(r"letter\.\w+\.heading")
# Without these nobody can answer.
_NEEDED_IN: Mapping[re.Pattern[str], frozenset[str]] = {
    re.compile(r"mail\.\w+\.body|sms\.\w+"): frozenset({"lenke"}),
    re.compile(r"letter\.\w+\.body"): frozenset({"lenke", "kode"}),
}

_PAGES = (
    "landing.lead", "landing.promise_heading", "landing.pp1", "landing.pp2", "landing.pp2_open",
    "landing.pp3", "landing.pp3_worker", "landing.pp4b", "landing.pp5", "landing.pp6",
    "landing.pp7", "landing.pp8", "landing.pp9", "button.submit", "promise.trustees",
    "promise.worker", "promise.open", "promise.count", "promise.mended", "promise.link",
    "thanks.heading", "thanks.body",
)  # fmt: skip


def _both(kind: str, *parts: str) -> tuple[str, ...]:
    return tuple(f"{kind}.{part}" for part in parts)


_STAFF = (
    *_both("mail.invitation", "subject", "body"), *_both("mail.reminder", "subject", "body"),
    *_both("mail.reminder_all", "subject", "body"), "mail.genuine",
    *_both("sms", "staff", "reminder", "reminder_all"), "button.start",
    "landing.pp2_card", "landing.pp3_card", "landing.pp4a", "promise.card",
    "notice.whistleblowing",
)  # fmt: skip
_LIST = (
    *_both("mail.list_invitation", "subject", "body"),
    *_both("mail.list_reminder", "subject", "body"),
    *_both("mail.list_reminder_all", "subject", "body"), "mail.genuine", "mail.key_list",
    *_both("letter.list_invitation", "heading", "body"),
    *_both("letter.list_reminder", "heading", "body"), "button.start",
)  # fmt: skip
_PUBLIC = (
    *_both("letter.invitation", "heading", "body"), *_both("letter.reminder", "heading", "body"),
    "mail.key_list",
)  # fmt: skip
_OF: Mapping[str, tuple[str, ...]] = {
    "staff": _STAFF, "candidates": _LIST, "stakeholders": _LIST, "public": _PUBLIC,
}  # fmt: skip


def check_messages(library: Library) -> Iterator[Problem]:
    """Ask for what pages, mails and letters need, and for nothing that they cannot fill in."""
    texts = library.messages.texts
    first = library.agency.languages[0]
    for key in sorted(_needed(library) - set(texts[first])):
        sentence = "the message is missing; take it from a folder that «barometer init» writes"
        yield Problem(message_file(first), key, sentence)
    for key, text in texts[first].items():
        yield from _places(message_file(first), key, text)
    for language, known in texts.items():
        for key, text in known.items():
            if set("{}") & set(without_placeholders(text)):
                sentence = "a place is written {{frist}}: two braces on each side, and no space"
                yield Problem(message_file(language), key, sentence)


def _needed(library: Library) -> set[str]:
    forms = library.forms.values()
    needed = set(_PAGES)
    for form in forms:
        needed |= set(_OF[form.population])
    if any(form.screen_out for form in forms):
        needed.add("screened_out.body")
    return needed


def _places(file: str, key: str, text: str) -> Iterator[Problem]:
    found, known = placeholders(text), filled_in(key)
    for name in sorted(found - known):
        instead = ", ".join(sorted(known)) or "none"
        sentence = f"nothing fills in {{{{{name}}}}} here; take it out (known here: {instead})"
        yield Problem(file, key, sentence)
    for place, needed in _NEEDED_IN.items():
        for name in sorted(needed - found) if place.fullmatch(key) else ():
            sentence = f"{{{{{name}}}}} is missing, and nobody can answer without it; put it in"
            yield Problem(file, key, sentence)


def filled_in(key: str) -> frozenset[str]:
    """Name what is filled into a message."""
    if _HEADING.fullmatch(key):
        return _NONE
    return _FILLED_IN[max((one for one in _FILLED_IN if key.startswith(one)), key=len)]
