import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import {
  DeleteEmailChannelCommand, DeleteSmsChannelCommand, GetChannelsCommand, GetEmailChannelCommand, GetSmsChannelCommand,
  UpdateEmailChannelCommand, UpdateSmsChannelCommand,
} from '@aws-sdk/client-pinpoint';

import { ISO_DATE, badRequest, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

const EMAIL = { FromAddress: 'Shop <shop@example.com>', Identity: 'arn:aws:ses:us-east-1:1:identity/example.com' };

let server;
let client;
let ApplicationId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());
beforeEach(async () => {
  ApplicationId = await newApp(client);
});

async function updateEmail(change = {}) {
  const answer = await client.send(new UpdateEmailChannelCommand({
    ApplicationId, EmailChannelRequest: { ...EMAIL, ...change } }));
  return answer.EmailChannelResponse;
}

test('the email channel is made, read and deleted', async () => {
  const read = () => client.send(new GetEmailChannelCommand({ ApplicationId }));
  await notFound(read());

  const channel = await updateEmail();
  assert.deepEqual([channel.Id, channel.Platform, channel.Version, channel.Enabled], ['email', 'EMAIL', 1, true]);
  assert.deepEqual([channel.FromAddress, channel.Identity], [EMAIL.FromAddress, EMAIL.Identity]);
  assert.deepEqual([channel.IsArchived, channel.HasCredential], [false, false]);
  assert.match(channel.CreationDate, ISO_DATE);
  assert.deepEqual((await read()).EmailChannelResponse, channel);

  const { EmailChannelResponse: last } = await client.send(new DeleteEmailChannelCommand({ ApplicationId }));
  assert.deepEqual([last.Enabled, last.IsArchived], [false, true]);
  await notFound(read());
  assert.equal((await updateEmail()).Version, 2);
});

test('a channel that was switched off stays off until it is switched on', async () => {
  await updateEmail({ Enabled: false });
  assert.equal((await updateEmail()).Enabled, false);
  assert.equal((await updateEmail({ Enabled: true })).Enabled, true);
});

test('missing and malformed email settings are named', async () => {
  await badRequest(updateEmail({ FromAddress: undefined }), "Missing required member 'FromAddress'.");
  await badRequest(updateEmail({ FromAddress: 'not a mailbox' }), 'FromAddress');
  await notFound(client.send(new GetEmailChannelCommand({ ApplicationId })));
});

test('the SMS channel is made, read and deleted', async () => {
  const update = (SMSChannelRequest) => client.send(new UpdateSmsChannelCommand({ ApplicationId, SMSChannelRequest }));
  await badRequest(update({ SenderId: 'much too long sender' }), 'SenderId');
  await notFound(client.send(new GetSmsChannelCommand({ ApplicationId })));

  const { SMSChannelResponse: channel } = await update({ SenderId: 'Shop' });
  assert.deepEqual([channel.Id, channel.Platform, channel.SenderId, channel.Enabled], ['sms', 'SMS', 'Shop', true]);
  assert.deepEqual([channel.PromotionalMessagesPerSecond, channel.TransactionalMessagesPerSecond], [20, 20]);
  const { SMSChannelResponse: read } = await client.send(new GetSmsChannelCommand({ ApplicationId }));
  assert.deepEqual(read, channel);

  await client.send(new DeleteSmsChannelCommand({ ApplicationId }));
  await notFound(client.send(new GetSmsChannelCommand({ ApplicationId })));
});

test('the list has every channel and always in-app', async () => {
  await updateEmail();
  const { ChannelsResponse } = await client.send(new GetChannelsCommand({ ApplicationId }));
  assert.deepEqual(Object.keys(ChannelsResponse.Channels).sort(), ['EMAIL', 'IN_APP']);
  assert.equal(ChannelsResponse.Channels.IN_APP.Enabled, true);
});

test('channels of an unknown application are not found', async () => {
  ApplicationId = '0'.repeat(32);
  await notFound(updateEmail(), 'Application not found');
});
