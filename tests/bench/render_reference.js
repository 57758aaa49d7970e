// handlebars.js on the reference template, precompiled: node render_reference.js TEMPLATE RECIPIENTS SECONDS
// Prints renderings a second, and the digest of what it rendered for all recipients.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import Handlebars from 'handlebars';

const [template, recipients, seconds] = process.argv.slice(2);
// What a build step would have written to a file.
const precompiled = Handlebars.precompile(readFileSync(template, 'utf8'));
const render = Handlebars.template((0, eval)(`(${precompiled})`));
const contexts = readFileSync(recipients, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));

const digest = createHash('sha256');
contexts.forEach((context) => digest.update(render(context)));

let bytes = 0;
function run(duration) {
  const begun = process.hrtime.bigint();
  let rendered = 0;
  let elapsed = 0;
  while (elapsed < duration) {
    for (const context of contexts) bytes += render(context).length;
    rendered += contexts.length;
    elapsed = Number(process.hrtime.bigint() - begun) / 1e9;
  }
  return rendered / elapsed;
}

run(1); // until the compiler of the engine is done
console.log(JSON.stringify({ per_second: run(Number(seconds)), digest: digest.digest('hex'), bytes }));
