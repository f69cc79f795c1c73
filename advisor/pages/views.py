"""What anybody can read: the first page, the claims, the rules, how the sum works, help. None of them sets a cookie."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from advisor.extensions import database
from advisor.links import link_to
from advisor.models.base import utc_now
from advisor.models.rule_sets import rule_set_version as versions
from advisor.models.rule_sets.rule_set_version import Lifetime, lifetimes, live_between
from advisor.pages.presenter import claim_page, claims_page, documents_of, rule_page
from advisor.pages.programs import programs_page
from advisor.pages.sum_presenter import sample_result, sum_page
from advisor.web.days import DayField
from advisor.web.public_pages import cached_per_release, cached_per_version
from advisor.wording.claims import VersionView

bp = Blueprint("pages", __name__)


@bp.route("/")
@cached_per_version
def start() -> ResponseReturnValue:
    """Say what it does, and show a sample."""
    edition = _edition(None)
    return render_template("pages/start.html", sample=sample_result(edition), documents=documents_of(edition.rule_set))


@bp.route("/claims")
@bp.route("/versions/<int(max=2147483647):number>/claims")
@cached_per_version
def claims(number: int | None = None) -> ResponseReturnValue:
    """List every claim that the advice rests on."""
    return render_template("pages/claims.html", **claims_page(_edition(number)))


@bp.route("/claims/<claim_id>")
@bp.route("/versions/<int(max=2147483647):number>/claims/<claim_id>")
@cached_per_version
def claim(claim_id: str, number: int | None = None) -> ResponseReturnValue:
    """Show one claim, as its version had it."""
    edition = _edition(number)
    found = edition.rule_set.claim(claim_id) or abort(404)
    return render_template("pages/claim.html", **claim_page(edition, found))


@bp.route("/rules/<key>")
@bp.route("/versions/<int(max=2147483647):number>/rules/<key>")
@cached_per_version
def rule(key: str, number: int | None = None) -> ResponseReturnValue:
    """Show one rule as a sentence."""
    edition = _edition(number)
    found = edition.rule_set.rule(key) or abort(404)
    return render_template("pages/rule.html", **rule_page(edition, found))


@bp.route("/how-the-sum-works")
@bp.route("/versions/<int(max=2147483647):number>/how-the-sum-works")
@cached_per_version
def how_the_sum_works(number: int | None = None) -> ResponseReturnValue:
    """Show everything that decides."""
    return render_template("pages/sum.html", **sum_page(_edition(number)))


@bp.route("/help")
@cached_per_release
def help() -> ResponseReturnValue:  # noqa: A001 - the page is called so
    """Answer what people ask."""
    return render_template("pages/help.html", claims_url=url_for(".claims"), sum_url=url_for(".how_the_sum_works"))


@bp.route("/programs")
@cached_per_version
def programs() -> ResponseReturnValue:
    """Show how a program uses it, and what the problems mean that it may be told of."""
    return render_template(
        "pages/programs.html",
        **programs_page(_edition(None).rule_set),
        description_url=link_to("description"),
        tokens_url=link_to("tokens"),
    )


@bp.route("/accessibility")
@cached_per_release
def accessibility() -> ResponseReturnValue:
    """Say how accessible it is."""
    return render_template("pages/accessibility.html")


def _edition(number: int | None) -> VersionView:
    """A version of the rules, 404 where there is none; its pages link to the version they show, if one was named."""
    with database().read() as session:
        if number is not None and versions.version(session, number) is None:
            abort(404)
        return VersionView.of(session, number, pinned=number is not None)


class AsOfForm(FlaskForm):
    """A day, and a minute of it or none. It stands in the address, so it needs no token."""

    class Meta:
        """The page sets no cookie."""

        csrf = False

    date = DayField(_l("Date"), description=_l("For example %(day)s"), render_kw={"autocomplete": "off"})
    time = StringField(
        _l("Time, if you like"), description=_l("For example 14:05, in UTC"), render_kw={"autocomplete": "off"}
    )

    def validate_date(self, field: Field) -> None:
        """Ask for the day of a time."""
        if not (field.data or "").strip() and self.minute_typed:
            raise ValidationError(_("Enter a date"))

    def validate_time(self, _field: Field) -> None:
        """Say so where the time is none."""
        if self.minute_typed and self.minute is None:
            raise ValidationError(_("Enter a time, such as 14:05, or leave it out"))

    @property
    def minute_typed(self) -> str:
        """What stands in the field for the time."""
        return (self.time.data or "").strip()

    @property
    def minute(self) -> time_of_day | None:
        """The time, None where there is none."""
        try:
            return datetime.strptime(self.minute_typed.replace(".", ":"), "%H:%M").time()  # noqa: DTZ007 - no date
        except ValueError:
            return None


_COMMANDS = (("Linux", "sha256sum", ""), ("macOS", "shasum -a 256", ""), ("Windows", "certutil -hashfile", "SHA256"))
"""What works out the SHA-256 of a file: the system, the command, and what follows the file's name."""

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A version: when it was live, and why it came."""

    number: int
    since: datetime
    until: datetime | None
    note: str
    sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was found on the day or the minute that was asked about, in words and as versions."""

    says: str = ""
    found: tuple[PublishedVersion, ...] = ()


