"""What the API answers with, as its description shows it."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

Words = Annotated[
    dict[str, str],
    Meta(description="A text in bokmål (nb), nynorsk (nn) and English (en)"),
]
Wave = Annotated[str, Meta(description="Key of a wave", examples=["2025-h"])]
Status = Annotated[
    str,
    Meta(
        description="published, or why there is no figure: suppressed_primary, suppressed_secondary"
    ),
]

Foreign = Annotated[
    bool,
    Meta(description="True where a few answers of other units are among these: the first waves"),
]


class Problem(Struct, kw_only=True):
    """What went wrong (RFC 9457)."""

    title: Annotated[str, Meta(examples=["Not found"])]
    status: Annotated[int, Meta(examples=[404])]
    detail: Annotated[str, Meta(examples=["There is no such publication"])]


Superseded = Annotated[
    str | None,
    Meta(
        description="Id of the publication with corrected figures of the same wave; null where this"
        " is the newest. Figures that it stands in front of are not to be used any more"
    ),
]


Outdated = Annotated[
    list[str],
    Meta(
        description="Keys of earlier waves that were corrected after this was computed: changes"
        " since them are from the figures as they were"
    ),
]


class CorrectionFacts(Struct, kw_only=True):
    """That figures were corrected, and why; the day is that of ``released_at``."""

    first_released_at: Annotated[
        str, Meta(description="When the wave's first figures came, which these replace")
    ]
    reason: Annotated[
        str, Meta(description="In the agency's own words; empty of corrections of the first days")
    ]


class PublicationHead(Struct, kw_only=True):
    """One publication without its figures."""

    id: Annotated[str, Meta(description="Never changes, and nor does what it names")]
    campaign: Annotated[str, Meta(examples=["puls"])]
    population: Annotated[str, Meta(description="staff, public or open", examples=["staff"])]
    wave: Wave
    kind: Annotated[str, Meta(examples=["main"])]
    labels: dict[str, Any]
    version: Annotated[int, Meta(description="From 2 on it corrects an earlier one")]
    released_at: Annotated[str, Meta(examples=["2025-10-20T08:00:00+02:00"])]
    closed_on: Annotated[str, Meta(examples=["2025-10-03"])]
    correction: Annotated[
        CorrectionFacts | None,
        Meta(description="Null of the first figures of a wave that anybody could see"),
    ]
    corrected_since: Outdated


class RetractionFacts(Struct, kw_only=True):
    """That a wave's figures were taken back: they are not to be used any more."""

    wave: Wave
    campaign: Annotated[str, Meta(examples=["puls"])]
    population: Annotated[str, Meta(examples=["staff"])]
    retracted_at: Annotated[str, Meta(examples=["2025-10-21T09:30:00+02:00"])]
    reason: Annotated[str, Meta(description="In the agency's own words")]


class PublicationPage(Struct, kw_only=True):
    """Publications, newest first."""

    items: list[PublicationHead]
    retracted: Annotated[
        list[RetractionFacts],
        Meta(description="On every page: waves of which no figures are to be used"),
    ]
    next: Annotated[str | None, Meta(description="Address of the next page, if there is one")]


class WeakTie(Struct, kw_only=True):
    """An item that a statement is tied to, and that measures something else."""

    item: Annotated[str, Meta(examples=["aa.6"])]
    statement: str
    reason: Annotated[Words, Meta(description="What it measures instead")]


class MeasureFacts(Struct, kw_only=True):
    """A measure with its words and what it is made of."""

    code: Annotated[str, Meta(examples=["KI"])]
    kind: Annotated[str, Meta(description="index, scale or item")]
    title: Words
    name: Annotated[
        Words, Meta(description="As pages call it: a short form with how many questions it has")
    ]
    short_form_of: Annotated[
        str,
        Meta(
            description="The measure of all questions that this is the short form of: figures of"
            " the two cannot be compared. Empty for others"
        ),
    ]
    about: Words
    of_whom: Annotated[
        Words,
        Meta(
            description="Whose answers its figures are made of, where not everybody was asked the"
            " same: one of both wordings, or one module of a split form. Empty where all were"
        ),
    ]
    parts: Annotated[dict[str, float], Meta(description="Weight of each part of an index")]
    items: list[str]
    statements: Annotated[
        list[str], Meta(description="Of an item: statements of the strategy that it is tied to")
    ]
    weak: Annotated[
        list[WeakTie],
        Meta(description="Those of them that do not hold: no level of the statement is made of it"),
    ]


