// Starts the pinion binary on a free loopback port with a data directory of its own, and makes clients for it.
// Every test file starts one server (before) and stops it (after); every test makes its own application.

import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { CreateAppCommand, PinpointClient } from '@aws-sdk/client-pinpoint';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
const ACCESS_KEY = 'PNAKTESTTESTTESTTEST';
const SECRET_KEY = 'test-secret-test-secret-test-secret';
const REGION = 'us-east-1';
const START_MILLIS_MAX = 60_000;
const STOP_MILLIS_MAX = 60_000;

/** The binary under test, from PINION_BINARY. */
function binaryPath() {
  const binary = path.resolve(ROOT, process.env.PINION_BINARY ?? 'build/dev/pinion');
  if (!existsSync(binary)) {
    throw new Error(`no binary at ${binary}; build it, or set PINION_BINARY`);
  }
  return binary;
}

/** One process of pinion: `url` once it is started, `dataDir` for files that tests put beside it. */
export class PinionServer {
  #directory = mkdtempSync(path.join(tmpdir(), 'pinion-js-'));
  #clients = [];
  #process = null;

  dataDir = path.join(this.#directory, 'data');
  administrator = { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY };
  url = null;

  static async start(...args) {
    const server = new PinionServer();
    await server.#start(args);
    return server;
  }

  async #start(args) {
    const log = openSync(path.join(this.#directory, 'log'), 'a');
    this.#process = spawn(
      binaryPath(), ['serve', '--listen', '127.0.0.1:0', '--data-dir', this.dataDir, ...args],
      {
        stdio: ['ignore', 'pipe', log],
        env: { ...process.env, PINION_ACCESS_KEY: ACCESS_KEY, PINION_SECRET_KEY: SECRET_KEY },
      });
    closeSync(log);
    try {
      this.url = await this.#announcedUrl();
    } catch (error) {
      this.#process.kill('SIGKILL');
      throw error;
    }
  }

  /** The address that the server prints when it is ready. */
  #announcedUrl() {
    return new Promise((resolve, reject) => {
      let text = '';
      const fail = (why) => {
        clearTimeout(timer);
        reject(new Error(`pinion did not start (${why}): ${text}${this.log().slice(-4000)}`));
      };
      const timer = setTimeout(() => fail('it took too long'), START_MILLIS_MAX);
      this.#process.once('error', (error) => fail(error.message));
      this.#process.once('exit', (code) => fail(`it ended with ${code}`));
      this.#process.stdout.setEncoding('utf8').on('data', (piece) => {
        text += piece;
        const found = /API\s+(https?:\/\/\S+)/.exec(text);
        if (found) {
          clearTimeout(timer);
          resolve(found[1]);
        }
      });
    });
  }

  /** What the server wrote to its error output. */
  log() {
    return readFileSync(path.join(this.#directory, 'log'), 'utf8');
  }

  client(options = {}) {
    const { accessKeyId = ACCESS_KEY, secretAccessKey = SECRET_KEY, ...rest } = options;
    const client = new PinpointClient({
      region: REGION, endpoint: this.url, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1, ...rest,
    });
    this.#clients.push(client);
    return client;
  }

  /** Puts a file into a local bucket and answers its address. */
  putObject(bucket, key, content) {
    const file = path.join(this.dataDir, 'buckets', bucket, key);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return `s3://${bucket}/${key}`;
  }

  /** Ends it in order; anything but exit code 0 is an error. */
  async stop() {
    for (const client of this.#clients) {
      client.destroy();
    }
    const code = await new Promise((resolve) => {
      if (this.#process.exitCode !== null) {
        resolve(this.#process.exitCode);
        return;
      }
      const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MILLIS_MAX);
      this.#process.once('exit', (status, signal) => {
        clearTimeout(timer);
        resolve(status ?? signal);
      });
      this.#process.kill('SIGTERM');
    });
    const log = this.log();
    rmSync(this.#directory, { recursive: true, force: true });
    if (code !== 0) {
      throw new Error(`pinion ended with ${code}: ${log.slice(-4000)}`);
    }
  }
}

/** A new application; answers its id. */
export async function newApp(client, name = 'test') {
  const answer = await client.send(new CreateAppCommand({ CreateApplicationRequest: { Name: name } }));
  return answer.ApplicationResponse.Id;
}