@bp.get("/versions", endpoint="versions")
@cached_per_version
def versions_page() -> ResponseReturnValue:
    """List every version with when it was live, and find the one of a day or a minute."""
    with database().read() as session:
        found = lifetimes(session)
    rows = [_published_version(one) for one in found]
    form = AsOfForm(request.args)
    as_of = _as_of(found, form) if form.validate() else AsOf()
    return render_template("pages/versions.html", versions=rows, form=form, as_of=as_of)


@bp.get("/versions/<int(max=2147483647):number>", endpoint="version")
@cached_per_version
def version_page(number: int) -> ResponseReturnValue:
    """Show one version, its fingerprint, and how to check it."""
    with database().read() as session:
        if versions.version(session, number) is None:
            abort(404)
        edition = VersionView.of(session, number)
        mine = next(one for one in lifetimes(session) if one.row.number == number)
        row = versions.version(session, number) or abort(404)
        size = len(row.unaltered_document.encode())
    return render_template(
        "pages/version.html",
        version=_published_version(mine),
        size=size,
        file=_file(number),
        commands=[(system, f"{command} {_file(number)} {rest}".strip()) for system, command, rest in _COMMANDS],
        document_url=url_for(".document", number=number),
        sum_url=edition.version.sum_url,
        claims_url=url_for(".claims", number=number),
    )


@bp.get("/versions/<int(max=2147483647):number>/rules.json")
@cached_per_version
def document(number: int) -> ResponseReturnValue:
    """Send the document of a version, byte for byte as it was published."""
    with database().read() as session:
        row = versions.version(session, number) or abort(404)
        body = row.unaltered_document
    disposition = f'attachment; filename="{_file(number)}"'
    return Response(body, mimetype="application/json", headers={"Content-Disposition": disposition})


def _file(number: int) -> str:
    return f"rules-version-{number}.json"


def _published_version(one: Lifetime) -> PublishedVersion:
    row = one.row
    url = url_for("pages.version", number=row.number)
    return PublishedVersion(row.number, one.since, one.until, row.note, row.sha256, url)


def _as_of(found: list[Lifetime], form: AsOfForm) -> AsOf:
    if form.date.day is None:
        return AsOf()
    start = datetime.combine(form.date.day, form.minute or time_of_day(), UTC)
    when = format_datetime(start, "d MMMM yyyy, HH:mm 'UTC'" if form.minute is not None else "d MMMM yyyy")
    if start > utc_now():
        return AsOf(_("%(when)s is still to come. Nobody knows which version will be live then.", when=when))
    live = live_between(found, start, start + (_MINUTE if form.minute is not None else _DAY))
    if not live:
        return AsOf(_("On %(when)s no version had been published yet.", when=when))
    if len(live) > 1:
        says = _("%(n)d versions were live on %(when)s, one after the other:", n=len(live), when=when)
    else:
        says = _("Live on %(when)s:", when=when)
    return AsOf(says, tuple(_published_version(one) for one in reversed(live)))
