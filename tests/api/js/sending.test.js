import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import {
  CreateCampaignCommand, CreateSegmentCommand, DeleteCampaignCommand, GetCampaignActivitiesCommand, GetCampaignCommand,
  GetCampaignVersionCommand, GetCampaignsCommand, GetEndpointCommand, PutEventsCommand, SendMessagesCommand,
  SendUsersMessagesCommand, UpdateCampaignCommand, UpdateEmailChannelCommand, UpdateEndpointCommand,
  UpdateEndpointsBatchCommand, UpdateSmsChannelCommand,
} from '@aws-sdk/client-pinpoint';

import { HEX_ID, badRequest, eventually, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

const SMS = { SMSMessage: { Body: 'Hello', MessageType: 'TRANSACTIONAL' } };
const EMAIL = { EmailMessage: { Title: 'Hi {{User.UserAttributes.FirstName}}', HtmlBody: '<p>Hello</p>' } };
const EVENT = {
  EventType: 'Purchase', Timestamp: '2026-11-23T11:15:00.250Z', Attributes: { item: 'boots' }, Metrics: { price: 99.9 },
};
const ACCEPTED = { StatusCode: 202, Message: 'Accepted' };

let server;
let client;
let ApplicationId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());

// Every test has an application with email and SMS channels.
beforeEach(async () => {
  ApplicationId = await newApp(client);
  await client.send(new UpdateEmailChannelCommand({
    ApplicationId, EmailChannelRequest: { FromAddress: 'shop@example.com', Identity: 'identity' } }));
  await client.send(new UpdateSmsChannelCommand({ ApplicationId, SMSChannelRequest: {} }));
});

async function send(MessageRequest) {
  const answer = await client.send(new SendMessagesCommand({ ApplicationId, MessageRequest }));
  return answer.MessageResponse;
}

function put(EndpointId, EndpointRequest) {
  return client.send(new UpdateEndpointCommand({ ApplicationId, EndpointId, EndpointRequest }));
}

async function putEvents(BatchItem) {
  const answer = await client.send(new PutEventsCommand({ ApplicationId, EventsRequest: { BatchItem } }));
  return answer.EventsResponse.Results;
}

/** A segment of everybody, after three people with mailboxes were written, one of whom has opted out. */
async function everybody() {
  await client.send(new UpdateEndpointsBatchCommand({
    ApplicationId, EndpointBatchRequest: { Item: ['a', 'b', 'c'].map((Id) => ({
      Id, ChannelType: 'EMAIL', Address: `${Id}@example.com`, OptOut: Id === 'c' ? 'ALL' : 'NONE',
      User: { UserId: Id, UserAttributes: { FirstName: [`Name ${Id}`] } } })) } }));
  const { SegmentResponse } = await client.send(new CreateSegmentCommand({
    ApplicationId, WriteSegmentRequest: { Name: 'everybody' } }));
  return SegmentResponse.Id;
}

async function createCampaign(WriteCampaignRequest) {
  const answer = await client.send(new CreateCampaignCommand({ ApplicationId, WriteCampaignRequest }));
  assert.equal(answer.$metadata.httpStatusCode, 201);
  return answer.CampaignResponse;
}

async function readCampaign(CampaignId) {
  const answer = await client.send(new GetCampaignCommand({ ApplicationId, CampaignId }));
  return answer.CampaignResponse;
}

test('a text message to a number is sent', async () => {
  const answer = await send({ Addresses: { '+12065550182': { ChannelType: 'SMS' } }, MessageConfiguration: SMS });

  const result = answer.Result['+12065550182'];
  assert.equal(answer.ApplicationId, ApplicationId);
  assert.deepEqual([result.DeliveryStatus, result.StatusCode], ['SUCCESSFUL', 200]);
  assert.equal(result.StatusMessage, `MessageId: ${result.MessageId}`);
});

test('who cannot be reached is told why', async () => {
  await put('out', { ChannelType: 'SMS', Address: '+12065550101', OptOut: 'ALL' });
  await put('idle', { ChannelType: 'SMS', Address: '+12065550102', EndpointStatus: 'INACTIVE' });
  const { EndpointResult: results } = await send({
    Endpoints: { out: {}, idle: {}, ghost: {} }, MessageConfiguration: SMS });

  assert.deepEqual([results.out.DeliveryStatus, results.out.StatusCode], ['OPT_OUT', 400]);
  assert.equal(results.idle.StatusMessage, 'Endpoint is inactive');
  assert.deepEqual([results.ghost.StatusCode, results.ghost.StatusMessage], [404, 'Endpoint not found']);
});

test('messages for nobody, of nothing, or of broken text are refused', async () => {
  const Addresses = { '+12065550103': { ChannelType: 'SMS' } };
  await badRequest(send({ MessageConfiguration: SMS }));
  await badRequest(send({ Addresses }), 'MessageConfiguration');
  await badRequest(send({ Addresses: { '+12065550103': {} }, MessageConfiguration: SMS }), 'ChannelType');
  await badRequest(send({ Addresses, MessageConfiguration: { SMSMessage: { Body: '{{#if a}}' } } }), 'SMSMessage.Body');
  ApplicationId = '0'.repeat(32);
  await notFound(send({ Addresses, MessageConfiguration: SMS }), 'Application not found');
});

