// In-app messages as an app's SDK asks for them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  CreateCampaignCommand, CreateInAppTemplateCommand, CreateSegmentCommand, GetCampaignCommand, GetInAppMessagesCommand,
  UpdateCampaignCommand, UpdateEndpointCommand,
} from '@aws-sdk/client-pinpoint';

import { badRequest, eventually, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

const CONTENT = [{ BodyConfig: { Alignment: 'CENTER', Body: 'Sample', TextColor: '#d0021b' } }];
const SCHEDULE = {
  StartTime: 'IMMEDIATE', Frequency: 'IN_APP_EVENT',
  EventFilter: { FilterType: 'ENDPOINT', Dimensions: { EventType: { DimensionType: 'INCLUSIVE', Values: ['login'] } } },
};

let server;
let client;
let ApplicationId;
let SegmentId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
  ApplicationId = await newApp(client);
  const segment = await client.send(new CreateSegmentCommand({ ApplicationId, WriteSegmentRequest: { Name: 'all' } }));
  SegmentId = segment.SegmentResponse.Id;
  await client.send(new UpdateEndpointCommand({
    ApplicationId, EndpointId: 'phone', EndpointRequest: { ChannelType: 'IN_APP' } }));
});
after(() => server?.stop());

const create = async (members) => (await client.send(new CreateCampaignCommand({
  ApplicationId, WriteCampaignRequest: { SegmentId, Schedule: SCHEDULE, ...members } }))).CampaignResponse;
const given = async (EndpointId) => (await client.send(new GetInAppMessagesCommand({ ApplicationId, EndpointId })))
  .InAppMessagesResponse.InAppMessageCampaigns;

test('an app is given the template of a campaign while the campaign is live', async () => {
  assert.deepEqual(await given('phone'), []);
  const name = `t${ApplicationId}`;
  await client.send(new CreateInAppTemplateCommand({
    TemplateName: name, InAppTemplateRequest: { Layout: 'OVERLAYS', Content: CONTENT, CustomConfig: { a: 'b' } } }));
  const campaign = await create({ TemplateConfiguration: { InAppTemplate: { Name: name } }, Priority: 1 });
  assert.equal(campaign.State.CampaignStatus, 'SCHEDULED');

  const [message] = await eventually(() => given('phone'), (messages) => messages.length === 1);
  assert.deepEqual(message.InAppMessage, { Content: CONTENT, CustomConfig: { a: 'b' }, Layout: 'OVERLAYS' });
  assert.deepEqual([message.CampaignId, message.TreatmentId, message.Priority], [campaign.Id, '0', 1]);
  assert.deepEqual([message.SessionCap, message.DailyCap, message.TotalCap], [0, 0, 0]);

  const paused = await client.send(new UpdateCampaignCommand({
    ApplicationId, CampaignId: campaign.Id, WriteCampaignRequest: { IsPaused: true } }));
  assert.equal(paused.CampaignResponse.State.CampaignStatus, 'PAUSED');
  assert.deepEqual(await given('phone'), []);
  const read = await client.send(new GetCampaignCommand({ ApplicationId, CampaignId: campaign.Id }));
  assert.equal(read.CampaignResponse.IsPaused, true);
});

test('an unknown endpoint is not found, and content that cannot be shown is refused', async () => {
  await notFound(given('nobody'));
  await badRequest(create({ MessageConfiguration: { InAppMessage: { Layout: 'OVERLAYS' } } }),
    "Member 'MessageConfiguration.InAppMessage': it needs Content or Body.");
});
