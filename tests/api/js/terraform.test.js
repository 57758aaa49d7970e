// The calls that Terraform's AWS provider makes for its aws_pinpoint resources, with the bodies it sends: apply, plan
// again, change, import, destroy. A plan is empty when reading gives back exactly what was configured.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import * as sdk from '@aws-sdk/client-pinpoint';

import { notFound } from './support/expectations.js';
import { notBuilt } from './support/not_built.js';
import { PinionServer, newApp } from './support/server.js';

let server;
let client;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());

function call(operation, input) {
  return client.send(new sdk[`${operation}Command`](input));
}

/** What the provider keeps in its state: unset texts as "", unset numbers as 0. */
function appState(app, settings) {
  const { CampaignHook: hook, Limits: limits, QuietTime: quiet } = settings;
  return {
    name: app.Name,
    hook: [hook.LambdaFunctionName ?? '', hook.Mode ?? '', hook.WebUrl ?? ''],
    limits: [limits.Daily ?? 0, limits.MaximumDuration ?? 0, limits.MessagesPerSecond ?? 0, limits.Total ?? 0],
    quiet: [quiet.Start ?? '', quiet.End ?? ''],
  };
}

async function readApp(ApplicationId) {
  const app = (await call('GetApp', { ApplicationId })).ApplicationResponse;
  const settings = (await call('GetApplicationSettings', { ApplicationId })).ApplicationSettingsResource;
  // The provider reads these three without looking whether they are there.
  assert.ok(settings.CampaignHook && settings.Limits && settings.QuietTime);
  const { TagsModel: { tags } } = await call('ListTagsForResource', { ResourceArn: app.Arn });
  return { arn: app.Arn, state: { ...appState(app, settings), tags } };
}

function updateSettings(ApplicationId, settings) {
  return call('UpdateApplicationSettings', { ApplicationId, WriteApplicationSettingsRequest: settings });
}

const HOOK = 'arn:aws:lambda:us-east-1:123456789012:function:filter';

// Name → blocks as the provider sends them, and as they must be read.
const APPS = {
  'no blocks': [{}, { hook: ['', '', ''], limits: [0, 0, 0, 0], quiet: ['', ''] }],
  'every block': [
    {
      CampaignHook: { LambdaFunctionName: HOOK, Mode: 'DELIVERY', WebUrl: '' },
      Limits: { Daily: 3, MaximumDuration: 600, MessagesPerSecond: 50, Total: 100 },
      QuietTime: { Start: '00:00', End: '03:00' },
    },
    { hook: [HOOK, 'DELIVERY', ''], limits: [3, 600, 50, 100], quiet: ['00:00', '03:00'] },
  ],
  'one member of each block': [
    {
      CampaignHook: { LambdaFunctionName: HOOK, WebUrl: '' },
      Limits: { Daily: 3, MaximumDuration: 0, MessagesPerSecond: 0, Total: 0 },
    },
    { hook: [HOOK, '', ''], limits: [3, 0, 0, 0], quiet: ['', ''] },
  ],
  'empty blocks, from provider versions that send every text': [
    {
      CampaignHook: { LambdaFunctionName: '', Mode: '', WebUrl: '' },
      Limits: { Daily: 0, MaximumDuration: 0, MessagesPerSecond: 0, Total: 0 },
      QuietTime: { Start: '', End: '' },
    },
    { hook: ['', '', ''], limits: [0, 0, 0, 0], quiet: ['', ''] },
  ],
};

for (const [what, [blocks, expected]] of Object.entries(APPS)) {
  test(`aws_pinpoint_app with ${what}: the second plan is empty`, async () => {
    const tags = { env: 'prod' };
    const made = await call('CreateApp', { CreateApplicationRequest: { Name: 'terraform', tags } });
    const { Id } = made.ApplicationResponse;
    await updateSettings(Id, blocks);
    assert.deepEqual((await readApp(Id)).state, { name: 'terraform', tags, ...expected });
    await call('DeleteApp', { ApplicationId: Id });
  });
}