test('a message to a user tries each of its endpoints', async () => {
  await put('a', { ChannelType: 'SMS', Address: '+12065550111', User: { UserId: 'u1' } });
  await put('b', { ChannelType: 'EMAIL', Address: 'b@example.com', User: { UserId: 'u1' } });
  const { SendUsersMessageResponse: { Result } } = await client.send(new SendUsersMessagesCommand({
    ApplicationId, SendUsersMessageRequest: { Users: { u1: {}, ghost: {} }, MessageConfiguration: SMS } }));

  assert.equal(Result.u1.a.DeliveryStatus, 'SUCCESSFUL');
  assert.match(Result.u1.b.StatusMessage, /^No message content for channel/);
  assert.deepEqual(Result.ghost, {});
});

test('events are accepted and write their endpoint', async () => {
  const results = await putEvents({
    e1: { Endpoint: { ChannelType: 'EMAIL', Address: 'a@example.com' }, Events: { 'evt-1': EVENT } } });

  assert.deepEqual(results, { e1: { EndpointItemResponse: ACCEPTED, EventsItemResponse: { 'evt-1': ACCEPTED } } });
  const { EndpointResponse } = await client.send(new GetEndpointCommand({ ApplicationId, EndpointId: 'e1' }));
  assert.equal(EndpointResponse.Address, 'a@example.com');
});

test('a bad event leaves its neighbours alone', async () => {
  const { e } = await putEvents({ e: { Endpoint: {}, Events: {
    good: EVENT, untyped: { ...EVENT, EventType: ' ' }, misdated: { ...EVENT, Timestamp: 'yesterday' } } } });

  assert.deepEqual(e.EventsItemResponse.good, ACCEPTED);
  assert.deepEqual(e.EventsItemResponse.untyped,
    { StatusCode: 400, Message: 'Event type cannot be null, empty or blank' });
  assert.deepEqual(e.EventsItemResponse.misdated,
    { StatusCode: 400, Message: 'Timestamp must be in ISO 8601 format' });
  await badRequest(client.send(new PutEventsCommand({ ApplicationId, EventsRequest: {} })));
  ApplicationId = '0'.repeat(32);
  await notFound(putEvents({}), 'Application not found');
});

test('an immediate campaign runs to its end and reports the run', async () => {
  const SegmentId = await everybody();
  const campaign = await createCampaign({
    Name: 'now', SegmentId, MessageConfiguration: EMAIL, Schedule: { StartTime: 'IMMEDIATE' }, tags: { team: 'a' } });
  assert.match(campaign.Id, HEX_ID);
  assert.deepEqual(campaign.State, { CampaignStatus: 'SCHEDULED' });
  assert.deepEqual([campaign.Version, campaign.IsPaused, campaign.Schedule], [1, false, { StartTime: 'IMMEDIATE' }]);

  const done = await eventually(() => readCampaign(campaign.Id), (now) => now.State.CampaignStatus === 'COMPLETED');
  assert.equal(done.SegmentId, SegmentId);
  const { ActivitiesResponse: { Item: [activity, ...others] } } = await client.send(
    new GetCampaignActivitiesCommand({ ApplicationId, CampaignId: campaign.Id }));
  assert.deepEqual(others, []);
  assert.deepEqual([activity.State, activity.Result, activity.TreatmentId], ['COMPLETED', 'SUCCESS', '0']);
  assert.deepEqual([activity.TotalEndpointCount, activity.SuccessfulEndpointCount], [2, 2]);
  const { ENDPOINT_PRODUCED, ENDPOINT_OPT_OUT } = activity.ExecutionMetrics;
  assert.deepEqual([ENDPOINT_PRODUCED, ENDPOINT_OPT_OUT], ['3', '1']);
});

test('a campaign that waits is updated, listed and deleted', async () => {
  const SegmentId = await everybody();
  const { Id: CampaignId } = await createCampaign({
    Name: 'later', SegmentId, MessageConfiguration: EMAIL, Schedule: { StartTime: '2099-01-01T00:00:00Z' } });
  const { CampaignResponse: updated } = await client.send(new UpdateCampaignCommand({
    ApplicationId, CampaignId, WriteCampaignRequest: { Name: 'renamed' } }));
  assert.deepEqual([updated.Version, updated.Name, updated.MessageConfiguration], [2, 'renamed', EMAIL]);

  const first = await client.send(new GetCampaignVersionCommand({ ApplicationId, CampaignId, Version: '1' }));
  assert.equal(first.CampaignResponse.Name, 'later');
  const { CampaignsResponse } = await client.send(new GetCampaignsCommand({ ApplicationId }));
  assert.deepEqual(CampaignsResponse.Item.map((item) => item.Id), [CampaignId]);

  const { CampaignResponse: deleted } = await client.send(new DeleteCampaignCommand({ ApplicationId, CampaignId }));
  assert.equal(deleted.State.CampaignStatus, 'DELETED');
  await notFound(readCampaign(CampaignId));
  await notFound(client.send(new GetCampaignActivitiesCommand({ ApplicationId, CampaignId })));
});

test('campaigns that cannot run are refused, naming the member', async () => {
  const good = {
    SegmentId: await everybody(), MessageConfiguration: EMAIL, Schedule: { StartTime: 'IMMEDIATE' } };
  for (const [member, change] of Object.entries({
    SegmentId: { SegmentId: '0'.repeat(32) },
    'Schedule.StartTime': { Schedule: { StartTime: 'soon' } },
    'Schedule.Frequency': { Schedule: { StartTime: 'IMMEDIATE', Frequency: 'SOMETIMES' } },
    HoldoutPercent: { HoldoutPercent: 101 },
    TemplateConfiguration: { TemplateConfiguration: { EmailTemplate: { Name: `none-${ApplicationId}` } } },
  })) {
    await badRequest(createCampaign({ ...good, ...change }), member);
  }
  await badRequest(createCampaign({ ...good, MessageConfiguration: {} }));
  await notFound(readCampaign('0'.repeat(32)));
});
