// Evaluates a DMN model on sets of answers with dmn-moddle and feelin alone, and says what it gives for each.
// Standard input: {"model": xml, "answers": [{name: value}]}. Standard output: {"warnings": [...], "results": [...]}.
import { readFileSync } from 'node:fs';
import { DmnModdle } from 'dmn-moddle';
import { evaluate, unaryTest } from 'feelin';

const known = new Map();

// Whether a cell accepts a value. A cell sees that value and nothing else, so each pair is worked out once.
function accepts(text, found) {
  const pair = `${text}\n${JSON.stringify(found)}`;
  if (!known.has(pair)) known.set(pair, value(unaryTest(text, { '?': found })) === true);
  return known.get(pair);
}

const { model, answers } = JSON.parse(readFileSync(0, 'utf8'));
const { rootElement, elementsById, warnings } = await new DmnModdle().fromXML(model);
const complaints = new Set(warnings.map((warning) => warning.message));
const nodes = new Map();
for (const element of rootElement.drgElement) nodes.set(element.id, element);

function value(result) {
  for (const warning of result.warnings ?? []) complaints.add(`${warning.type}: ${warning.message}`);
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
  const found = logic.input.map((column) => value(evaluate(column.inputExpression.text, context)));
  const hits = [];
  for (const rule of logic.rule) {
    if (!rule.inputEntry.every(({ text }, at) => text === '-' || accepts(text, found[at]))) continue;
    hits.push(Object.fromEntries(
      rule.outputEntry.map(({ text }, at) => [logic.output[at].name, value(evaluate(text, {}))]),
    ));
    if (logic.hitPolicy === 'FIRST') return hits[0];
  }
  return logic.hitPolicy === 'COLLECT' ? hits : null;
}

const results = answers.map((given) => {
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
