"""Light or dark for those without a script: the server sets the cookie that the script sets."""

from datasette.utils.asgi import Request, Response

from archive.publish.visit import THEMES, YEAR_SECONDS

ROUTE = r"/-/room/theme$"


def choose_theme(request: Request) -> Response:
    """Turn light into dark or the reverse, and go back to the page. What the system shows is unknown: dark is first."""
    light, dark = THEMES
    back = request.args.get("back") or "/"
    response = Response.redirect(back if is_on_this_server(back) else "/", status=303)
    response.set_cookie("theme", light if request.cookies.get("theme") == dark else dark, max_age=YEAR_SECONDS)
    return response


def is_on_this_server(address: str) -> bool:
    """Return whether an address cannot lead to another host: browsers take "//" and a backslash for one."""
    return address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()
