"""The mailbox page, in demonstrations only."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter

from survey_app.asking.delivery.mailbox import Mail, find_mail, list_mails
from survey_app.shared.pages import page

PER_PAGE = 50
Page = Annotated[int, QueryParameter(name="page", ge=1, le=10_000)]


def _folder(request: Request[Any, Any, Any]) -> Path:
    settings = request.app.state.settings
    if not settings.demo:
        raise NotFoundException
    folder: Path = settings.data_dir / "mail"
    return folder


def _mail(request: Request[Any, Any, Any], name: str) -> Mail:
    mail = find_mail(_folder(request), name)
    if mail is None:
        raise NotFoundException
    return mail


@get("/dev/mailbox")
async def show_mailbox(request: Request[Any, Any, Any], number: Page = 1) -> Response[str]:
    """List the mails that the demonstration sent, the newest first."""
    mails, total = list_mails(_folder(request), most=PER_PAGE, skip=(number - 1) * PER_PAGE)
    pages = max(1, -(-total // PER_PAGE))
    context = {"mails": mails, "total": total, "number": number, "pages": pages}
    return page(request, "asking/mailbox.html", context)


@get("/dev/mailbox/{name:str}")
async def show_mail(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """Show one mail as text, with its links."""
    return page(request, "asking/mail.html", {"mail": _mail(request, name)})


@get("/dev/mailbox/{name:str}/html")
async def show_mail_html(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[str]:
    """Show the HTML half of a mail by itself, with inline styles and pictures and nothing else."""
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    return Response(
        _mail(request, name).html,
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"},
    )


HANDLERS = [show_mailbox, show_mail, show_mail_html]