class BreakRow(Struct, kw_only=True, omit_defaults=True):
    """Where the series of a measure, or of groups of the public, stops."""

    measure: Annotated[str, Meta(description="Code; empty where it is groups that are others")] = ""
    variable: Annotated[
        str,
        Meta(description="Of groups: what they are made of, as `contact` of `contact:yes`"),
    ] = ""
    before: Annotated[str, Meta(description="Key of the last wave before the break")]
    since: Annotated[str, Meta(description="Key of the first wave after it")]
    waves: Annotated[
        list[str],
        Meta(description="Keys of all waves before it that this one is not compared with"),
    ]
    why: Annotated[
        str,
        Meta(
            description="reworded, recomposed (other items), reweighted, rescored (another share of"
            " items must be answered), redirected (others are asked), regrouped (others are in the"
            " groups) or unknown",
            examples=["reworded"],
        ),
    ]
    items: Annotated[
        list[str], Meta(description="Items that were reworded, or that others are asked")
    ] = field(default_factory=list)


class PublicationFacts(PublicationHead, kw_only=True):
    """One publication: what was asked, of whom, and how many answered."""

    superseded_by: Superseded
    questionnaire: Annotated[str, Meta(description="Hash of the exact questionnaire")]
    measures: list[MeasureFacts]
    domains: Annotated[
        list[dict[str, Any]],
        Meta(
            description="The agency, regions, units or groups, with counts where they may be told"
        ),
    ]
    response: dict[str, Any]
    limits: Annotated[dict[str, int], Meta(description="How many answers each figure needs")]
    breaks: Annotated[
        list[BreakRow],
        Meta(description="No figure is to be compared across one; none where a link leads over"),
    ]
    warnings: list[dict[str, Any]]


class EstimateRow(Struct, kw_only=True, omit_defaults=True):
    """One figure; a hidden one has its key and status and nothing else."""

    measure: Annotated[str, Meta(examples=["KI"])]
    statistic: Annotated[str, Meta(description="mean (0–100) or share (0–1)")]
    level: Annotated[str, Meta(examples=["agency"])]
    domain: Annotated[str, Meta(description="Empty for the agency")]
    status: Status
    category: str = ""
    n: int | UnsetType = UNSET
    mean: float | UnsetType = UNSET
    low: Annotated[float, Meta(description="95 % interval")] | UnsetType = UNSET
    high: float | UnsetType = UNSET
    se: float | UnsetType = UNSET
    range_low: (
        Annotated[float, Meta(description="With those who did not answer, as assumed of them")]
        | UnsetType
    ) = UNSET
    range_high: float | UnsetType = UNSET
    foreign_answers: Foreign = False


class EstimatePage(Struct, kw_only=True):
    """Figures of one publication."""

    items: list[EstimateRow]
    total: Annotated[int, Meta(description="Rows that fit, on all pages")]
    next: str | None
    superseded_by: Superseded


class ChangeRow(Struct, kw_only=True, omit_defaults=True):
    """The change of a mean since an earlier wave, with its verdict."""

    measure: str
    level: str
    domain: str
    since: Wave
    role: Annotated[str, Meta(description="previous or first")]
    status: Status
    difference: Annotated[float, Meta(description="Points of 100")] | UnsetType = UNSET
    low: float | UnsetType = UNSET
    high: float | UnsetType = UNSET
    p: float | UnsetType = UNSET
    p_adjusted: float | UnsetType = UNSET
    verdict: Annotated[str, Meta(description="up, down, steady, uncertain")] | UnsetType = UNSET
    margin: Annotated[float, Meta(description="Smallest change that counts")] | UnsetType = UNSET
    model_difference: (
        Annotated[float, Meta(description="Points of 100: what the verdict is about")] | UnsetType
    ) = UNSET
    model_low: float | UnsetType = UNSET
    model_high: float | UnsetType = UNSET
    chance: (
        Annotated[float, Meta(description="That the change is at least half the margin, 0-1")]
        | UnsetType
    ) = UNSET
    apart: (
        Annotated[bool, Meta(description="Whether the place moved apart from what holds it")]
        | UnsetType
    ) = UNSET
    tipping_lower: (
        Annotated[float, Meta(description="Points lower that turn it, of those who did not answer")]
        | UnsetType
    ) = UNSET
    tipping_higher: float | UnsetType = UNSET
    tipping_gone: (
        Annotated[float, Meta(description="Points at which not even the direction is known")]
        | UnsetType
    ) = UNSET
    tipping_plausible: Annotated[float, Meta(description="Points that may well be")] | UnsetType = (
        UNSET
    )
    delta: (
        Annotated[float, Meta(description="Over other words: their effect, which is taken out")]
        | UnsetType
    ) = UNSET
    delta_se: float | UnsetType = UNSET
    foreign_answers: Foreign = False


