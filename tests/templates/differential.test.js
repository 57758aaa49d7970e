// The engine prints, byte for byte, what handlebars.js prints with the same helpers; reference.js lists what the
// specification wants otherwise. PINION_TEMPLATE_PAIRS sets how many pairs are compared (default 3000), and
// PINION_TEMPLATE_SEED where they begin.
import assert from 'node:assert/strict';
import test from 'node:test';

import { render } from './engine.js';
import { generatePair } from './generator.js';
import { reduced } from './reduce.js';
import { compile, NotComparable } from './reference.js';

const pairs = Number(process.env.PINION_TEMPLATE_PAIRS ?? 3000);
const firstSeed = Number(process.env.PINION_TEMPLATE_SEED ?? 0);
const BATCH = 2000;
const SHOWN = 5;

// What handlebars.js prints, or an error.
function expectedOf({ reference, context, html }) {
  try {
    return { output: compile(reference, { html })(context) };
  } catch (error) {
    return error instanceof NotComparable ? {} : { error: error.message };
  }
}

// A template whose name is all it needs, as handlebars.js takes it and as the engine does.
const plain = (template, context, html = false) => ({ template, reference: template, context, html });

const differs = (pair, actual) => {
  const expected = expectedOf(pair);
  if (expected.output === undefined && expected.error === undefined) return false;
  return expected.error === undefined ? actual.output !== expected.output : actual.error === undefined;
};

function assertSame(cases) {
  const answers = render(cases);
  const wrong = cases.filter((pair, i) => differs(pair, answers[i])).slice(0, SHOWN);
  const shown = wrong.map((pair) => {
    const small = reduced(pair, (candidate) => expectedOf(candidate).output !== undefined
      && differs(candidate, render([candidate])[0]));
    return { ...small, expected: expectedOf(small), actual: render([small])[0] };
  });
  assert.deepEqual(shown, []);
}

test('generated templates print the same bytes', () => {
  for (let seed = firstSeed; seed < firstSeed + pairs; seed += BATCH) {
    const count = Math.min(BATCH, firstSeed + pairs - seed);
    assertSame(Array.from({ length: count }, (_, i) => generatePair(seed + i)));
  }
});

const context = {
  Name: 'Ann', list: ['a', 'b', 'c'], one: ['x'], none: [], zero: 0, empty: '', yes: true, no: false, nothing: null,
  map: { b: 1, a: { c: '<&>' } }, rows: [{ n: 1, items: ['p'] }, { n: 2, items: [] }], 名前: '花子', 'Two Words': 'two',
};

