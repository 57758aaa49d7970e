import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import {
  CreateEmailTemplateCommand, CreateJourneyCommand, CreateSegmentCommand, DeleteJourneyCommand,
  GetJourneyCommand, GetJourneyExecutionActivityMetricsCommand, GetJourneyExecutionMetricsCommand,
  GetJourneyRunExecutionActivityMetricsCommand, GetJourneyRunExecutionMetricsCommand, GetJourneyRunsCommand,
  ListJourneysCommand, UpdateJourneyCommand, UpdateJourneyStateCommand,
} from '@aws-sdk/client-pinpoint';

import { HEX_ID, badRequest, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

let server;
let client;
let ApplicationId;
let SegmentId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
  await client.send(new CreateEmailTemplateCommand({
    TemplateName: 'hello', EmailTemplateRequest: { Subject: 's', HtmlPart: '<p>hi</p>' } }));
});
after(() => server?.stop());
beforeEach(async () => {
  ApplicationId = await newApp(client);
  const answer = await client.send(new CreateSegmentCommand({ ApplicationId, WriteSegmentRequest: { Name: 'all' } }));
  SegmentId = answer.SegmentResponse.Id;
});

// By event, with a condition on a segment behind the mail.
function cart(more = {}) {
  return {
    Name: 'abandoned-cart',
    StartActivity: 'w2h',
    StartCondition: { EventStartCondition: { SegmentId, EventFilter: { FilterType: 'ENDPOINT', Dimensions: {
      EventType: { DimensionType: 'INCLUSIVE', Values: ['cart.abandoned'] },
      Metrics: { value: { ComparisonOperator: 'GREATER_THAN', Value: 20.5 } } } } } },
    Activities: {
      w2h: { Wait: { WaitTime: { WaitFor: 'PT2H' }, NextActivity: 'mail' } },
      mail: { EMAIL: { TemplateName: 'hello', NextActivity: 'active' } },
      active: { ConditionalSplit: { Condition: { Conditions: [
        { SegmentDimensions: { Behavior: { Recency: { Duration: 'DAY_7', RecencyType: 'ACTIVE' } } } }] } } },
    },
    ...more,
  };
}

async function create(WriteJourneyRequest) {
  const answer = await client.send(new CreateJourneyCommand({ ApplicationId, WriteJourneyRequest }));
  assert.equal(answer.$metadata.httpStatusCode, 201);
  return answer.JourneyResponse;
}

async function update(JourneyId, WriteJourneyRequest) {
  const answer = await client.send(new UpdateJourneyCommand({ ApplicationId, JourneyId, WriteJourneyRequest }));
  return answer.JourneyResponse;
}

async function setState(JourneyId, State) {
  const answer = await client.send(new UpdateJourneyStateCommand({
    ApplicationId, JourneyId, JourneyStateRequest: { State } }));
  return answer.JourneyResponse.State;
}

test('a journey comes back as it was given', async () => {
  const StartTime = new Date('2099-01-01T09:00:00.500Z');
  const request = cart({ Schedule: { StartTime, Timezone: 'UTC+09' }, LocalTime: false });
  const journey = await create(request);
  assert.match(journey.Id, HEX_ID);
  assert.deepEqual([journey.State, journey.ApplicationId, journey.tags], ['DRAFT', ApplicationId, {}]);
  for (const [member, value] of Object.entries(request)) {
    assert.deepEqual(journey[member], value, member);
  }

  const read = await client.send(new GetJourneyCommand({ ApplicationId, JourneyId: journey.Id }));
  assert.deepEqual(read.JourneyResponse, journey);
  const { JourneysResponse } = await client.send(new ListJourneysCommand({ ApplicationId }));
  assert.deepEqual(JourneysResponse.Item, [journey]);
});

test('states follow each other as they may', async () => {
  const { Id } = await create({ Name: 'draft' });
  await badRequest(setState(Id, 'ACTIVE'));
  await update(Id, cart());
  for (const state of ['ACTIVE', 'ACTIVE', 'PAUSED', 'ACTIVE', 'CANCELLED']) {
    assert.equal(await setState(Id, state), state);
  }
  await badRequest(setState(Id, 'ACTIVE'));
});

test('an active journey takes a new name, but no new start', async () => {
  const { Id } = await create(cart({ State: 'ACTIVE' }));
  assert.equal((await update(Id, { Name: 'renamed' })).Name, 'renamed');
  await assert.rejects(update(Id, { Name: 'x', StartActivity: 'mail' }),
    (error) => error.name === 'ConflictException' && error.$metadata.httpStatusCode === 409);
});

test('bad journeys are refused', async () => {
  for (const change of [
    { Name: 'two words' },
    { Limits: { TotalCap: 101 } },
    { State: 'ACTIVE', StartActivity: 'nowhere' },
    { State: 'ACTIVE', LocalTime: true },
    { State: 'ACTIVE', Activities: { w2h: { EMAIL: { TemplateName: 'no-such' } } } },
  ]) {
    await badRequest(create(cart(change)));
  }
});

test('a published journey has a scheduled run and counts nothing', async () => {
  const { Id: JourneyId } = await create(cart({ State: 'ACTIVE' }));
  const where = { ApplicationId, JourneyId };
  const runs = await client.send(new GetJourneyRunsCommand(where));
  assert.deepEqual(runs.JourneyRunsResponse.Item.map((run) => run.Status), ['SCHEDULED']);
  const [{ RunId }] = runs.JourneyRunsResponse.Item;
  const { JourneyRunExecutionMetricsResponse: ofRun } =
    await client.send(new GetJourneyRunExecutionMetricsCommand({ ...where, RunId }));
  assert.deepEqual([ofRun.RunId, ofRun.Metrics.ENDPOINT_ENTERED], [RunId, '0']);
  const { JourneyRunExecutionActivityMetricsResponse: ofBoth } =
    await client.send(new GetJourneyRunExecutionActivityMetricsCommand({ ...where, RunId, JourneyActivityId: 'mail' }));
  assert.deepEqual([ofBoth.ActivityType, ofBoth.Metrics.SUCCESS], ['MESSAGE', '0']);
  const { JourneyExecutionMetricsResponse: metrics } =
    await client.send(new GetJourneyExecutionMetricsCommand(where));
  assert.deepEqual(new Set(Object.values(metrics.Metrics)), new Set(['0']));
  const { JourneyExecutionActivityMetricsResponse: wait } =
    await client.send(new GetJourneyExecutionActivityMetricsCommand({ ...where, JourneyActivityId: 'w2h' }));
  assert.deepEqual([wait.ActivityType, wait.Metrics],
    ['WAIT', { WAIT_STARTED: '0', WAIT_FINISHED: '0', WAIT_SKIPPED: '0' }]);

  const nothing = { ...where, RunId: '0'.repeat(32) };
  await notFound(client.send(new GetJourneyRunExecutionMetricsCommand(nothing)));
  await notFound(client.send(new GetJourneyRunExecutionActivityMetricsCommand({
    ...nothing, JourneyActivityId: 'w2h' })));
});

test('a deleted journey is gone', async () => {
  const journey = await create(cart());
  const where = { ApplicationId, JourneyId: journey.Id };
  const { JourneyResponse: last } = await client.send(new DeleteJourneyCommand(where));
  assert.deepEqual(last, journey);
  await notFound(client.send(new GetJourneyCommand(where)));
  await notFound(client.send(new DeleteJourneyCommand(where)));
});
