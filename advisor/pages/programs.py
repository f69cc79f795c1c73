"""The page for programs: examples that run as they stand, and every problem that a program can be told of."""

import json
from typing import Any, NamedTuple

from flask import current_app

from advisor.engine.model.rules import RuleSet
from advisor.exchange.json_items import items_document, sample_item
from advisor.web.problems import PROBLEM_TYPES


class CodeExample(NamedTuple):
    """A program in one language, which runs as it stands."""

    key: str
    language: str
    code: str


_ADVICE = {
    "curl": """\
curl --silent --show-error --fail-with-body \\
  --header 'Content-Type: application/json' \\
  --data '@SHELL_ITEM@' \\
  '@URL@/api/v1/recommendations'
""",
    "python": """\
import json
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

item = @ITEM@

request = Request(
    "@URL@/api/v1/recommendations",
    data=json.dumps(item).encode(),
    headers={"Content-Type": "application/json"},
)
try:
    with urlopen(request) as reply:
        advice = json.load(reply)
except HTTPError as error:
    sys.exit(json.load(error)["detail"])

print(advice["process"], advice["outcome"], advice["strength"])
for reason in advice["reasons"]:
    print("-", reason["text"])
""",
    "javascript": """\
const item = @ITEM@;

const reply = await fetch("@URL@/api/v1/recommendations", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(item),
});
const advice = await reply.json();
if (!reply.ok) throw new Error(advice.detail);

console.log(advice.process, advice.outcome, advice.strength);
for (const reason of advice.reasons) console.log("-", reason.text);
""",
}

_OWN = {
    "curl": """\
curl --silent --show-error --fail-with-body \\
  --header "Authorization: Bearer $ADVISOR_TOKEN" \\
  --header 'Idempotency-Key: list-by-curl' \\
  --header 'Content-Type: application/json' \\
  --data '[@SHELL_ITEM@, {"process": "Invoices"}]' \\
  '@URL@/api/v1/assessments'
""",
    "python": """\
import json
import os
import sys
import uuid
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def call(method, path, body=None, **headers):
    headers["Authorization"] = "Bearer " + os.environ["ADVISOR_TOKEN"]
    headers["Content-Type"] = "application/json"
    data = None if body is None else json.dumps(body).encode()
    address = "@URL@/api/v1/assessments" + path
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(address, data, named, method=method)) as reply:
            return json.load(reply)
    except HTTPError as error:
        problem = json.load(error)
        sys.exit(f"{problem['title']}. {problem['detail']}")


# Begin two processes, both or none. Sent again with the same key, it begins nothing more: keep the key to try again.
key = str(uuid.uuid4())
items = [@ITEM@, {"process": "Invoices"}]
first, second = call("POST", "", items, Idempotency_Key=key)

# Rename one, if nobody else changed it since. All that is left out stays as it is.
version = '"%d"' % second["row_version"]
call("PATCH", "/" + second["id"], {"process": "Incoming invoices"}, If_Match=version)

# Read every page of the list. A page behind the last one is empty.
number = 1
while lines := call("GET", f"?page={number}")["assessments"]:
    for line in lines:
        print(line["process"], line["outcome"])
    number += 1
""",
    "javascript": """\
import { randomUUID } from "node:crypto";

async function call(method, path, body, headers = {}) {
  const reply = await fetch("@URL@/api/v1/assessments" + path, {
    method,
    headers: {
      Authorization: `Bearer ${process.env.ADVISOR_TOKEN}`,
      "Content-Type": "application/json",
      ...headers,
    },
    body: body && JSON.stringify(body),
  });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(`${answer.title}. ${answer.detail}`);
  return answer;
}

// Begin two processes, both or none. Sent again with the same key, it begins nothing more: keep the key to try again.
const key = randomUUID();
const items = [@ITEM@, { process: "Invoices" }];
const [first, second] = await call("POST", "", items, { "Idempotency-Key": key });

// Rename one, if nobody else changed it since. All that is left out stays as it is.
const version = `"${second.row_version}"`;
await call("PATCH", `/${second.id}`, { process: "Incoming invoices" }, { "If-Match": version });

// Read every page of the list. A page behind the last one is empty.
for (let number = 1; ; number++) {
  const { assessments } = await call("GET", `?page=${number}`);
  if (!assessments.length) break;
  for (const line of assessments) console.log(line.process, line.outcome);
}
""",
}

_LANGUAGES = {"curl": "curl", "python": "Python", "javascript": "JavaScript"}


def programs_page(rule_set: RuleSet) -> dict[str, Any]:
    """The examples, with answers that these rules ask for, the limits, and every type of problem."""
    config = current_app.config
    return {
        "advice": _examples("advice", _ADVICE, rule_set),
        "own": _examples("own", _OWN, rule_set),
        "problems": [(key, found) for key, found in PROBLEM_TYPES.items()],
        "most": config["ITEMS_PER_REQUEST"],
        "most_begun": config["ASSESSMENTS_PER_REQUEST"],
        "calls": config["API_CALLS"],
        "seconds": int(config["API_WINDOW"].total_seconds()),
    }


def _examples(task: str, programs: dict[str, str], rule_set: RuleSet) -> list[CodeExample]:
    return [CodeExample(f"{task}-{key}", _LANGUAGES[key], _filled_in(code, rule_set)) for key, code in programs.items()]


def _filled_in(code: str, rule_set: RuleSet) -> str:
    """The code with the address of this installation and a work item; JSON without null reads alike in all three."""
    (item,) = items_document([sample_item(rule_set)])
    known = {key: answer for key, answer in item["answers"].items() if answer is not None}
    pairs = [f"{json.dumps(key)}: {json.dumps(answer)}" for key, answer in known.items()]
    answers = ",\n".join(f"    {', '.join(pairs[at : at + 2])}" for at in range(0, len(pairs), 2))
    text = f'{{\n  "process": {json.dumps(item["process"])},\n  "answers": {{\n{answers}\n  }}\n}}'
    values = {"@URL@": current_app.config["BASE_URL"], "@ITEM@": text, "@SHELL_ITEM@": text.replace("'", r"'\''")}
    for place, value in values.items():
        code = code.replace(place, value)
    return code
