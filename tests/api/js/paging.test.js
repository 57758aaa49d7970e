// Paging through every list that a few calls can fill: each item once, and no token behind the last page.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import * as sdk from '@aws-sdk/client-pinpoint';

import { badRequest } from './support/expectations.js';
import { notBuilt } from './support/not_built.js';
import { PinionServer, newApp } from './support/server.js';

const ITEMS = 4;
const ROLE = 'arn:aws:iam::123456789012:role/r';
const TEMPLATE = `t${randomUUID()}`;

let server;
let client;
const names = {};

function call(operation, input) {
  return client.send(new sdk[`${operation}Command`](input));
}

async function idOf(operation, input) {
  const { $metadata: _, ...output } = await call(operation, input);
  return Object.values(output)[0].Id;
}

before(async () => {
  server = await PinionServer.start();
  client = server.client();
  names.ApplicationId = await newApp(client);
  names.SegmentId = await idOf('CreateSegment', { ...names, WriteSegmentRequest: { Name: 's' } });
});
after(() => server?.stop());

const campaign = () => ({
  SegmentId: names.SegmentId, MessageConfiguration: { SMSMessage: { Body: 'x' } }, Schedule: { StartTime: '2090-01-01' },
});

// Operation that lists → the path of the list, and the call that adds the item of an index.
const LISTS = {
  GetApps: [[], (i) => newApp(client, `app ${i}`)],
  GetSegments: [['ApplicationId'], () => idOf('CreateSegment', { ...names, WriteSegmentRequest: { Name: 's' } })],
  GetSegmentVersions: [
    ['ApplicationId', 'SegmentId'], (i) => call('UpdateSegment', { ...names, WriteSegmentRequest: { Name: `s${i}` } })],
  GetCampaigns: [['ApplicationId'], async () => {
    names.CampaignId = await idOf('CreateCampaign', { ...names, WriteCampaignRequest: campaign() });
  }],
  GetCampaignVersions: [
    ['ApplicationId', 'CampaignId'], (i) => call('UpdateCampaign', { ...names, WriteCampaignRequest: { Name: `c${i}` } })],
  GetImportJobs: [['ApplicationId'], () => call('CreateImportJob', {
    ...names, ImportJobRequest: { Format: 'CSV', RegisterEndpoints: true, RoleArn: ROLE, S3Url: 's3://none/x.csv' },
  })],
  ListTemplates: [[], (i) => call('CreateSmsTemplate', {
    TemplateName: `${TEMPLATE}-${i}`, SMSTemplateRequest: { Body: 'x' },
  })],
  ListTemplateVersions: [['TemplateName', 'TemplateType'], async (i) => {
    Object.assign(names, { TemplateName: `${TEMPLATE}-0`, TemplateType: 'SMS' });
    await call('UpdateSmsTemplate', { ...names, CreateNewVersion: true, SMSTemplateRequest: { Body: `${i}` } });
  }],
  // Ended, since a job on its way changes from page to page.
  GetExportJobs: [['ApplicationId'], async () => {
    const JobId = await idOf('CreateExportJob', {
      ...names, ExportJobRequest: { RoleArn: ROLE, S3UrlPrefix: 's3://out/x' },
    });
    let job;
    do {
      job = (await call('GetExportJob', { ...names, JobId })).ExportJobResponse;
    } while (!['COMPLETED', 'FAILED'].includes(job.JobStatus));
  }],
  GetRecommenderConfigurations: [[], () => call('CreateRecommenderConfiguration', {
    CreateRecommenderConfiguration: {
      RecommendationProviderRoleArn: ROLE, RecommendationsDisplayName: 'Shoes',
      RecommendationProviderUri: 'arn:aws:personalize:us-east-1:123456789012:campaign/c',
    },
  })],
  ListJourneys: [['ApplicationId'], (i) => call('CreateJourney', { ...names, WriteJourneyRequest: { Name: `j${i}` } })],
};

for (const [operation, [path, add]] of Object.entries(LISTS)) {
  test(`${operation} gives every item once and ends without a token`, { skip: notBuilt(operation) }, async () => {
    for (let i = 0; i < ITEMS; i += 1) {
      await add(i);
    }
    const where = Object.fromEntries(path.map((name) => [name, names[name]]));
    const tokenName = operation.startsWith('ListTemplate') ? 'NextToken' : 'Token';
    const page = async (token, size) => {
      const { $metadata: _, ...output } = await call(operation, { ...where, PageSize: size, [tokenName]: token });
      return Object.values(output)[0];
    };
    const whole = await page();
    assert.ok(whole.Item.length >= ITEMS);
    assert.equal('NextToken' in whole && whole.NextToken !== undefined, false);

    const walked = [];
    let token;
    do {
      const { Item, NextToken } = await page(token, '3');
      walked.push(...Item);
      token = NextToken;
    } while (token !== undefined);

    assert.deepEqual(walked, whole.Item);
    await badRequest(page('nonsense'), 'token');
    await badRequest(page(undefined, '0'), 'page-size');
  });
}
