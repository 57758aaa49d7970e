import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';

import {
  CreateEmailTemplateCommand, CreateSmsTemplateCommand, DeleteEmailTemplateCommand, DeleteSmsTemplateCommand,
  GetEmailTemplateCommand, GetSmsTemplateCommand, ListTemplateVersionsCommand, ListTemplatesCommand,
  UpdateEmailTemplateCommand, UpdateSmsTemplateCommand, UpdateTemplateActiveVersionCommand,
} from '@aws-sdk/client-pinpoint';

import { ISO_DATE, badRequest, notFound } from './support/expectations.js';
import { PinionServer } from './support/server.js';

let server;
let client;
let TemplateName;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());
beforeEach(() => {
  TemplateName = `t${randomUUID()}`;
});

function createEmail(EmailTemplateRequest) {
  return client.send(new CreateEmailTemplateCommand({ TemplateName, EmailTemplateRequest }));
}

function createSms(SMSTemplateRequest) {
  return client.send(new CreateSmsTemplateCommand({ TemplateName, SMSTemplateRequest }));
}

async function readEmail(Version) {
  const answer = await client.send(new GetEmailTemplateCommand({ TemplateName, Version }));
  return answer.EmailTemplateResponse;
}

test('an email template is created, read and deleted', async () => {
  const answer = await createEmail({
    Subject: 'Hi {{User.UserAttributes.FirstName}}', HtmlPart: '<p>x</p>', tags: { a: 'b' } });
  assert.equal(answer.$metadata.httpStatusCode, 201);
  assert.equal(answer.CreateTemplateMessageBody.Message, 'Created');
  assert.ok(answer.CreateTemplateMessageBody.Arn.endsWith(`:templates/${TemplateName}/EMAIL`));

  const template = await readEmail();
  assert.deepEqual([template.TemplateName, template.TemplateType, template.Version], [TemplateName, 'EMAIL', '1']);
  assert.deepEqual([template.Subject, template.HtmlPart, template.TextPart],
    ['Hi {{User.UserAttributes.FirstName}}', '<p>x</p>', undefined]);
  assert.deepEqual(template.tags, { a: 'b' });
  assert.match(template.CreationDate, ISO_DATE);

  await client.send(new DeleteEmailTemplateCommand({ TemplateName }));
  await notFound(readEmail());
});

test('an SMS template is created, updated and deleted', async () => {
  assert.equal((await createSms({ Body: 'one' })).$metadata.httpStatusCode, 201);
  const updated = await client.send(
    new UpdateSmsTemplateCommand({ TemplateName, SMSTemplateRequest: { Body: 'two' } }));
  assert.equal(updated.$metadata.httpStatusCode, 202);

  const { SMSTemplateResponse } = await client.send(new GetSmsTemplateCommand({ TemplateName }));
  assert.deepEqual([SMSTemplateResponse.Body, SMSTemplateResponse.TemplateType], ['two', 'SMS']);
  await client.send(new DeleteSmsTemplateCommand({ TemplateName }));
  await notFound(client.send(new GetSmsTemplateCommand({ TemplateName })));
});

test('a name is taken once per type', async () => {
  await createEmail({ Subject: 'a' });
  await badRequest(createEmail({ Subject: 'b' }), TemplateName);
  await createSms({ Body: 'a' });
  assert.equal((await readEmail()).Subject, 'a');
});

test('malformed and overlong templates are refused and not kept', async () => {
  await badRequest(createEmail({ HtmlPart: '<p>\n  {{#if a}}x{{/each}}' }),
    'Invalid message template: HtmlPart, line 2, column 13');
  await badRequest(createSms({ Body: 'x'.repeat(1601) }));
  await notFound(readEmail());
  await notFound(client.send(new GetSmsTemplateCommand({ TemplateName })));
});

test('a new version waits until it is made active', async () => {
  await createEmail({ Subject: 'one' });
  await client.send(new UpdateEmailTemplateCommand({
    TemplateName, CreateNewVersion: true, EmailTemplateRequest: { Subject: 'two' } }));
  assert.equal((await readEmail()).Subject, 'one');
  assert.equal((await readEmail('latest')).Subject, 'two');

  await client.send(new UpdateTemplateActiveVersionCommand({
    TemplateName, TemplateType: 'EMAIL', TemplateActiveVersionRequest: { Version: '2' } }));
  assert.equal((await readEmail()).Subject, 'two');
  const { TemplateVersionsResponse } = await client.send(
    new ListTemplateVersionsCommand({ TemplateName, TemplateType: 'EMAIL' }));
  assert.deepEqual(TemplateVersionsResponse.Item.map((item) => item.Version), ['2', '1']);
  await notFound(client.send(new UpdateEmailTemplateCommand({
    TemplateName, Version: '9', EmailTemplateRequest: { Subject: 'x' } })));
});

test('the list filters by prefix and type', async () => {
  await createEmail({ Subject: 'x' });
  await createSms({ Body: 'x' });

  const both = await client.send(new ListTemplatesCommand({ Prefix: TemplateName }));
  assert.deepEqual(both.TemplatesResponse.Item.map((item) => item.TemplateType), ['EMAIL', 'SMS']);
  const sms = await client.send(new ListTemplatesCommand({ Prefix: TemplateName, TemplateType: 'SMS' }));
  assert.deepEqual(sms.TemplatesResponse.Item.map((item) => item.TemplateType), ['SMS']);
});
