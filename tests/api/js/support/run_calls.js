// Makes the calls of a file through the AWS SDK: run_calls.js CALLS OUTCOMES URL. tests/matrix/runners.py says what is
// in the files.

import { readFileSync, writeFileSync } from 'node:fs';

import * as sdk from '@aws-sdk/client-pinpoint';

const [callsPath, outcomesPath, endpoint] = process.argv.slice(2);

/** Passes requests on, and keeps status, headers and body of the answer as they came. */
class NotingHandler {
  #inner;

  seen = null;

  constructor(inner) {
    this.#inner = inner;
  }

  async handle(request, options) {
    const answer = await this.#inner.handle(request, options);
    const chunks = [];
    for await (const chunk of answer.response.body) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const { statusCode, headers } = answer.response;
    this.seen = { statusCode, headers, body };
    answer.response.body = new Uint8Array(body);
    return answer;
  }

  destroy() {
    this.#inner.destroy();
  }
}

function clientFor(credentials) {
  const [accessKeyId, secretAccessKey] = credentials ?? ['none', 'none'];
  const client = new sdk.PinpointClient({
    region: 'us-east-1', endpoint, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey },
    ...(credentials ? {} : { signer: { sign: async (request) => request } }),
  });
  const handler = new NotingHandler(client.config.requestHandler);
  client.config.requestHandler = handler;
  return { client, handler };
}

function withTimes(value) {
  if (Array.isArray(value)) {
    return value.map(withTimes);
  }
  if (value && typeof value === 'object') {
    return '$time' in value
      ? new Date(value.$time)
      : Object.fromEntries(Object.entries(value).map(([name, element]) => [name, withTimes(element)]));
  }
  return value;
}

/** Applies a call's `alter` to a request that is not signed yet. */
function altering(changes) {
  return (next) => async (args) => {
    const { request } = args;
    for (const [name, text] of Object.entries(changes.query ?? {})) {
      if (text === null) {
        delete request.query[name];
      } else {
        request.query[name] = text;
      }
    }
    if ('body' in changes) {
      request.body = JSON.stringify(changes.body);
      request.headers['content-length'] = String(Buffer.byteLength(request.body));
    }
    return next(args);
  };
}

async function outcomeOf({ client, handler }, call) {
  handler.seen = null;
  const command = new sdk[`${call.operation}Command`](withTimes(call.input));
  command.middlewareStack.add(altering(call.alter), { step: 'build', priority: 'low' });
  let output = null;
  let error = null;
  try {
    const { $metadata: _, ...parsed } = await client.send(command);
    output = parsed;
  } catch (caught) {
    error = caught;
  }
  if (!handler.seen) {
    return { problem: String(error?.stack) };
  }
  const { statusCode, headers, body } = handler.seen;
  if (error && statusCode < 400) {
    return { problem: `could not read the answer: ${error.stack}` };
  }
  return {
    status: statusCode,
    type: headers['x-amzn-errortype'] ?? null,
    request: headers['x-amzn-requestid'] ?? null,
    body: statusCode >= 400 ? JSON.parse(body.toString()) : null,
    output,
    name: error?.name ?? null,
    text: error ? `${error.message} ${error.Message ?? ''}` : null,
  };
}

const clients = new Map();
const outcomes = {};
for (const call of JSON.parse(readFileSync(callsPath, 'utf8'))) {
  const key = JSON.stringify(call.credentials);
  if (!clients.has(key)) {
    clients.set(key, clientFor(call.credentials));
  }
  outcomes[call.id] = await outcomeOf(clients.get(key), call);
}
for (const { client } of clients.values()) {
  client.destroy();
}
writeFileSync(outcomesPath, JSON.stringify(outcomes));
