// Email through the SDK of SES, as code beside Pinpoint sends it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';

import { badRequest, notFound } from './support/expectations.js';
import { PinionServer } from './support/server.js';

const MESSAGE_ID = /^[0-9a-f]{12}-[0-9a-f]{8}-00000000$/;
const SIMPLE = { Subject: { Data: 'Hi' }, Body: { Html: { Data: '<p>Hello</p>' } } };

let server;
let ses;

before(async () => {
  server = await PinionServer.start();
  const { url: endpoint, administrator: credentials } = server;
  ses = new SESv2Client({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
});
after(async () => {
  ses?.destroy();
  await server?.stop();
});

function send(Content, ToAddresses = ['jo@example.com']) {
  return ses.send(new SendEmailCommand({
    FromEmailAddress: 'shop@example.com', Destination: { ToAddresses }, Content }));
}

test('a simple email is taken', async () => {
  const answer = await send({ Simple: SIMPLE });
  assert.match(answer.MessageId, MESSAGE_ID);
});

test('a raw email is taken', async () => {
  const text = 'From: shop@example.com\r\nTo: jo@example.com\r\nSubject: Hi\r\n\r\nHello\r\n';
  const answer = await ses.send(new SendEmailCommand({ Content: { Raw: { Data: Buffer.from(text) } } }));
  assert.match(answer.MessageId, MESSAGE_ID);
});

test('errors are those of the service', async () => {
  await badRequest(send({ Simple: SIMPLE }, ['nobody']), 'Destination.ToAddresses[0]');
  await badRequest(send({}), 'exactly one');
  await notFound(send({ Template: { TemplateName: 'none', TemplateData: '{}' } }), 'none');
});
