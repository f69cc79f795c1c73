"""What anybody can read: the first page, the claims, the rules, how the sum works, help. None of them sets a cookie."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from advisor.extensions import database
from advisor.models import rule_set_version as versions
from advisor.pages.blueprint import bp
from advisor.pages.presenter import claim_page, claims_page, rule_page
from advisor.pages.sum_presenter import sample_result, sum_page
from advisor.wording.claims import VersionView


@bp.route("/")
def start() -> ResponseReturnValue:
    """Say what it does, and show a sample."""
    return render_template("pages/start.html", sample=sample_result(_edition(None)))


@bp.route("/claims")
@bp.route("/versions/<int(max=2147483647):number>/claims")
def claims(number: int | None = None) -> ResponseReturnValue:
    """List every claim that the advice rests on."""
    return render_template("pages/claims.html", **claims_page(_edition(number)))


@bp.route("/claims/<claim_id>")
@bp.route("/versions/<int(max=2147483647):number>/claims/<claim_id>")
def claim(claim_id: str, number: int | None = None) -> ResponseReturnValue:
    """Show one claim, as its version had it."""
    edition = _edition(number)
    found = edition.rule_set.claim(claim_id) or abort(404)
    return render_template("pages/claim.html", **claim_page(edition, found))


@bp.route("/rules/<key>")
@bp.route("/versions/<int(max=2147483647):number>/rules/<key>")
def rule(key: str, number: int | None = None) -> ResponseReturnValue:
    """Show one rule as a sentence."""
    edition = _edition(number)
    found = edition.rule_set.rule(key) or abort(404)
    return render_template("pages/rule.html", **rule_page(edition, found))


@bp.route("/how-the-sum-works")
@bp.route("/versions/<int(max=2147483647):number>/how-the-sum-works")
def how_the_sum_works(number: int | None = None) -> ResponseReturnValue:
    """Show everything that decides."""
    return render_template("pages/sum.html", **sum_page(_edition(number)))


@bp.route("/help")
def help() -> ResponseReturnValue:  # noqa: A001 - the page is called so
    """Answer what people ask."""
    return render_template("pages/help.html", claims_url=url_for(".claims"), sum_url=url_for(".how_the_sum_works"))


@bp.route("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say how accessible it is."""
    return render_template("pages/accessibility.html")


def _edition(number: int | None) -> VersionView:
    """A version of the rules, 404 where there is none; its pages link to the version they show, if one was named."""
    with database().read() as session:
        if number is not None and versions.version(session, number) is None:
            abort(404)
        return VersionView.of(session, number, pinned=number is not None)
