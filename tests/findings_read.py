"""How sentences of findings read in each language, written down apart from the catalogues.

A translation that says «lower» where the first language says «higher» is a false sentence as well:
so nothing here comes from `survey_app.shared.locale`. In a pattern ``{x}`` is a number, ``{s}`` one
with a sign, ``{w}`` a wave, ``{ends}`` an interval, ``{first}`` the words of a first wave.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

MONTHS = {
    "nb": {"03": "mars", "09": "september"},
    "nn": {"03": "mars", "09": "september"},
    "en": {"03": "March", "09": "September"},
}
LANGUAGES = tuple(MONTHS)
SINCE = {"nb": "siden", "nn": "sidan", "en": "since"}
IN = {"nb": "i", "nn": "i", "en": "in"}


@dataclass(frozen=True)
class Reading:
    """What the words of a language stand for, and its sentences by what they claim."""

    mark: str
    """Of decimals."""
    rose: tuple[str, ...]
    """All that says up or higher; every other such word says the contrary."""
    fell: tuple[str, ...]
    again: tuple[str, ...]
    now: str
    back: str
    level: str
    near: str
    unknown_level: str
    sentences: dict[str, str]
    ends: str
    first: str

    def pattern(self, name: str) -> re.Pattern[str]:
        """Return the pattern of one kind of sentence."""
        return _compiled(self.sentences[name], self.mark, self.ends, self.first)

    def part(self, text: str) -> re.Pattern[str]:
        """Return the pattern of a part of a sentence."""
        return _compiled(text, self.mark, self.ends, self.first)

    def up(self, word: str) -> bool:
        """Tell which way a word says."""
        assert word in {*self.rose, *self.fell}, word
        return word in self.rose


@cache
def _compiled(text: str, mark: str, ends: str, first: str) -> re.Pattern[str]:
    for name, what in (("ends", ends), ("first", first)):
        text = text.replace(f"{{{name}}}", what)
    number = rf"\d+{re.escape(mark)}\d"
    for name, what in (("x", number), ("s", rf"[+−]?{number}"), ("w", r"[A-Za-z]+ \d{4}")):
        text = text.replace(f"{{{name}}}", f"({what})")
    return re.compile(text)


READINGS = {
    "nb": Reading(
        mark=",",
        rose=("økt", "økte", "høyere"),
        fell=("gått ned", "falt", "lavere"),
        again=("økt igjen", "gått ned igjen"),
        now="nå",
        back=r"\), og {x} poeng (høyere|lavere) nå enn i {w} \({x} til {x}\)",
        level=r"Nivået er (nå|trolig litt) (lavere|høyere) enn",
        near="mindre enn 3 poeng fra det vi målte",
        unknown_level="Vi vet ikke om nivået",
        ends=r"\(usikkerhet {x} til {x}(?: blant dem som svarte)?\)",
        first=r"(?:, da vi målte dette for første gang)?",
        sentences={
            "changed": r"(.+?) har (økt|gått ned)(, men kanskje bare litt:)?(?: med)? anslagsvis "
            r"{x} poeng siden {w}{first} {ends}\.(?: Vi går da ut fra at .+)?",
            "steady": r"(.+) er uendret siden {w}{first}\. Forskjell(?:en|ene) er mindre enn (\d+) "
            r"poeng blant dem som svarte\.",
            "small": r"Endringen i (.+) er målbar, men liten: {s} poeng siden {w}{first} "
            r"\(usikkerhet {s} til {s} blant dem som svarte\)\.",
            "unknown": r"Vi vet ikke om (.+) har endret seg siden {w}{first}\. Endringen er "
            r"anslått til {s} poeng, men kan ligge mellom {s} og {s}\.",
            "probably": r"(.+) har trolig (økt|gått ned) siden {w}{first}, men vi vet ikke om det "
            r"er nok til å bety noe\. Anslaget er {x} poeng {ends}\.",
            "under": r"(.+) er anslått {x} poeng (høyere|lavere) enn i {w} {ends}\. Det er under "
            r"grensen på (\d+) poeng, så vi kaller det ikke en endring\.",
            "story": r"(.+?) (falt|økte), og (?:har|er) (.+?): anslagsvis {x} poeng "
            r"(lavere|høyere) i {w} enn i {w} \(usikkerhet {x} til {x}(.*)",
            "first": r"Dette er den første målingen av sitt slag\. Endringer kan vises fra den "
            r"neste\.",
            "all_sides": r"Alle sidene ved tilliten har (økt|gått ned) siden {w}: (.+)\. Tallene "
            r"sier ikke hvorfor\.",
            "some_sides": r"Av sidene ved tilliten har (.+) (økt|gått ned) siden {w}\. Om resten "
            r"kan vi ikke si det, og tallene sier ikke hvorfor\.",
            "no_side": r"Ingen av sidene ved tilliten har (økt|gått ned) så sikkert at vi kan si "
            r"det om den alene siden {w}: (.+)\.",
            "no_view": r"([<>]?\d+) % har ikke en mening om alle sider ved tilliten \(usikkerhet "
            r"(\d+)–(\d+) %\): .+",
            "of_a_group": r"«(.+)» har (høyere|lavere) tillit enn befolkningen samlet: (\d+) .+ "
            r"mot (\d+) .+",
        },
    ),
    "nn": Reading(
        mark=",",
        rose=("auka", "høgare"),
        fell=("gått ned", "fall", "lågare"),
        again=("auka igjen", "gått ned igjen"),
        now="no",
        back=r"\), og {x} poeng (høgare|lågare) no enn i {w} \({x} til {x}\)",
        level=r"Nivået er (no|truleg litt) (lågare|høgare) enn",
        near="mindre enn 3 poeng frå det vi målte",
        unknown_level="Vi veit ikkje om nivået",
        ends=r"\(uvisse {x} til {x}(?: blant dei som svarte)?\)",
        first=r"(?:, då vi målte dette for første gong)?",
        sentences={
            "changed": r"(.+?) har (auka|gått ned)(, men kanskje berre litt:)?(?: med)? om lag "
            r"{x} poeng sidan {w}{first} {ends}\.(?: Vi går då ut frå at .+)?",
            "steady": r"(.+) er uendra sidan {w}{first}\. Skilnad(?:en|ene) er mindre enn (\d+) "
            r"poeng blant dei som svarte\.",
            "small": r"Endringa i (.+) er målbar, men lita: {s} poeng sidan {w}{first} "
            r"\(uvisse {s} til {s} blant dei som svarte\)\.",
            "unknown": r"Vi veit ikkje om (.+) har endra seg sidan {w}{first}\. Vi reknar endringa "
            r"til {s} poeng, men ho kan liggje mellom {s} og {s}\.",
            "probably": r"(.+) har truleg (auka|gått ned) sidan {w}{first}, men vi veit ikkje om "
            r"det er nok til å bety noko\. Anslaget er {x} poeng {ends}\.",
            "under": r"(.+) er rekna til {x} poeng (høgare|lågare) enn i {w} {ends}\. Det er under "
            r"grensa på (\d+) poeng, så vi kallar det ikkje ei endring\.",
            "story": r"(.+?) (fall|auka), og (?:har|er) (.+?): om lag {x} poeng "
            r"(lågare|høgare) i {w} enn i {w} \(uvisse {x} til {x}(.*)",
            "first": r"Dette er den første målinga av sitt slag\. Endringar kan visast frå den "
            r"neste\.",
            "all_sides": r"Alle sidene ved tilliten har (auka|gått ned) sidan {w}: (.+)\. Tala "
            r"seier ikkje kvifor\.",
            "some_sides": r"Av sidene ved tilliten har (.+) (auka|gått ned) sidan {w}\. Om "
            r"resten kan vi ikkje seie det, og tala seier ikkje kvifor\.",
            "no_side": r"Inga av sidene ved tilliten har (auka|gått ned) så sikkert at vi kan seie "
            r"det om ho åleine sidan {w}: (.+)\.",
            "no_view": r"([<>]?\d+) % har ikkje ei meining om alle sider ved tilliten \(uvisse "
            r"(\d+)–(\d+) %\): .+",
            "of_a_group": r"«(.+)» har (høgare|lågare) tillit enn befolkninga samla: (\d+) .+ mot "
            r"(\d+) .+",
        },
    ),
    "en": Reading(
        mark=".",
        rose=("risen", "rose", "higher"),
        fell=("fallen", "fell", "lower"),
        again=("risen again", "fallen again"),
        now="now",
        back=r"\), and {x} points (higher|lower) now than in {w} \({x} to {x}\)",
        level=r"The level is (now|probably a little) (lower|higher) than",
        near="less than 3 points from what we measured",
        unknown_level="We do not know whether the level",
        ends=r"\(uncertainty range {x} to {x}(?: among those who responded)?\)",
        first=r"(?:, when we first measured this)?",
        sentences={
            "changed": r"(.+?) has (risen|fallen)(, but perhaps only a little:)?(?: by)? an "
            r"estimated {x} points since {w}{first} {ends}\.(?: This assumes that .+)?",
            "steady": r"(.+) (?:is|are) unchanged since {w}{first}\. The differences? (?:is|are) "
            r"less than (\d+) points among those who responded\.",
            "small": r"The change in (.+) is measurable but small: {s} points since {w}{first} "
            r"\(uncertainty range {s} to {s} among those who responded\)\.",
            "unknown": r"We do not know whether (.+) has changed since {w}{first}\. The change is "
            r"estimated at {s} points, but may lie between {s} and {s}\.",
            "probably": r"(.+) has probably (risen|fallen) since {w}{first}, but we do not know "
            r"whether by enough to matter\. The estimate is {x} points {ends}\.",
            "under": r"(.+) is estimated to be {x} points (higher|lower) than in {w} {ends}\. That "
            r"is below the threshold of (\d+) points, so we do not call it a change\.",
            "story": r"(.+?) (fell|rose), and (?:has|is) (.+?): an estimated {x} points "
            r"(lower|higher) in {w} than in {w} \(uncertainty range {x} to {x}(.*)",
            "first": r"This is the first survey of its kind\. Changes can be shown from the next "
            r"one\.",
            "all_sides": r"All the sides of trust have (risen|fallen) since {w}: (.+)\. The "
            r"figures do not say why\.",
            "some_sides": r"Sides of trust that have (risen|fallen) since {w}: (.+)\. We cannot "
            r"say so of the rest, and the figures do not say why\.",
            "no_side": r"No side of trust has (risen|fallen) so clearly that we can say so of it "
            r"alone since {w}: (.+)\.",
            "no_view": r"([<>]?\d+)% do not have a view on every side of trust \(uncertainty range "
            r"(\d+)–(\d+)%\): .+",
            "of_a_group": r"“(.+)”: (higher|lower) trust than the population as a whole, (\d+) .+ "
            r"compared with (\d+) .+",
        },
    ),
}
