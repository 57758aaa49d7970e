// The families of operations that share one implementation: every member, good and bad input.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import * as sdk from '@aws-sdk/client-pinpoint';

import { badRequest, notFound } from './support/expectations.js';
import { PinionServer } from './support/server.js';

let server;
let client;
let ApplicationId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
  const made = await client.send(new sdk.CreateAppCommand({ CreateApplicationRequest: { Name: 'families' } }));
  ApplicationId = made.ApplicationResponse.Id;
});
after(() => server?.stop());

// Name in the commands → shape of the request, settings, a member that is required.
const CHANNELS = {
  Adm: ['ADMChannel', { ClientId: 'id', ClientSecret: 'hidden' }, 'ClientSecret'],
  Apns: ['APNSChannel', { TokenKey: 'hidden', TokenKeyId: 'K', TeamId: 'T', BundleId: 'com.example' }],
  ApnsSandbox: ['APNSSandboxChannel', { Certificate: 'hidden', PrivateKey: 'hidden' }],
  ApnsVoip: ['APNSVoipChannel', { Certificate: 'hidden', PrivateKey: 'hidden' }],
  ApnsVoipSandbox: ['APNSVoipSandboxChannel', { Certificate: 'hidden', PrivateKey: 'hidden' }],
  Baidu: ['BaiduChannel', { ApiKey: 'key', SecretKey: 'hidden' }, 'SecretKey'],
  Gcm: ['GCMChannel', { ApiKey: 'key' }],
  Voice: ['VoiceChannel', { Enabled: true }],
};

for (const [kind, [shape, settings, required]] of Object.entries(CHANNELS)) {
  const call = (verb, more) => client.send(new sdk[`${verb}${kind}ChannelCommand`]({ ApplicationId, ...more }));

  test(`the ${kind} channel is made, read, changed and deleted`, async () => {
    await notFound(call('Get'));
    const made = (await call('Update', { [`${shape}Request`]: settings }))[`${shape}Response`];
    assert.deepEqual([made.Version, made.Enabled, made.IsArchived], [1, true, false]);
    assert.ok(!Object.values(made).includes('hidden'));
    assert.deepEqual((await call('Get'))[`${shape}Response`], made);
    const last = (await call('Delete'))[`${shape}Response`];
    assert.deepEqual([last.Enabled, last.IsArchived], [false, true]);
    await notFound(call('Delete'));
  });

  if (required) {
    test(`the ${kind} channel names its missing member`, async () => {
      const { [required]: _, ...broken } = settings;
      await badRequest(call('Update', { [`${shape}Request`]: broken }), `Missing required member '${required}'.`);
    });
  }
}

const TEMPLATES = {
  Push: ['PushNotificationTemplate', { Default: { Title: 't', Body: '{{a}}' } }, { Default: { Body: '{{#if a}}' } }],
  Voice: ['VoiceTemplate', { Body: '{{a}}', LanguageCode: 'en-US' }, { Body: '{{/if}}' }],
  InApp: ['InAppTemplate', { Layout: 'CAROUSEL', Content: [{ BackgroundColor: '#fff' }] },
    { Layout: 'CAROUSEL', Content: [{ PrimaryBtn: { DefaultConfig: { ButtonAction: 'LINK', Text: 'Go' } } }] }],
};

for (const [kind, [shape, content, broken]] of Object.entries(TEMPLATES)) {
  test(`a ${kind} template is made, read, updated and deleted`, async () => {
    const TemplateName = `f${randomUUID()}`;
    const call = (verb, more) => client.send(new sdk[`${verb}${kind}TemplateCommand`]({ TemplateName, ...more }));

    await badRequest(call('Create', { [`${shape}Request`]: broken }));
    await notFound(call('Get'));
    assert.equal((await call('Create', { [`${shape}Request`]: content })).$metadata.httpStatusCode, 201);
    const made = (await call('Get'))[`${shape}Response`];
    for (const [member, value] of Object.entries(content)) {
      assert.deepEqual(made[member], value);
    }
    await call('Update', { CreateNewVersion: true, [`${shape}Request`]: { ...content, TemplateDescription: 'two' } });
    assert.equal((await call('Get', { Version: 'latest' }))[`${shape}Response`].TemplateDescription, 'two');
    await call('Delete');
    await notFound(call('Delete'));
  });
}

test('blocked attributes are listed, and an unknown kind of attribute is refused', async () => {
  const block = (AttributeType) => client.send(new sdk.RemoveAttributesCommand({
    ApplicationId, AttributeType, UpdateAttributesRequest: { Blacklist: ['tier'] } }));

  assert.deepEqual((await block('endpoint-user-attributes')).AttributesResource.Attributes, ['tier']);
  await badRequest(block('else'));
});

test('versions of a campaign and imports of a segment are listed', async () => {
  const segment = await client.send(new sdk.CreateSegmentCommand({ ApplicationId, WriteSegmentRequest: { Name: 's' } }));
  const SegmentId = segment.SegmentResponse.Id;
  const campaign = await client.send(new sdk.CreateCampaignCommand({ ApplicationId, WriteCampaignRequest: {
    SegmentId, Schedule: { StartTime: '2099-01-01' }, MessageConfiguration: { SMSMessage: { Body: 'x' } } } }));
  const CampaignId = campaign.CampaignResponse.Id;
  const versions = await client.send(new sdk.GetCampaignVersionsCommand({ ApplicationId, CampaignId }));
  assert.deepEqual(versions.CampaignsResponse.Item.map((item) => item.Version), [1]);

  const jobs = await client.send(new sdk.GetSegmentImportJobsCommand({ ApplicationId, SegmentId }));
  assert.deepEqual(jobs.ImportJobsResponse.Item, []);
  await notFound(client.send(new sdk.GetSegmentImportJobsCommand({ ApplicationId, SegmentId: '0'.repeat(32) })));
});
