"""What can keep a wave from being closed or published; never an answer."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.shared.errors import BarometerError


class WaitsForTrusteesError(BarometerError):
    """The wave is closed, and only its two trustees can open the urn; nothing is wrong."""

    def __init__(self, key: str, names: Sequence[str]) -> None:
        super().__init__(
            f"the wave «{key}» is closed and waits for its two key holders, {' and '.join(names)}: "
            f"each opens a seal on the own page (see /waves/{key}/keys), or both bring their "
            f"files: barometer wave count {key} --trustee-key FILE --trustee-key FILE"
        )


class PublishingError(BarometerError):
    """The wave cannot be published as it stands."""


class ShelfMovedError(PublishingError):
    """What was computed knows nothing of figures that were published or taken back meanwhile."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"figures of the same people were published or taken back while «{key}» was computed:"
            " nothing is stored before it has been computed beside them"
        )


class NothingStandsError(PublishingError):
    """The wave shows no figures: it is not published, or they were taken back."""

    def __init__(self, key: str) -> None:
        super().__init__(f"«{key}» shows no figures: it is not published, or they were taken back")


class HeldError(PublishingError):
    """Two people decide whether an open survey is published, and have not said that it is."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the forms of «{key}» did not come as from people: two people decide on "
            f"/waves/{key}/arrivals whether it is published"
        )


class ResponsesGoneError(PublishingError):
    """The answers were deleted, as the campaign promised: nothing is computed from them again."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the responses of «{key}» are deleted, as its campaign promised: what is published "
            "stays, and cannot be computed again"
        )


class ResponsesChangedError(PublishingError):
    """The answers are not those that were counted when the urn was emptied."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the responses of «{key}» are not those that its wave record names: nothing is "
            "published before somebody has found out why"
        )


class UnknownPublicationError(BarometerError):
    """No publication has this id."""
