"""How text messages go out: the gateway's own manner, said in settings (docs/operations.md)."""

from __future__ import annotations

import json
import re
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from survey_app.shared.service_address import is_service_address

FIELDS: Final = ("to", "digits", "text", "sender", "id")
_SENDER: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|\+?\d{3,15}")
# RFC 9110, 5.5 and 5.6.2: what a header may be called, and what may stand in it
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOLD: Final = re.compile(r"([!-~]([\t -~]*[!-~])?)?")


class SmsSettings(BaseSettings):
    """Settings of text messages; without a sender none are sent and no number is read."""

    sms_sender: str | None = None
    sms_url: str | None = None
    sms_method: Literal["POST", "PUT"] = "POST"
    sms_headers: str = ""
    sms_body: str = '{"to": "{to}", "from": "{sender}", "text": "{text}", "id": "{id}"}'
    sms_accepted: str = ""
    sms_idempotent: bool = False
    sms_per_minute: Annotated[int, Field(ge=1)] | None = None

    @property
    def sends_sms(self) -> bool:
        """Whether text messages may be chosen: a sender is said to every process, and no secret."""
        return self.sms_sender is not None

    @field_validator("sms_sender")
    @classmethod
    def _is_sender(cls, value: str | None) -> str | None:
        if value is not None and not _SENDER.fullmatch(value):
            raise ValueError(
                "must be a name of at most 11 letters A to Z, digits and spaces, or a number"
            )
        return value

    @field_validator("sms_url")
    @classmethod
    def _is_gateway(cls, value: str | None) -> str | None:
        # links that answer for people go there: never in the clear
        if value is not None and not is_service_address(value):
            raise ValueError("must be the gateway's https:// address")
        return value

    @field_validator("sms_headers")
    @classmethod
    def _are_headers(cls, value: str) -> str:
        headers_of(value)
        return value

    @field_validator("sms_body")
    @classmethod
    def _is_body(cls, value: str) -> str:
        _json(value)
        if not _holds(value, "text") or not (_holds(value, "to") or _holds(value, "digits")):
            raise ValueError("must be JSON with a place for {text}, and for {to} or {digits}")
        return value

    @field_validator("sms_accepted")
    @classmethod
    def _is_path(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^=\s]+(=\S+)?", value):
            raise ValueError("must be a path into the reply, such as response.msgOkCount=1")
        return value


def headers_of(text: str) -> dict[str, str]:
    """Read the headers of a request from JSON.

    Raises
    ------
    ValueError
        If it is no object of strings that may travel as headers; no word of it is told.
    """
    headers = _json(text) if text else {}
    if not isinstance(headers, dict) or not all(
        _HEADER.fullmatch(name) and isinstance(told, str) and _TOLD.fullmatch(told)
        for name, told in headers.items()
    ):
        raise ValueError('must be JSON such as {"Authorization": "Bearer …"}, in letters A to Z')
    return headers


def body_of(template: str, values: dict[str, str]) -> object:
    """Fill a request's body: every string in it, and nothing else, may hold ``{name}``.

    Parameters
    ----------
    template : str
        JSON.
    values : dict of str to str
        One for each of `FIELDS`.

    Examples
    --------
    >>> body_of('{"m": [{"to": "{digits}", "parts": 2}]}', {"digits": "4791234567"})
    {'m': [{'to': '4791234567', 'parts': 2}]}
    """
    return _filled(json.loads(template), values)


def _filled(part: object, values: dict[str, str]) -> object:
    if isinstance(part, str):
        # in one pass: what a text holds is never filled again
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), part)
    if isinstance(part, list):
        return [_filled(one, values) for one in part]
    if isinstance(part, dict):
        return {name: _filled(one, values) for name, one in part.items()}
    return part


def is_accepted(reply: object, wanted: str) -> bool:
    """Tell whether a reply says what is ``wanted``: a path, and perhaps the value at its end.

    Examples
    --------
    >>> said = {"response": {"msgOkCount": 1, "errors": []}, "messages": [{"status": "queued"}]}
    >>> is_accepted(said, "response.msgOkCount=1"), is_accepted(said, "messages.0.status=queued")
    (True, True)
    >>> is_accepted(said, "response.msgOkCount=0"), is_accepted(said, "response.ids")
    (False, False)
    """
    path, _, value = wanted.partition("=")
    found = reply
    for step in path.split(".") if path else ():
        if isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        elif isinstance(found, dict) and step in found:
            found = found[step]
        else:
            return False
    if not value:
        return True
    return (str(found).lower() if isinstance(found, bool) else str(found)) == value


def _holds(template: str, name: str) -> bool:
    """Tell whether a value, and not only a name, has a place for ``name``."""
    return json.dumps(body_of(template, {name: "1"})) != json.dumps(body_of(template, {name: "2"}))


def _json(text: str) -> object:
    try:
        read: object = json.loads(text)
        # neither NaN nor half a sign: no request can be made of them
        json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        # the setting may hold a secret: not a word of it
        raise ValueError("must be JSON") from None
    return read
