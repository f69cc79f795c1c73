"""What the record of acts says of each kind of act, as a sentence about who did it."""

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from advisor.wording.items import subject_of

ACT_PHRASES = {
    "signed in": _l("signed in"),
    "sign-in refused": _l("was refused a sign-in as %(what)s"),
    "signed out": _l("signed out"),
    "sign-in ended": _l("ended a sign-in on another device"),
    "other sign-ins ended": _l("ended all other sign-ins"),
    "password changed": _l("changed the password of %(what)s"),
    "password reset": _l("set a new password by a link"),
    "password refused": _l("was asked for the password of %(what)s and gave a wrong one"),
    "reset link made": _l("made a link with which %(what)s sets a new password"),
    "second factor set": _l("set a second factor"),
    "second factor removed": _l("removed the second factor of %(what)s"),
    "recovery codes renewed": _l("renewed the recovery codes"),
    "token created": _l("made a token for programs"),
    "token revoked": _l("revoked a token for programs"),
    "account created": _l("created the account %(what)s"),
    "account disabled": _l("disabled the account %(what)s"),
    "account enabled": _l("enabled the account %(what)s again"),
    "account deleted": _l("deleted the account %(what)s"),
    "role changed": _l("changed what %(what)s may do"),
    "address change asked": _l("asked for another e-mail address"),
    "address changed": _l("confirmed another e-mail address"),
    "draft started": _l("started a draft from version %(version)s"),
    "draft note kept": _l("kept a note for publishing the draft"),
    "draft discarded": _l("discarded the draft"),
    "draft imported": _l("put the rules of a file in place of the draft"),
    "comment written": _l("commented on %(what)s"),
    "comment answered": _l("answered a comment on %(what)s"),
    "comment settled": _l("settled the comments on %(what)s"),
    "comment reopened": _l("reopened the comments on %(what)s"),
    "comment deleted": _l("deleted a comment on %(what)s"),
    "comment put back": _l("put a comment on %(what)s back"),
    "warning accepted": _l("accepted a warning about %(what)s"),
    "warning no longer accepted": _l("no longer accepts a warning about %(what)s"),
    "approval asked for": _l("asked for approval of %(what)s"),
    "version planned": _l("planned when %(what)s comes into force"),
    "version approved": _l("approved %(what)s"),
    "version brought forward": _l("put %(what)s into force before its day"),
    "version sent back": _l("sent %(what)s back"),
    "plan cancelled": _l("cancelled the plan for %(what)s"),
    "plan failed": _l("had planned %(what)s, which did not come into force"),
    "rules published": _l("published the draft as version %(version)s"),
    "rules brought back": _l("brought an earlier version back as version %(version)s"),
    "rules imported": _l("published version %(version)s from a file"),
    "rules exported": _l("downloaded the rules of %(what)s"),
    "check asked for": _l("asked for a check of every combination"),
    "check cancelled": _l("cancelled a check of every combination"),
    "impact run asked for": _l("asked who is affected"),
    "impact run cancelled": _l("cancelled a run of who is affected"),
    "note settled": _l("settled a note from an owner"),
    "data downloaded": _l("downloaded everything held about them"),
    "demo made": _l("filled the installation with the demo"),
    "demo removed": _l("removed the demo"),
    "record exported": _l("took the record away as a sheet"),
    "backup made": _l("made a backup"),
    "backup restored": _l("restored a backup"),
    "access refused": _l("was refused a page"),
}
"""Without a name before them; ``what`` is what it was done to, ``version`` a number. What changes the draft is told by
what it changed."""

_KIND_NAMES = {
    "draft added to": _l("item added to the draft"),
    "draft added several": _l("several items added to the draft"),
    "draft changed": _l("item of the draft changed"),
    "draft changed several": _l("several items of the draft changed"),
    "draft removed from": _l("item removed from the draft"),
    "draft moved": _l("item of the draft moved"),
    "draft put back": _l("item of the draft put back as it was"),
    "draft taken back": _l("act in the draft taken back"),
    "draft note kept": _l("note for publishing kept"),
    "draft imported": _l("draft replaced by a file"),
    "impact run asked for": _l("who is affected: asked for"),
    "impact run cancelled": _l("who is affected: cancelled"),
}
"""Kinds of acts whose own names say too little."""

ACTORS = {
    "anonymous": _l("Somebody who is not signed in"),
    "owner": _l("An owner"),
    "admin": _l("An admin"),
    "operator": _l("The command line"),
}
"""Who did something, where no account says more."""


def kind_name(kind: str) -> str:
    """A kind of act, for whoever picks one of them."""
    name = str(_KIND_NAMES.get(kind, kind))
    return name[0].upper() + name[1:]


def act_sentence(by: str, phrase: str) -> str:
    """Who did it and what was done."""
    return str(_("%(who)s %(did)s.", who=by, did=phrase))


def number_of_items(collection: str, number: int) -> str:
    """So many items of a collection: "18 test cases"."""
    n = format_decimal(number)
    match subject_of(collection):
        case "rules":
            return str(ngettext("%(n)s rule", "%(n)s rules", number, n=n))
        case "questions":
            return str(ngettext("%(n)s question", "%(n)s questions", number, n=n))
        case "options":
            return str(ngettext("%(n)s answer", "%(n)s answers", number, n=n))
        case "leave":
            return str(ngettext("%(n)s row of the first table", "%(n)s rows of the first table", number, n=n))
        case "kind":
            return str(ngettext("%(n)s row of the second table", "%(n)s rows of the second table", number, n=n))
        case "claims":
            return str(ngettext("%(n)s claim", "%(n)s claims", number, n=n))
        case "sources":
            return str(ngettext("%(n)s source", "%(n)s sources", number, n=n))
        case "disagreements":
            return str(ngettext("%(n)s disagreement", "%(n)s disagreements", number, n=n))
        case "risks":
            return str(ngettext("%(n)s risk", "%(n)s risks", number, n=n))
        case "guidance":
            return str(ngettext("%(n)s piece of guidance", "%(n)s pieces of guidance", number, n=n))
        case "tensions":
            return str(ngettext("%(n)s pair of answers", "%(n)s pairs of answers", number, n=n))
        case "limits":
            return str(ngettext("%(n)s limit", "%(n)s limits", number, n=n))
    return str(ngettext("%(n)s test case", "%(n)s test cases", number, n=n))
