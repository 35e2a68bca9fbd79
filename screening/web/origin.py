"""Did one of our own pages send this form? A second lock beside the CSRF token."""

from urllib.parse import urlsplit

from werkzeug.wrappers import Request

from config import Config


def came_from_elsewhere(request: Request, config: Config) -> bool:
    """Judged by Sec-Fetch-Site, else by Origin, else by Referer.

    A client that sends none of them is left to the token and the SameSite cookie: refusing it
    would lock out people whose browser or proxy strips headers.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is not None:
        return not _is_ours(origin, request, config)
    referer = request.headers.get("Referer")
    return site is None and referer is not None and not _is_ours(referer, request, config)


def _is_ours(address: str, request: Request, config: Config) -> bool:
    """Compared with the configured scheme and the (already trusted) host: a proxy may speak
    plain http to us. "null" is nobody's origin."""
    try:
        sent = urlsplit(address)
    except ValueError:
        return False
    return sent.scheme == urlsplit(config.base_url).scheme and sent.netloc == request.host
