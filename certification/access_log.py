"""The log of who came in and who was turned away: names of things, never passwords, codes or links."""

import logging
import re
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest

logger = logging.getLogger("certification.access")


def write(request: HttpRequest | None, what: str, **about: Any) -> None:
    """One line: what happened, to whom, from where. What is None is left out."""
    told = {"ip": address(request), **about}
    facts = " ".join(f"{name}={clean(value)}" for name, value in told.items() if value is not None)
    logger.info("%s %s", what, facts)


def address(request: HttpRequest | None) -> str | None:
    """From where it came, as the limits have it; a request made up by code has none.

    Where the limits cannot tell, which refuses what they guard, the log has nothing to refuse.
    """
    if request is None or "REMOTE_ADDR" not in request.META:
        return None
    try:
        return get_adapter(request).get_client_ip(request)
    except (PermissionDenied, ImproperlyConfigured):
        return "unknown"


def clean(value: object) -> str:
    """On one line, whatever was typed."""
    return re.sub(r"[^\w@.+/:-]", "?", str(value))[:254]