class ChangePage(Struct, kw_only=True):
    """Changes in one publication."""

    items: list[ChangeRow]
    total: int
    next: str | None
    superseded_by: Superseded
    corrected_since: Outdated


class TrendPoint(Struct, kw_only=True, omit_defaults=True):
    """One figure in one wave."""

    publication: str
    wave: Wave
    kind: str
    closed_on: str
    status: Status
    n: int | UnsetType = UNSET
    mean: float | UnsetType = UNSET
    low: float | UnsetType = UNSET
    high: float | UnsetType = UNSET
    se: float | UnsetType = UNSET
    foreign_answers: Foreign = False
    linked: Annotated[
        str,
        Meta(
            description="Of a wave before the unit was changed: `together`, made of the figures of "
            "all the units that it was, or `reference`, that of the unit it was a part of"
        ),
    ] = ""
    wording: Annotated[
        int,
        Meta(
            description="Which of the ways in which the measure was asked, counted from 0. Only"
            " points with the same number may be compared as they stand: else questions, not"
            " answers, have changed."
        ),
    ] = 0
    delta: Annotated[
        float | UnsetType,
        Meta(
            description="Of a point in other words than the last, where one wave asked both: what"
            " the new words do to answers. Add it to `mean` to compare with the last point."
        ),
    ] = UNSET
    delta_se: Annotated[
        float | UnsetType,
        Meta(description="Its error, which all points of the same `wording` have in common"),
    ] = UNSET


class Trend(Struct, kw_only=True):
    """One measure in one place over every wave that has it, oldest first."""

    measure: str
    population: str
    level: str
    domain: str
    statistic: str
    category: str
    points: list[TrendPoint]


class Cube(Struct, kw_only=True):
    """A dataset of JSON-stat 2.0 (https://json-stat.org/full/)."""

    version: Annotated[str, Meta(examples=["2.0"])]
    kind: Annotated[str, Meta(examples=["dataset"])] = field(name="class")
    label: str
    updated: Annotated[str, Meta(description="When the figures were released, ISO 8601")]
    source: str
    note: Annotated[list[str], Meta(description="How to read the figures, and how far")]
    id: Annotated[list[str], Meta(examples=[["wave", "domain", "measure", "statistic"]])]
    size: list[int]
    role: dict[str, list[str]]
    dimension: dict[str, Any]
    value: Annotated[
        list[Any] | dict[str, Any],
        Meta(description="Row by row; by place where less than half of the cube is filled"),
    ]
    status: Annotated[dict[str, str], Meta(description="Why a place has no figure")]
    extension: dict[str, Any]


class EventRow(Struct, kw_only=True):
    """Something that happened, as it stands on the time axis of figures."""

    population: Annotated[str, Meta(description="Whose figures: staff or public")]
    day: Annotated[str, Meta(examples=["2025-10-28"])]
    kind: Annotated[str, Meta(description="reform, leadership, incident, media or other")]
    domain: Annotated[str, Meta(description="Code of a unit or region; empty for the agency")]
    text: Annotated[
        dict[str, str], Meta(description="In the languages that its author wrote: nb, nn, en")
    ]
    open: Annotated[bool, Meta(description="Whether everybody sees it, without signing in")]


class EventPage(Struct, kw_only=True):
    """Events, oldest first."""

    items: list[EventRow]
    total: int
    next: str | None


class StatementRow(Struct, kw_only=True):
    """A statement of the strategy and the items that measure it."""

    id: Annotated[str, Meta(examples=["verdi.trygghet.1"])]
    kind: str
    text: Annotated[str, Meta(description="Bokmål, word by word")]
    items: Annotated[list[str], Meta(description="Empty where nothing measures it")]


class StrategyText(Struct, kw_only=True):
    """The strategy as questionnaires are built from it."""

    revision: str
    name: str
    period_from: int
    period_to: int
    statements: list[StatementRow]
