import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import {
  CreateCampaignCommand, CreateJourneyCommand, CreateSegmentCommand, GetApplicationDateRangeKpiCommand,
  GetCampaignDateRangeKpiCommand, GetJourneyDateRangeKpiCommand, SendMessagesCommand, UpdateEmailChannelCommand, UpdateEndpointsBatchCommand,
} from '@aws-sdk/client-pinpoint';

import { badRequest, eventually, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

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
  await client.send(new UpdateEmailChannelCommand({
    ApplicationId, EmailChannelRequest: { FromAddress: 'shop@example.com', Identity: 'identity' } }));
});

function send(...addresses) {
  return client.send(new SendMessagesCommand({ ApplicationId, MessageRequest: {
    Addresses: Object.fromEntries(addresses.map((address) => [address, { ChannelType: 'EMAIL' }])),
    MessageConfiguration: { EmailMessage: { SimpleEmail: { Subject: { Data: 's' }, TextPart: { Data: 't' } } } } } }));
}

async function ofApplication(KpiName, range = {}) {
  const answer = await client.send(new GetApplicationDateRangeKpiCommand({ ApplicationId, KpiName, ...range }));
  return answer.ApplicationDateRangeKpiResponse;
}

async function ofCampaign(CampaignId, KpiName) {
  const answer = await client.send(new GetCampaignDateRangeKpiCommand({ ApplicationId, CampaignId, KpiName }));
  return answer.CampaignDateRangeKpiResponse;
}

test('An answer tells of the messages that were sent just before', async () => {
  await send('ann@example.com', 'bounce@simulator.pinion');

  const rate = await ofApplication('txn-emails-delivery-rate');

  assert.equal(rate.ApplicationId, ApplicationId);
  assert.equal(rate.KpiName, 'txn-emails-delivery-rate');
  assert.ok(rate.StartTime instanceof Date && rate.EndTime > rate.StartTime);
  assert.deepEqual(rate.KpiResult, { Rows: [
    { GroupedBys: [], Values: [{ Key: 'TxnEmailsDeliveryRate', Type: 'Double', Value: '0.5' }] }] });
});

test('Groups are rows of their own', async () => {
  await send('ann@example.com');

  const sent = await ofApplication('txn-emails-sent-grouped-by-date');

  const [row] = sent.KpiResult.Rows;
  assert.equal(row.GroupedBys[0].Key, 'Date');
  assert.match(row.GroupedBys[0].Value, /^\d{4}-\d\d-\d\d$/);
  assert.equal(row.Values[0].Value, '1.0');
});

test('A range is taken as it is given', async () => {
  const StartTime = new Date('2020-01-01T00:00:00Z');
  const EndTime = new Date('2020-03-01T00:00:00Z');

  const answer = await ofApplication('unique-deliveries', { StartTime, EndTime });

  assert.deepEqual([answer.StartTime, answer.EndTime, answer.KpiResult.Rows], [StartTime, EndTime, []]);
  await badRequest(ofApplication('unique-deliveries', { StartTime: EndTime, EndTime: StartTime }), 'start-time');
});

test('A campaign has KPIs of its own', async () => {
  await client.send(new UpdateEndpointsBatchCommand({ ApplicationId, EndpointBatchRequest: { Item: [
    { Id: 'a', ChannelType: 'EMAIL', Address: 'a@example.com' },
    { Id: 'b', ChannelType: 'EMAIL', Address: 'bounce@simulator.pinion' }] } }));
  const { SegmentResponse } = await client.send(new CreateSegmentCommand({
    ApplicationId, WriteSegmentRequest: { Name: 'everybody' } }));
  const { CampaignResponse } = await client.send(new CreateCampaignCommand({
    ApplicationId, WriteCampaignRequest: {
      Name: 'c', SegmentId: SegmentResponse.Id, Schedule: { StartTime: 'IMMEDIATE' },
      MessageConfiguration: { EmailMessage: { Title: 'Hi', HtmlBody: '<p>Hello</p>' } } } }));

  const answer = await eventually(() => ofCampaign(CampaignResponse.Id, 'hard-bounce-rate'),
    ({ KpiResult }) => KpiResult.Rows.length === 1);

  assert.equal(answer.CampaignId, CampaignResponse.Id);
  assert.equal(answer.KpiResult.Rows[0].Values[0].Value, '0.5');
  await badRequest(ofCampaign(CampaignResponse.Id, 'txn-emails-sent'), "Unknown KPI 'txn-emails-sent'");
});

test('A journey has KPIs of its own', async () => {
  const { JourneyResponse } = await client.send(new CreateJourneyCommand({
    ApplicationId, WriteJourneyRequest: { Name: 'welcome' } }));
  const ask = (KpiName) => client.send(new GetJourneyDateRangeKpiCommand({
    ApplicationId, JourneyId: JourneyResponse.Id, KpiName }));

  const answer = await ask('journey-emails-sent');

  assert.equal(answer.JourneyDateRangeKpiResponse.JourneyId, JourneyResponse.Id);
  assert.deepEqual(answer.JourneyDateRangeKpiResponse.KpiResult.Rows, []);
  await badRequest(ask('txn-emails-sent'), "Unknown KPI 'txn-emails-sent'");
});

test('What does not exist has no KPIs', async () => {
  await badRequest(ofApplication('unique-delivery'), "'unique-deliveries'");
  await notFound(ofCampaign('0'.repeat(32), 'unique-deliveries'));
  ApplicationId = '0'.repeat(32);
  await notFound(ofApplication('unique-deliveries'));
});