test('aws_pinpoint_app: changing one block leaves the others, tags follow, destroy is final', async () => {
  const made = await call('CreateApp', { CreateApplicationRequest: { Name: 'app', tags: { env: 'a', old: 'b' } } });
  const { Id } = made.ApplicationResponse;
  await updateSettings(Id, APPS['every block'][0]);
  const { arn } = await readApp(Id);

  await updateSettings(Id, { Limits: { Daily: 5, MaximumDuration: 0, MessagesPerSecond: 0, Total: 0 } });
  await call('UntagResource', { ResourceArn: arn, TagKeys: ['old'] });
  await call('TagResource', { ResourceArn: arn, TagsModel: { tags: { env: 'c' } } });

  const expected = { name: 'app', tags: { env: 'c' }, ...APPS['every block'][1], limits: [5, 0, 0, 0] };
  assert.deepEqual((await readApp(Id)).state, expected);
  await call('DeleteApp', { ApplicationId: Id });
  await notFound(call('GetApp', { ApplicationId: Id }));
  await notFound(call('GetApplicationSettings', { ApplicationId: Id }));
  await notFound(call('DeleteApp', { ApplicationId: Id }));
});

const apns = {
  request: {
    BundleId: '', Certificate: 'certificate', DefaultAuthenticationMethod: '', Enabled: true, PrivateKey: 'key',
    TeamId: '', TokenKey: '', TokenKeyId: '',
  },
  change: {
    BundleId: 'com.example', Certificate: '', DefaultAuthenticationMethod: 'KEY', Enabled: false, PrivateKey: '',
    TeamId: 'TEAM', TokenKey: 'key', TokenKeyId: 'ID',
  },
  read: ['DefaultAuthenticationMethod', 'Enabled'],
};
const IDENTITY = 'arn:aws:ses:us-east-1:123456789012:identity/example.com';
const ROLE = 'arn:aws:iam::123456789012:role/pinpoint';

// Operation → shape, what apply sends, what a changed configuration sends, the members that the provider reads back, and
// numbers that it shows although nobody set them.
const CHANNELS = {
  Adm: {
    shape: 'ADMChannel', read: ['Enabled'],
    request: { ClientId: 'id', ClientSecret: 'secret', Enabled: true },
    change: { ClientId: 'id', ClientSecret: 'other', Enabled: false },
  },
  Apns: { shape: 'APNSChannel', ...apns },
  ApnsSandbox: { shape: 'APNSSandboxChannel', ...apns },
  ApnsVoip: { shape: 'APNSVoipChannel', ...apns },
  ApnsVoipSandbox: { shape: 'APNSVoipSandboxChannel', ...apns },
  Baidu: {
    shape: 'BaiduChannel', read: ['Enabled'],
    request: { ApiKey: 'key', SecretKey: 'secret', Enabled: true },
    change: { ApiKey: 'other', SecretKey: 'secret', Enabled: false },
  },
  Email: {
    shape: 'EmailChannel', computed: ['MessagesPerSecond'],
    read: ['ConfigurationSet', 'Enabled', 'FromAddress', 'Identity', 'OrchestrationSendingRoleArn', 'RoleArn'],
    request: { Enabled: true, FromAddress: 'a@example.com', Identity: IDENTITY },
    change: {
      ConfigurationSet: 'set', Enabled: false, FromAddress: 'b@example.com', Identity: IDENTITY,
      OrchestrationSendingRoleArn: ROLE, RoleArn: ROLE,
    },
  },
  Gcm: {
    shape: 'GCMChannel', read: ['DefaultAuthenticationMethod', 'Enabled'],
    request: { ApiKey: 'key', DefaultAuthenticationMethod: 'KEY', Enabled: true },
    change: {
      DefaultAuthenticationMethod: 'TOKEN', Enabled: true,
      ServiceJson: JSON.stringify({
        type: 'service_account', project_id: 'shop', private_key: 'k', client_email: 'a@b.example',
        token_uri: 'https://oauth2.googleapis.com/token',
      }),
    },
  },
  Sms: {
    shape: 'SMSChannel', computed: ['PromotionalMessagesPerSecond', 'TransactionalMessagesPerSecond'],
    read: ['Enabled', 'SenderId', 'ShortCode'],
    request: { Enabled: true, SenderId: '1234', ShortCode: '5678' },
    change: { Enabled: false, SenderId: '5678', ShortCode: '1234' },
  },
};

