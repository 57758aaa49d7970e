import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  CreateAppCommand, DeleteAppCommand, GetAppCommand, GetAppsCommand, GetApplicationSettingsCommand,
  ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand, UpdateApplicationSettingsCommand,
} from '@aws-sdk/client-pinpoint';

import { HEX_ID, ISO_DATE, badRequest, notFound, refused } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

let server;
let client;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());

test('an application is created with arn and tags and read back', async () => {
  const answer = await client.send(new CreateAppCommand({
    CreateApplicationRequest: { Name: 'Shop', tags: { env: 'prod' } } }));

  assert.equal(answer.$metadata.httpStatusCode, 201);
  const app = answer.ApplicationResponse;
  assert.match(app.Id, HEX_ID);
  assert.match(app.CreationDate, ISO_DATE);
  assert.equal(app.Arn, `arn:aws:mobiletargeting:us-east-1:123456789012:apps/${app.Id}`);
  assert.deepEqual(app.tags, { env: 'prod' });
  const read = await client.send(new GetAppCommand({ ApplicationId: app.Id }));
  assert.deepEqual(read.ApplicationResponse, app);
});

test('creating without a name says which member is missing', async () => {
  await badRequest(client.send(new CreateAppCommand({ CreateApplicationRequest: {} })),
    "Missing required member 'Name'.");
});

test('an unknown application is not found', async () => {
  await notFound(client.send(new GetAppCommand({ ApplicationId: '0'.repeat(32) })), 'Application not found');
});

test('a deleted application answers its last state and is gone', async () => {
  const app = await newApp(client);
  const { ApplicationResponse: last } = await client.send(new GetAppCommand({ ApplicationId: app }));
  const { ApplicationResponse: deleted } = await client.send(new DeleteAppCommand({ ApplicationId: app }));

  assert.deepEqual(deleted, last);
  await notFound(client.send(new GetAppCommand({ ApplicationId: app })), 'Application not found');
});

test('the list pages through every application once', async () => {
  const made = [];
  for (let i = 0; i < 5; i += 1) {
    made.push(await newApp(client, `p${i}`));
  }

  const seen = [];
  let Token;
  do {
    const { ApplicationsResponse: page } = await client.send(new GetAppsCommand({ PageSize: '2', Token }));
    assert.ok(page.Item.length <= 2);
    seen.push(...page.Item.map((item) => item.Id));
    Token = page.NextToken;
  } while (Token);

  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(made.filter((id) => !seen.includes(id)), []);
});

test('page sizes and tokens that make no sense are refused', async () => {
  for (const PageSize of ['0', '-1', 'x']) {
    await badRequest(client.send(new GetAppsCommand({ PageSize })), 'page-size');
  }
  await badRequest(client.send(new GetAppsCommand({ Token: 'abc' })), 'token');
});

test('a settings update keeps what it does not name', async () => {
  const ApplicationId = await newApp(client);
  const update = (WriteApplicationSettingsRequest) => client.send(
    new UpdateApplicationSettingsCommand({ ApplicationId, WriteApplicationSettingsRequest }));
  await update({ Limits: { Daily: 3, Total: 0 } });
  await update({ QuietTime: { Start: '22:00', End: '07:00' } });

  const { ApplicationSettingsResource: settings } = await client.send(
    new GetApplicationSettingsCommand({ ApplicationId }));
  assert.deepEqual(settings.Limits, { Daily: 3, Total: 0 });
  assert.deepEqual(settings.QuietTime, { Start: '22:00', End: '07:00' });
  await badRequest(update({ QuietTime: { Start: '22:00' } }), 'QuietTime');
});

test('tags are added, overwritten and removed', async () => {
  const app = await newApp(client);
  const { ApplicationResponse: { Arn: ResourceArn } } = await client.send(new GetAppCommand({ ApplicationId: app }));

  await client.send(new TagResourceCommand({ ResourceArn, TagsModel: { tags: { a: '1', b: '2' } } }));
  await client.send(new TagResourceCommand({ ResourceArn, TagsModel: { tags: { b: '3' } } }));
  await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a', 'never'] }));

  const { TagsModel } = await client.send(new ListTagsForResourceCommand({ ResourceArn }));
  assert.deepEqual(TagsModel.tags, { b: '3' });
});

test('a wrong secret and an unknown key have errors of their own', async () => {
  await refused(server.client({ secretAccessKey: 'wrong-wrong-wrong' }).send(new GetAppsCommand({})),
    403, 'InvalidSignatureException');
  await refused(server.client({ accessKeyId: 'PNAKUNKNOWNUNKNOWNUN' }).send(new GetAppsCommand({})),
    403, 'UnrecognizedClientException');
});
