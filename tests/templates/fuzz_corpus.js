// Writes seeds for template_fuzz: node fuzz_corpus.js FOLDER [COUNT]. The paths of the templates are those that the
// recipient of the fuzz target has.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generatePair } from './generator.js';

const [folder, count = '2000'] = process.argv.slice(2);
const NAMES = { list: 'Color', deep: 'Demographic', First: 'FirstName', n: 'Visits', score: 'Score', a: 'Make', b: 'Html' };

mkdirSync(folder, { recursive: true });
for (let seed = 0; seed < Number(count); seed += 1) {
  const { template } = generatePair(seed);
  const known = template.replace(/\b(list|deep|First|score|a|b|n)\b(?=[^"']*\}\})/g, (name) => NAMES[name]);
  writeFileSync(join(folder, `seed-${seed}`), Buffer.concat([Buffer.from([seed % 256]), Buffer.from(known)]));
}