/** The members of a request as state: "" and nothing are the same to the provider's plan. */
function state(members, from) {
  return members.map((name) => from[name] ?? '');
}

for (const [kind, { shape, request, change, read, computed = [] }] of Object.entries(CHANNELS)) {
  test(`aws_pinpoint_${kind.toLowerCase()}_channel: apply, change and destroy`, async () => {
    const ApplicationId = await newApp(client);
    const get = async () => (await call(`Get${kind}Channel`, { ApplicationId }))[`${shape}Response`];

    for (const settings of [request, change, request]) {
      await call(`Update${kind}Channel`, { ApplicationId, [`${shape}Request`]: settings });
      const answer = await get();
      assert.equal(answer.ApplicationId, ApplicationId);
      assert.deepEqual(state(read, answer), state(read, settings));
      for (const name of computed) {
        assert.equal(typeof answer[name], 'number', name);
      }
    }
    await call(`Delete${kind}Channel`, { ApplicationId });
    await notFound(get());
    await notFound(call(`Delete${kind}Channel`, { ApplicationId }));
  });
}

test('aws_pinpoint_event_stream: apply, change and destroy', { skip: notBuilt('PutEventStream') }, async () => {
  const ApplicationId = await newApp(client);
  for (const name of ['first', 'second']) {
    const WriteEventStream = {
      DestinationStreamArn: `arn:aws:kinesis:us-east-1:123456789012:stream/${name}`, RoleArn: ROLE,
    };
    await call('PutEventStream', { ApplicationId, WriteEventStream });
    const { EventStream } = await call('GetEventStream', { ApplicationId });
    assert.equal(EventStream.ApplicationId, ApplicationId);
    assert.equal(EventStream.DestinationStreamArn, WriteEventStream.DestinationStreamArn);
    assert.equal(EventStream.RoleArn, ROLE);
  }
  await call('DeleteEventStream', { ApplicationId });
  await notFound(call('GetEventStream', { ApplicationId }));
  await notFound(call('DeleteEventStream', { ApplicationId }));
});

/** What the provider compares: it tells a text that is not set from "". */
function templateState(response) {
  const { DefaultSubstitutions, Headers, HtmlPart, RecommenderId, Subject, TextPart } = response;
  return { DefaultSubstitutions, Headers, HtmlPart, RecommenderId, Subject, TextPart };
}

const unset = {
  DefaultSubstitutions: undefined, Headers: undefined, HtmlPart: undefined, RecommenderId: undefined, Subject: undefined,
  TextPart: undefined,
};

test('aws_pinpoint_email_template: apply, change and destroy', async () => {
  const TemplateName = `terraform-${randomUUID()}`;
  const tags = { env: 'prod' };
  const first = { Subject: 'testing', TextPart: 'a text part', Headers: [{ Name: 'test', Value: 'test' }] };
  const second = { Subject: 'update', DefaultSubstitutions: '{"name":"you"}', HtmlPart: '<p>hi</p>' };
  const get = async () => (await call('GetEmailTemplate', { TemplateName })).EmailTemplateResponse;

  const made = await call('CreateEmailTemplate', { TemplateName, EmailTemplateRequest: { ...first, tags } });
  const { Arn } = made.CreateTemplateMessageBody;
  assert.match(Arn, new RegExp(`^arn:aws:mobiletargeting:us-east-1:\\d+:templates/${TemplateName}/EMAIL$`));
  assert.equal((await get()).Arn, Arn);
  assert.deepEqual(templateState(await get()), { ...unset, ...first });
  const listed = await call('ListTagsForResource', { ResourceArn: Arn });
  assert.deepEqual(listed.TagsModel.tags, tags);

  await call('UpdateEmailTemplate', { TemplateName, EmailTemplateRequest: second });
  assert.deepEqual(templateState(await get()), { ...unset, ...second });

  await call('DeleteEmailTemplate', { TemplateName });
  await notFound(get());
  await notFound(call('DeleteEmailTemplate', { TemplateName }));
});
