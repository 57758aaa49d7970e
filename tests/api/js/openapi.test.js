// The description of both APIs: valid OpenAPI 3.1, compressed on request, and true of the SDK's operations.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import * as sdk from '@aws-sdk/client-pinpoint';
import { Validator } from '@seriousme/openapi-schema-validator';

import { PinionServer } from './support/server.js';

let server;
let answer;
let description;

before(async () => {
  server = await PinionServer.start('--no-auth');
  answer = await fetch(`${server.url}/pinion/v1/openapi.json`, { headers: { 'Accept-Encoding': 'gzip' } });
  description = await answer.json();
});
after(() => server?.stop());

test('the description is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(description));
  assert.deepEqual(result.errors ?? [], []);
  assert.equal(validator.version, '3.1');
});

test('it travels compressed', () => {
  assert.equal(answer.headers.get('content-encoding'), 'gzip');
  assert.equal(answer.headers.get('content-type'), 'application/json');
});

test('it has every operation of the SDK', () => {
  const described = new Set(Object.values(description.paths).flatMap(
    (path) => Object.values(path).map((operation) => operation.operationId)));
  const commands = Object.keys(sdk).filter((name) => name.endsWith('Command') && !name.startsWith('$'))
    .map((name) => name.slice(0, -'Command'.length));
  assert.ok(commands.length >= 122);
  assert.deepEqual(commands.filter((name) => !described.has(name)), []);
});
