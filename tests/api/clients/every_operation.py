"""Every operation, called with a client that openapi-python-client made.

    python every_operation.py FOLDER ADDRESS OWNER ADMIN

FOLDER holds the client as the package ``advisor_client``, ADDRESS is the server, OWNER and ADMIN are tokens. The owner
has one process with advice by version 1 of the rules, and version 2 is in force. Prints the operations that it called.
"""

import io
import json
import sys
from importlib import import_module
from typing import Any

folder, address, owner_token, admin_token = sys.argv[1:]
sys.path.insert(0, folder)
made, models = import_module("advisor_client"), import_module("advisor_client.models")
anybody = made.Client(base_url=address, raise_on_unexpected_status=True)
owner = made.AuthenticatedClient(base_url=address, token=owner_token, raise_on_unexpected_status=True)
admin = made.AuthenticatedClient(base_url=address, token=admin_token, raise_on_unexpected_status=True)
called: set[str] = set()


def call(name: str, client: Any, *where: object, status: int = 200, **sent: Any) -> Any:
    """The reply of an operation, which its shape reads, and which comes with that status."""
    called.add(name)
    reply = import_module(f"advisor_client.api.default.{name}").sync_detailed(*where, client=client, **sent)
    assert reply.status_code == status, (name, reply.status_code, reply.content)
    assert status == 204 or reply.parsed is not None, name
    return reply


def problem(reply: Any) -> str:
    """The type of a problem, by its last word."""
    assert isinstance(reply.parsed, models.ProblemDocument)
    return str(reply.parsed.type_.partition("#")[2])


# What anybody may ask for
description = json.loads(call("description", anybody).content)
in_force = call("rules_in_force", anybody).parsed
assert in_force.number == 2
rules = call("rules", anybody, 1).parsed
assert rules.document.questions
answers = rules.document.cases[0].answers.to_dict()
sent = models.WorkItemRequest(process="Payroll", answers=models.Answers.from_dict(answers))
advice = call("recommendations", anybody, body=sent).parsed
assert advice.process == "Payroll"
several = call("recommendations", anybody, body=[sent, models.WorkItemRequest()]).parsed
assert [one.outcome for one in several] == [advice.outcome, "unclear"]
question, answer = next((key, given) for key, given in answers.items() if isinstance(given, str))
rows = f"Process,{question}\nPayroll,{answer}\n".encode()
sheet = import_module("advisor_client.types").File(payload=io.BytesIO(rows))
read = call("recommendations_on_sheet", anybody, body=sheet).parsed
assert [one.process for one in read.recommendations] == ["Payroll"]

# An owner's processes: one, then several at once
begun = call("new_assessment", owner, body=sent, idempotency_key="one", status=201).parsed
again = call("new_assessment", owner, body=sent, idempotency_key="one", status=201).parsed
assert again.id == begun.id
assert begun.recommendation.outcome == advice.outcome
others = call("new_assessment", owner, body=[sent, models.WorkItemRequest(process="Law")], status=201).parsed
assert [one.process for one in others] == ["Payroll", "Law"]
listed = call("assessments", owner, sort=models.AssessmentsSort("-used")).parsed
assert listed.found == 4

# A change leaves alone what it does not name
change = models.AssessmentChange.from_dict(
    {"notes": "Two offers", "decision": "bpo", "decided_on": "2026-11-03", "row_version": begun.row_version}
)
decided = call("change_assessment", owner, begun.id, body=change).parsed
renamed = call(
    "change_assessment",
    owner,
    begun.id,
    body=models.AssessmentChange(process="Wages"),
    if_match=f'"{decided.row_version}"',
).parsed
assert renamed.process == "Wages"
assert (renamed.notes, renamed.decision, str(renamed.decided_on)) == ("Two offers", "bpo", "2026-11-03")
assert renamed.answers.to_dict() == begun.answers.to_dict()
assert renamed.recommendation.outcome == advice.outcome
stale = call("change_assessment", owner, begun.id, body=change, status=412)
assert problem(stale) == "changed-since"
assert stale.parsed.current.process == "Wages"
found = call("assessment", owner, begun.id)
assert found.parsed.notes == "Two offers"
assert call("history", owner, begun.id).parsed.history

# Newer rules
older = next(line for line in listed.assessments if line.rules_version == 1)
assert call("newer_rules", owner, older.id).parsed.newer_rules == 2
choice = models.RulesChoice(rules_version=2)
assert call("keep_rules", owner, older.id, body=choice).parsed.kept_version == 2
assert call("update_rules", owner, older.id, body=choice).parsed.rules_version == 2
assert problem(call("update_rules", owner, older.id, body=models.RulesChoice(rules_version=1), status=409))

# Deleting, and what a repeat says of it
call("delete_assessment", owner, begun.id, status=204)
assert problem(call("assessment", owner, begun.id, status=404)) == "nothing-there"
assert problem(call("new_assessment", owner, body=sent, idempotency_key="one", status=410)) == "made-and-deleted"

# The check of rules
assert problem(call("check_rules", owner, body={}, status=403)) == "not-allowed"
assert problem(call("check_rules", admin, body={}, status=409)) == "no-draft"
asked = call("check_rules", admin, body=in_force.document.to_dict(), status=202)
assert asked.parsed.state == "waiting"
mark = asked.headers["Location"].rpartition("/")[2]
assert call("checked_rules", admin, mark, status=202).parsed.state == "waiting"

print(json.dumps(sorted(called)))
