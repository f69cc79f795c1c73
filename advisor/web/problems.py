"""The problem documents that programs get (RFC 9457): every type that there is, with its title, and the reply itself.

The address of a type leads to its words on the page for programs. Keys and titles stay as they are: programs tell
problems apart by them. What is special about one case stands in ``detail``.
"""

from typing import NamedTuple

from flask import Response, json
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from advisor.links import link_to
from advisor.web.logs import reference


class ProblemType(NamedTuple):
    """A kind of problem: the status it comes with, its title, when it comes, and what to do then."""

    status: int
    title: LazyString
    meaning: LazyString


PROBLEM_TYPES: dict[str, ProblemType] = {
    "unreadable": ProblemType(
        400,
        _l("The request cannot be read"),
        _l("Its JSON is malformed, or a parameter is not known or has no value that it may have. Mend the request."),
    ),
    "no-token": ProblemType(
        401,
        _l("A token is needed"),
        _l("There is no token, or it is not known, was revoked, or has expired. Make one on the page of your account."),
    ),
    "not-allowed": ProblemType(
        403,
        _l("It is not allowed"),
        _l("It is for admins, or it was sent by the page of another site. Sent again it is refused again."),
    ),
    "nothing-there": ProblemType(
        404,
        _l("There is nothing at this address"),
        _l("It never existed, was deleted, or belongs to another account: these look alike on purpose."),
    ),
    "method": ProblemType(
        405,
        _l("That cannot be done at this address"),
        _l("The address is right, but not with this method. The header Allow names those that there are."),
    ),
    "saved-meanwhile": ProblemType(
        409,
        _l("Somebody else saved at the same moment"),
        _l("Nothing was overwritten. Read it again, then repeat the change."),
    ),
    "deleted-meanwhile": ProblemType(
        409,
        _l("What this belongs to was deleted meanwhile"),
        _l("The account or the process went away while the request was under way. Nothing was stored."),
    ),
    "account-full": ProblemType(
        409,
        _l("The account holds as many processes as it may"),
        _l("Nothing was stored. Delete some first: what is in the bin does not count."),
    ),
    "rules-moved-on": ProblemType(
        409,
        _l("Other rules are in force by now"),
        _l("The choice was about a version that is not in force. Read newer-rules again, then choose."),
    ),
    "no-advice-yet": ProblemType(
        409,
        _l("There is no advice yet"),
        _l("Answer the questions under “open” first: before that no rules can be chosen for the process."),
    ),
    "no-draft": ProblemType(
        409,
        _l("There is no draft"),
        _l("An empty object asks for the check of the draft. Begin one on the pages, or send a rule set."),
    ),
    "made-and-deleted": ProblemType(
        410,
        _l("What this key made has been deleted"),
        _l(
            "The request came before with this Idempotency-Key, and was done. “deleted” names what it made and what is "
            "gone by now, “present” what is still there. It is not made again: send a new key for that."
        ),
    ),
    "changed-since": ProblemType(
        412,
        _l("It was changed since the version that was named"),
        _l("“current” holds it as it is now. Nothing was overwritten. Look at it, then repeat the change on top."),
    ),
    "too-large": ProblemType(
        413,
        _l("The request is too large"),
        _l("Nothing was stored. Send less at once."),
    ),
    "address-too-long": ProblemType(
        414,
        _l("The address is too long"),
        _l("Path and query have more characters than this server takes."),
    ),
    "not-json": ProblemType(
        415,
        _l("The body is not JSON by its type"),
        _l("Send UTF-8 with the header “Content-Type: application/json”, without a content encoding."),
    ),
    "not-a-file": ProblemType(
        415,
        _l("The body is not a file by its type"),
        _l("Send the file as it is, with the header “Content-Type: application/octet-stream” or “text/csv”."),
    ),
    "does-not-fit": ProblemType(
        422,
        _l("Something in it does not fit"),
        _l("It can be read, but not used as it is. “errors” names every place. Nothing was stored."),
    ),
    "key-reused": ProblemType(
        422,
        _l("The key was used for another request"),
        _l(
            "This Idempotency-Key came with another request before. Nothing was changed. Send a new key with a new "
            "request, or the first request unchanged to have its reply again."
        ),
    ),
    "version-needed": ProblemType(
        428,
        _l("The version that the change is based on is not named"),
        _l("Send the header If-Match, or row_version in the body, so that nobody else's change is overwritten."),
    ),
    "too-often": ProblemType(
        429,
        _l("That was too often"),
        _l("Wait for as many seconds as the header Retry-After says, then send it again. Nothing was done."),
    ),
    "our-mistake": ProblemType(
        500,
        _l("Something went wrong on our side"),
        _l("It is a mistake of ours. What was saved before is safe. “reference” finds it in the operator's log."),
    ),
    "unavailable": ProblemType(
        503,
        _l("Not available just now"),
        _l("The database is busy or cannot be reached. Nothing was changed. Try again after Retry-After seconds."),
    ),
}
"""By key; of several with one status the first is the usual one."""

_USUAL = {found.status: key for key, found in reversed(PROBLEM_TYPES.items())}


def usual_type(status: int) -> str:
    """The key of what a status means where nothing more is known."""
    return _USUAL.get(status) or ("our-mistake" if status >= 500 else "unreadable")


def type_address(key: str) -> str:
    """Where the page for programs tells about a type; the same on every installation."""
    return link_to("programs", _anchor=key)


def problem(key: str, detail: str, status: int = 0, **members: object) -> Response:
    """A problem document. ``members`` are added to it, such as ``errors`` with a pointer to each place."""
    kind = PROBLEM_TYPES[key]
    document = {
        "type": type_address(key),
        "title": str(kind.title),
        "status": status or kind.status,
        "detail": detail,
        "reference": reference(),
        **members,
    }
    return Response(json.dumps(document), status or kind.status, content_type="application/problem+json")