for (const [fact, templates] of Object.entries({
  'whitespace control takes every kind of space': [
    'a \u3000{{~Name~}} \u00a0\n b', '{{#if Name~}} \n x \n {{~else~}} y {{~/if}}', 'x {{~! c ~}} y', '{{~{Name}~}} z',
  ],
  'tags alone on their line take it with them': [
    'a\n{{#if Name}}\nb\n{{/if}}\nc', '{{#each list}}\n{{this}}\n{{/each}}\n', '  {{! c }}  \nx', 'x\n  {{! c }}  ',
    '{{#if Name}}\r\nb\r\n{{else}}\r\nc\r\n{{/if}}\r\n', '{{#if no}}\nb\n{{^}}\n\tc\n{{/if}}', 'a {{#if Name}}\nb{{/if}}',
    '{{#if Name}}{{! c }}\nb{{/if}}', '\n\n  {{#map}}\n\n{{b}}\n\n  {{/map}}\n\n', '{{! c }}{{! d }}\nx',
    '{{#*inline "p"}}\n a\n  b\n{{/inline}}\n-\n   {{> p}}\n-', '{{#*inline "p"}}\na\n{{/inline}}\n- {{> p}}\n-',
    '{{#*inline "p"}}\na\n\nb\n{{/inline}}\n  {{> p}}\n', '{{#*inline "p"}}a{{/inline}}\n  {{#> p}}\n b\n  {{/p}}\n-',
  ],
  'paths go up, down and to the root': [
    '{{#each rows}}{{#each items}}{{this}}{{../n}}{{@index}}{{@../index}}{{../../Name}}{{/each}}{{/each}}',
    '{{#with map}}{{#with a}}{{c}}{{../b}}{{../../Name}}{{/with}}{{/with}}', '{{map.a.c}}{{map/a/c}}{{map.[a].[c]}}{{this.Name}}',
    '{{#each rows as |row i|}}{{i}}{{row.n}}{{row.items.[0]}}{{#each row.items as |it|}}{{it}}{{i}}{{/each}}{{/each}}',
    '{{rows.[1].n}}{{rows.[0].items.[0]}}{{list.length}}{{Name.length}}{{名前}}{{[Two Words]}}{{"Two Words"}}',
    '{{../Name}}{{../../Name}}{{#each list}}{{../../Name}}{{/each}}', '{{#each map}}{{@key}}{{@index}}{{@first}}{{@last}}{{/each}}',
    '{{#each list}}{{@key}}{{@index}}{{#if @last}}.{{/if}}{{/each}}', '{{#each list as |x k|}}{{x}}{{k}}{{/each}}',
    '{{#each rows}}{{#with items}}{{@index}}{{@../index}}{{/with}}{{/each}}', '{{\u3000Name\u3000}}{{\nName\t}}',
  ],
  'values that are false': [
    '{{#if zero}}y{{else}}n{{/if}}{{#if zero includeZero=true}}y{{/if}}{{#if empty}}y{{else}}n{{/if}}',
    '{{#unless none}}y{{/unless}}{{#each none}}y{{else}}n{{/each}}{{#nothing}}y{{/nothing}}{{^nothing}}n{{/nothing}}',
    '{{#with nothing}}y{{else}}n{{/with}}{{#yes}}{{Name}}{{/yes}}{{#no}}y{{else}}n{{/no}}{{#if "0"}}y{{/if}}{{#if "false"}}y{{/if}}',
  ],
  'escapes and raw blocks': [
    '\\{{Name}} {{Name}}', '\\\\{{Name}}', '\\\\\\{{Name}}', 'a\\{{b}} \\{{c}} {{Name}}', '{{{{raw}}}} {{x}} {{{{/raw}}}}',
    '{{!-- {{x}} --}}{{! }}{{!}}a', '{{Name}}{ {{Name}} }', '{{#if Name}}\\{{x}}{{/if}}', 'x\\\n{{Name}}', '{ { {{Name}} } }',
  ],
  'partials take contexts and arguments': [
    '{{#*inline "p"}}{{b}}{{x}}{{/inline}}{{> p map}}{{> p x=Name}}{{> p map x=1}}',
    '{{#*inline "p"}}<{{> @partial-block}}>{{/inline}}{{#> p}}{{Name}}{{/p}}{{#each list}}{{#> p}}{{this}}{{../Name}}{{/p}}{{/each}}',
    '{{#*inline "p"}}{{../Name}}{{../b}}{{/inline}}{{#with map}}{{> p a}}{{> p}}{{/with}}{{> p}}',
    '{{#> missing}}{{Name}}{{/missing}}', '{{#*inline "p"}}{{@index}}{{this}}{{/inline}}{{#each list}}{{> p}}{{/each}}',
    '{{#*inline "a"}}1{{/inline}}{{#*inline "a"}}2{{/inline}}{{> a}}{{> (lower "A")}}{{> "a"}}',
  ],
})) {
  test(fact, () => assertSame(templates.flatMap((template) => [plain(template, context), plain(template, context, true)])));
}

test('what handlebars.js refuses is refused', () => {
  const malformed = ['{{', '{{}}', '{{#if a}}', '{{/if}}', '{{#if a}}{{/each}}', '{{a.}}', '{{a..b}}', '{{a', '{{{a}}', '{{a b',
    '{{#}}{{/}}', '{{else}}', '{{> }}', '{{a=1}}', '{{(a}}', '{{"a}}', '{{foo bar}}', '{{a b=}}',
    '{{#if a}}{{else}}{{else}}{{/if}}', '{{#a}}{{/b}}', '{{a | b}}', '{{@}}', '{{> nope}}', '{{{{raw}}}} x'];
  const answers = render(malformed.map((template) => plain(template, {})));
  assert.deepEqual(malformed.filter((_, i) => answers[i].error === undefined), []);
  assert.deepEqual(malformed.filter((template) => expectedOf(plain(template, {})).error === undefined), []);
});
