// Assertions that every test file shares.

import assert from 'node:assert/strict';

export const HEX_ID = /^[0-9a-f]{32}$/;
export const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const WAIT_MILLIS_MAX = 60_000;
const WAIT_STEP_MILLIS = 20;

/** The call must fail with this status and error name; `text` must be part of its message. */
export async function refused(call, status, name, text) {
  let error;
  try {
    await call;
  } catch (caught) {
    error = caught;
  }
  assert.ok(error, `the call was not refused with ${name}`);
  assert.equal(error.name, name, error.stack);
  assert.equal(error.$metadata.httpStatusCode, status);
  assert.ok(error.$metadata.requestId, 'the error names no request');
  if (text !== undefined) {
    const message = error.message || error.Message;
    assert.ok(message.includes(text), `"${message}" does not say "${text}"`);
  }
}

export function badRequest(call, text) {
  return refused(call, 400, 'BadRequestException', text);
}

export function notFound(call, text) {
  return refused(call, 404, 'NotFoundException', text);
}

/** Asks until `accept` takes the answer, and gives that answer. */
export async function eventually(ask, accept) {
  const deadline = Date.now() + WAIT_MILLIS_MAX;
  for (;;) {
    const answer = await ask();
    if (accept(answer)) {
      return answer;
    }
    assert.ok(Date.now() < deadline, `it never came true: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, WAIT_STEP_MILLIS);
    });
  }
}
