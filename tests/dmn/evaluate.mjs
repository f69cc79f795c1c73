// Evaluates a DMN model on sets of inputs with dmn-moddle and feelin alone, and says what it gives for each.
// Standard input: {"model": xml, "inputs": [{name: value}]}. Standard output: {"warnings": [...], "results": [...]}.
import { readFileSync } from 'node:fs';
import { DmnModdle } from 'dmn-moddle';
import { evaluate, unaryTest } from 'feelin';

const known = new Map();

// Whether a cell accepts a value, given as JSON too. A cell sees that value and nothing else, so each pair is worked out once.
function accepts(text, found, json) {
  if (!known.has(text)) known.set(text, new Map());
  const answers = known.get(text);
  if (!answers.has(json)) answers.set(json, value(unaryTest(text, { '?': found })) === true);
  return answers.get(json);
}

const given = new Map();

// What a cell of an output gives: it sees nothing.
function output(text) {
  if (!given.has(text)) given.set(text, value(evaluate(text, {})));
  return given.get(text);
}

const { model, inputs } = JSON.parse(readFileSync(0, 'utf8'));
const { rootElement, elementsById, warnings } = await new DmnModdle().fromXML(model);
const complaints = new Set(warnings.map((warning) => warning.message));
const nodes = new Map();
for (const element of rootElement.drgElement) nodes.set(element.id, element);

function value(result) {
  for (const { type, message } of result.warnings ?? []) {
    // A part of the answers that was left out is null, and may be.
    if (type !== 'NO_CONTEXT_ENTRY_FOUND') complaints.add(`${type}: ${message}`);
  }
  return result.value;
}

function required(decision) {
  return (decision.informationRequirement ?? []).map((requirement) => {
    const { href } = requirement.requiredInput ?? requirement.requiredDecision;
    return nodes.get(href.slice(1));
  });
}

// Everything that a decision needs comes before it.
const ordered = [];
function visit(node) {
  if (ordered.includes(node)) return;
  if (node.$type === 'dmn:Decision') required(node).forEach(visit);
  ordered.push(node);
}
rootElement.drgElement.forEach(visit);

function decide(decision, context) {
  const logic = decision.decisionLogic;
  if (logic.$type === 'dmn:LiteralExpression') return value(evaluate(logic.text, context));
  const columns = logic.input.map((column) => column.inputExpression.text);
  const found = value(evaluate(`[${columns.join(', ')}]`, context)); // together, which is much quicker
  const json = found.map((one) => JSON.stringify(one));
  const hits = [];
  for (const rule of logic.rule) {
    if (!rule.inputEntry.every(({ text }, at) => text === '-' || accepts(text, found[at], json[at]))) continue;
    const row = rule.outputEntry.map(({ text }, at) => [logic.output[at].name, output(text)]);
    hits.push(row.length === 1 ? row[0][1] : Object.fromEntries(row));
    if (logic.hitPolicy === 'FIRST') return hits[0];
    if (logic.hitPolicy === 'UNIQUE' && hits.length > 1) complaints.add(`${decision.name}: more than one row fits`);
  }
  return logic.hitPolicy === 'COLLECT' ? hits : hits[0] ?? null;
}

const results = inputs.map((given) => {
  const context = {};
  for (const node of ordered) {
    if (node.$type === 'dmn:InputData') context[node.name] = given[node.name] ?? null;
    else {
      // A decision sees what it requires, and nothing else.
      const seen = Object.fromEntries(required(node).map(({ name }) => [name, context[name]]));
      context[node.name] = decide(node, seen);
    }
  }
  return context;
});
process.stdout.write(JSON.stringify({ warnings: [...complaints], results }));
