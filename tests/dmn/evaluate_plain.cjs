// Evaluates plain tables on sets of inputs with dmn-eval-js, a simple reader of DMN 1.1.
// Standard input: [{"model": xml, "inputs": [{name: value}]}]. Standard output: [[{name: value}]], with an error for what
// could not be decided.
const { readFileSync } = require('node:fs');
const { decisionTable } = require('@hbtgmbh/dmn-eval-js');

async function decide({ model, inputs }) {
  const decisions = await decisionTable.parseDmnXml(model);
  return inputs.map((given) => {
    const context = { ...given }; // what is decided on the way is added to it
    try {
      const outcome = decisionTable.evaluateDecision('outcome.decision', decisions, context);
      return { ...context, ...outcome };
    } catch (error) {
      return { error: String(error) };
    }
  });
}

Promise.all(JSON.parse(readFileSync(0, 'utf8')).map(decide)).then((all) => process.stdout.write(JSON.stringify(all)));
