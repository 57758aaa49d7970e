// The module by which apps reach Pinion without a change of names: what it sends where.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { redirectPinpoint } from '../../sdk/javascript/redirect-pinpoint.js';

/** A scope whose `fetch` only remembers what it was asked. */
function recorder() {
  const calls = [];
  const scope = {
    fetch(input, init) {
      const request = new Request(input, init);
      calls.push({ url: request.url, headers: Object.fromEntries(request.headers), method: request.method });
      return Promise.resolve('answer');
    },
  };
  return { scope, calls };
}

test('calls of Pinpoint go to Pinion, with the address that was signed', async () => {
  const { scope, calls } = recorder();
  redirectPinpoint('https://pinion.example.com/', scope);

  const answer = await scope.fetch('https://pinpoint.eu-west-1.amazonaws.com/v1/apps/a/events?x=y',
    { method: 'POST', body: '{}', headers: { authorization: 'signed' } });

  assert.equal(answer, 'answer');
  assert.equal(calls[0].url, 'https://pinion.example.com/v1/apps/a/events?x=y');
  assert.equal(calls[0].method, 'POST');
  assert.equal(calls[0].headers.authorization, 'signed');
  assert.equal(calls[0].headers['x-pinion-signed-host'], 'pinpoint.eu-west-1.amazonaws.com');
});

test('every way to name a request will do', async () => {
  const { scope, calls } = recorder();
  redirectPinpoint('http://127.0.0.1:8080', scope);
  const url = 'https://cognito-identity.us-east-1.amazonaws.com:443/';

  await scope.fetch(url);
  await scope.fetch(new URL(url));
  await scope.fetch(new Request(url, { method: 'POST', body: 'x', headers: { a: 'b' } }));

  assert.deepEqual(calls.map((call) => call.url), Array(3).fill('http://127.0.0.1:8080/'));
  assert.deepEqual([calls[2].method, calls[2].headers.a], ['POST', 'b']);
});

test('all other calls are left alone', async () => {
  const { scope, calls } = recorder();
  redirectPinpoint('https://pinion.example.com', scope);
  const others = ['https://example.com/', 'https://s3.us-east-1.amazonaws.com/', 'http://pinpoint.us-east-1.amazonaws.com/',
    'https://pinpoint.us-east-1.amazonaws.com.example.com/', 'https://example.com/https://pinpoint.us-east-1.amazonaws.com/'];

  for (const url of others) {
    await scope.fetch(url);
  }

  assert.deepEqual(calls.map((call) => call.url), others);
  assert.ok(calls.every((call) => !('x-pinion-signed-host' in call.headers)));
});

test('it can be undone', async () => {
  const { scope } = recorder();
  const original = scope.fetch;
  redirectPinpoint('https://pinion.example.com', scope)();
  assert.equal(scope.fetch, original);
});

test('an address with a path is refused', () => {
  for (const wrong of ['pinion.example.com', 'https://example.com/pinion', 'ftp://example.com', '']) {
    assert.throws(() => redirectPinpoint(wrong, recorder().scope), TypeError);
  }
});
