"""The guide “Editing the rules”, and on every other page of the workshop the way to the page of it that fits."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from advisor.rule_sets.blueprint import bp
from advisor.rule_sets.guide.contents import BY_WORD, GUIDE
from advisor.rule_sets.guide.purposes import Purpose, purpose_of


@bp.context_processor
def _with_purpose() -> dict[str, Purpose | None]:
    """Every page of the workshop says what it is for."""
    return {"purpose": purpose_of(request.endpoint or "", request.view_args or {})}


@bp.get("/admin/rules/guide")
def guide() -> ResponseReturnValue:
    """List the pages of the guide."""
    return render_template("rule_sets/guide/contents.html", pages=GUIDE)


@bp.get(f"/admin/rules/guide/<any({', '.join(BY_WORD)}):word>")
def guide_page(word: str) -> ResponseReturnValue:
    """Show a page of the guide."""
    at = [page.word for page in GUIDE].index(word)
    shown: dict[str, Any] = {"shown": GUIDE[at], "pages": GUIDE}
    shown["before"] = GUIDE[at - 1] if at else None
    shown["after"] = GUIDE[at + 1] if at + 1 < len(GUIDE) else None
    width, height = picture_size(Path(current_app.static_folder or "", GUIDE[at].picture))
    return render_template(GUIDE[at].template, width=width, height=height, **shown)


@lru_cache(maxsize=len(GUIDE))
def picture_size(picture: Path) -> tuple[int, int]:
    """Width and height of a WebP file of the kind VP8, in pixels of a page: it holds two of its own for each."""
    head = picture.read_bytes()[:30]
    return tuple(int.from_bytes(head[at : at + 2], "little") % 0x4000 // 2 for at in (26, 28))  # type: ignore[return-value]
