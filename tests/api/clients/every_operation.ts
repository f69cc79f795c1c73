// Every operation, called with a client that @hey-api/openapi-ts made beside this file, in its folder "made":
// node every_operation.js ADDRESS OWNER ADMIN. ADDRESS is the server, OWNER and ADMIN are tokens. The owner has one process
// with advice by version 1 of the rules, and version 2 is in force. Prints the operations that it called.

import * as sdk from "./made";
import { createClient } from "./made/client";
import type { AssessmentDocument, ProblemDocument, WorkItemRequest } from "./made";

declare const process: { argv: string[] };

const [address, ownerToken, adminToken] = process.argv.slice(2);
const anybody = createClient({ baseUrl: address });
const owner = createClient({ baseUrl: address, auth: () => ownerToken });
const admin = createClient({ baseUrl: address, auth: () => adminToken });
const called = new Set<string>();

type Reply<Data> = { data?: Data; error?: unknown; response?: Response };

/** The reply of an operation, which comes with that status. */
async function call<Data>(name: string, asked: Promise<Reply<Data>>, status = 200) {
  called.add(name);
  const reply = await asked;
  expect(reply.response?.status === status, `${name}: ${reply.response?.status} ${JSON.stringify(reply.error)}`);
  return { data: reply.data as NonNullable<Data>, problem: reply.error as ProblemDocument, response: reply.response! };
}

function expect(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

function one(sent: AssessmentDocument | AssessmentDocument[]): AssessmentDocument {
  expect(!Array.isArray(sent), "one process was sent");
  return sent;
}

function type(problem: ProblemDocument): string {
  return problem.type.split("#")[1];
}

async function main() {
  // What anybody may ask for
  await call("description", sdk.description({ client: anybody }));
  const inForce = (await call("rules_in_force", sdk.rulesInForce({ client: anybody }))).data;
  expect(inForce.number === 2, "version 2");
  const rules = (await call("rules", sdk.rules({ client: anybody, path: { number: 1 } }))).data;
  const answers = rules.document.cases![0].answers as WorkItemRequest["answers"];
  const body: WorkItemRequest = { process: "Payroll", answers };
  const advice = (await call("recommendations", sdk.recommendations({ client: anybody, body }))).data;
  expect(!Array.isArray(advice) && advice.process === "Payroll", "one advice");
  const several = (await call("recommendations", sdk.recommendations({ client: anybody, body: [body, {}] }))).data;
  expect(Array.isArray(several) && several[1].outcome === "unclear", "a list of advice");
  const [question, answer] = Object.entries(answers!).find(([, given]) => typeof given === "string")!;
  const sheet = new Blob([`Process,${question}\nPayroll,${answer}\n`]);
  const advised = (await call("recommendations_on_sheet", sdk.recommendationsOnSheet({ client: anybody, body: sheet }))).data;
  expect(advised.recommendations[0].process === "Payroll", "advice on a sheet");

  // An owner's processes: one, then several at once
  const headers = { "Idempotency-Key": "one" };
  const begin = () => sdk.newAssessment({ client: owner, body, headers });
  const begun = one((await call("new_assessment", begin(), 201)).data);
  expect(one((await call("new_assessment", begin(), 201)).data).id === begun.id, "once");
  const list = [body, { process: "Law" }];
  const others = (await call("new_assessment", sdk.newAssessment({ client: owner, body: list }), 201)).data;
  expect(Array.isArray(others) && others[1].process === "Law", "a list of processes");
  const listed = (await call("assessments", sdk.assessments({ client: owner, query: { sort: "-used" } }))).data;
  expect(listed.found === 4, "four processes");

  // A change leaves alone what it does not name
  const path = { assessment_id: begun.id };
  const change = {
    notes: "Two offers",
    decision: "bpo" as const,
    decided_on: "2026-11-03",
    row_version: begun.row_version,
  };
  const decide = () => sdk.changeAssessment({ client: owner, path, body: change });
  const decided = (await call("change_assessment", decide())).data;
  const based = { "If-Match": `"${decided.row_version}"` };
  const rename = sdk.changeAssessment({ client: owner, path, body: { process: "Wages" }, headers: based });
  const renamed = (await call("change_assessment", rename)).data;
  expect(renamed.process === "Wages" && renamed.notes === "Two offers", "a rename keeps the notes");
  expect(renamed.decision === "bpo" && renamed.decided_on === "2026-11-03", "a rename keeps the decision");
  expect(JSON.stringify(renamed.answers) === JSON.stringify(begun.answers), "a rename keeps the answers");
  const stale = (await call("change_assessment", decide(), 412)).problem;
  expect(type(stale) === "changed-since" && stale.current?.process === "Wages", "the present copy");
  const read = await call("assessment", sdk.assessment({ client: owner, path }));
  const etag = read.response.headers.get("ETag")!;
  await call("assessment", sdk.assessment({ client: owner, path, headers: { "If-None-Match": etag } }), 304);
  expect((await call("history", sdk.history_({ client: owner, path }))).data.history.length, "a history");

  // Newer rules
  const older = { assessment_id: listed.assessments.find((line) => line.rules_version === 1)!.id };
  expect((await call("newer_rules", sdk.newerRules({ client: owner, path: older }))).data.newer_rules === 2, "newer");
  const choice = { client: owner, path: older, body: { rules_version: 2 } };
  expect((await call("keep_rules", sdk.keepRules(choice))).data.kept_version === 2, "kept");
  expect((await call("update_rules", sdk.updateRules(choice))).data.rules_version === 2, "updated");

  // Deleting, and what a repeat says of it
  await call("delete_assessment", sdk.deleteAssessment({ client: owner, path }), 204);
  expect(type((await call("assessment", sdk.assessment({ client: owner, path }), 404)).problem) === "nothing-there", "404");
  expect(type((await call("new_assessment", begin(), 410)).problem) === "made-and-deleted", "410");

  // The check of rules
  expect(type((await call("check_rules", sdk.checkRules({ client: admin, body: {} }), 409)).problem) === "no-draft", "409");
  const asked = await call("check_rules", sdk.checkRules({ client: admin, body: inForce.document }), 202);
  const mark = asked.response.headers.get("Location")!.split("/").pop()!;
  const checked = await call("checked_rules", sdk.checkedRules({ client: admin, path: { mark } }), 202);
  expect(checked.data.state === "waiting", "it waits");

  console.log(JSON.stringify([...called].sort()));
}

main();
