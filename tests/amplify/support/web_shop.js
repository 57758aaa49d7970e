// The web app as a browser gets it: bundled, and served on a free port of the loopback.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const APP = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../app');

export async function serveWebShop() {
  const bundle = await build({
    entryPoints: [path.join(APP, 'app.js')], bundle: true, write: false, format: 'iife', platform: 'browser', target: 'es2020',
    define: { global: 'globalThis' }, logLevel: 'error',
  });
  const files = {
    '/': ['text/html', readFileSync(path.join(APP, 'index.html'))],
    '/app.js': ['text/javascript', Buffer.from(bundle.outputFiles[0].contents)],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url.split('?')[0]] ?? [];
    response.writeHead(body ? 200 : 404, { 'Content-Type': type ?? 'text/plain' });
    response.end(body ?? '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  };
}
