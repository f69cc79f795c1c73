"""Where the pages of an assessment are."""

from typing import Any

from flask import request, url_for

PREVIEW = "preview"
"""The blueprint whose pages have the names of these, and show the draft to an admin."""


def page_url(page: str, **given: Any) -> str:
    """The address of a page of an assessment; seen from a page of the preview, that of the same page there."""
    blueprint = PREVIEW if request.blueprint == PREVIEW else "assessments"
    return url_for(f"{blueprint}.{page}", **given)
