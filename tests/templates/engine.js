// The engine under test: the program that is built beside the server.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';

const program = join(dirname(process.env.PINION_BINARY ?? 'build/dev/pinion'), 'pinion_render_lines');

// One { output } or { error } for each of `cases`, which have a template, a context and html.
export function render(cases) {
  const input = cases.map(({ template, context, html }) => (
    `${JSON.stringify({ template, context: JSON.stringify(context), html })}\n`));
  const done = spawnSync(program, { input: input.join(''), maxBuffer: 2 ** 30, encoding: 'utf8' });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ended with ${done.status ?? done.signal}: ${done.stderr}`);
  return done.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}
