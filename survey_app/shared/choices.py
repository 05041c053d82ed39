"""What an address asks for and a page does not have: one sentence, wherever a choice is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar import Request

LONGEST = 60  # letters of a choice that a sentence repeats


def shows(request: Request[Any, Any, Any], **shown: object) -> None:
    """Say what a page shows for each choice in its address, so that it can tell what it dropped.

    Parameters
    ----------
    request : Request
    **shown : object
        By name in the address, the value that is shown. What the address names and is not shown
        is told in a sentence by every page and fragment; a choice that is not made tells nothing.
    """
    asked = ((request.query_params.get(name), value) for name, value in shown.items())
    dropped = [text for text, value in asked if text and text != str(value)]
    if dropped:
        request.state.dropped = (*dropped_choices(request), *dropped)


def dropped_choices(request: Request[Any, Any, Any]) -> tuple[str, ...]:
    """Return what the address asked for and the page does not show, shortened."""
    found: tuple[str, ...] = getattr(request.state, "dropped", ())
    return tuple(text[:LONGEST] for text in found)
