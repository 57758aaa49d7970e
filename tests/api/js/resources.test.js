import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  CreateRecommenderConfigurationCommand, DeleteEventStreamCommand, DeleteRecommenderConfigurationCommand,
  GetEventStreamCommand, GetRecommenderConfigurationCommand, GetRecommenderConfigurationsCommand, PutEventStreamCommand,
  UpdateRecommenderConfigurationCommand,
} from '@aws-sdk/client-pinpoint';

import { HEX_ID, ISO_DATE, badRequest, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

const ROLE = 'arn:aws:iam::123456789012:role/r';
const SHOES = {
  Name: 'shoes', RecommendationProviderUri: 'arn:aws:personalize:us-east-1:123456789012:campaign/shoes',
  RecommendationProviderRoleArn: ROLE, RecommendationsDisplayName: 'Shoes',
};

let server;
let client;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());

test('a recommender configuration is made, listed, replaced and deleted', async () => {
  const answer = await client.send(new CreateRecommenderConfigurationCommand({ CreateRecommenderConfiguration: SHOES }));
  const made = answer.RecommenderConfigurationResponse;
  assert.match(made.Id, HEX_ID);
  assert.equal(made.RecommendationsPerMessage, 5);
  const RecommenderId = made.Id;
  const read = () => client.send(new GetRecommenderConfigurationCommand({ RecommenderId }));
  assert.deepEqual((await read()).RecommenderConfigurationResponse, made);
  const { ListRecommenderConfigurationsResponse: listed } = await client.send(new GetRecommenderConfigurationsCommand({}));
  assert.deepEqual(listed.Item, [made]);

  const { Name: _, ...other } = SHOES;
  const update = (change) => client.send(new UpdateRecommenderConfigurationCommand({
    RecommenderId, UpdateRecommenderConfiguration: { ...other, ...change } }));
  await badRequest(update({ RecommendationsPerMessage: 0 }), 'RecommendationsPerMessage');
  assert.equal((await update({})).RecommenderConfigurationResponse.Name, undefined);

  await client.send(new DeleteRecommenderConfigurationCommand({ RecommenderId }));
  await notFound(read());
});

test('an event stream is put, read and deleted', async () => {
  const ApplicationId = await newApp(client);
  const read = () => client.send(new GetEventStreamCommand({ ApplicationId }));
  const put = (DestinationStreamArn) => client.send(new PutEventStreamCommand({
    ApplicationId, WriteEventStream: { DestinationStreamArn, RoleArn: ROLE } }));
  await notFound(read());
  await badRequest(put('arn:aws:s3:::bucket'), 'DestinationStreamArn');

  const { EventStream: stream } = await put('arn:aws:kinesis:us-east-1:123456789012:stream/shop');
  assert.match(stream.LastModifiedDate, ISO_DATE);
  assert.deepEqual((await read()).EventStream, stream);
  const { EventStream: last } = await client.send(new DeleteEventStreamCommand({ ApplicationId }));
  assert.deepEqual(last, stream);
  await notFound(read());
});
