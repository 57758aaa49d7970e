// Headless Chromium with an empty profile, to which Pinpoint's host names lead to this machine.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
const START_MILLIS_MAX = 60_000;

/** `hosts` lead to `port` of the loopback; nothing else leads anywhere but to the loopback. */
export async function openBrowser({ hosts, port, publicKeyDigest }) {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(`no browser at ${EXECUTABLE}; tools/setup test installs it`);
  }
  const profile = mkdtempSync(path.join(tmpdir(), 'pinion-chromium-'));
  const rules = hosts.map((host) => `MAP ${host}:443 127.0.0.1:${port}`)
    .concat('MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost').join(', ');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: EXECUTABLE,
    headless: true,
    timeout: START_MILLIS_MAX,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      `--host-resolver-rules=${rules}`, `--ignore-certificate-errors-spki-list=${publicKeyDigest}`,
    ],
  });
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
