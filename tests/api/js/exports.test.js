import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  CreateExportJobCommand, GetExportJobCommand, GetExportJobsCommand, GetSegmentExportJobsCommand,
  UpdateEndpointCommand,
} from '@aws-sdk/client-pinpoint';

import { HEX_ID, badRequest, eventually, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

const RoleArn = 'arn:aws:iam::123456789012:role/export';

let server;
let client;
let ApplicationId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
  ApplicationId = await newApp(client);
});
after(() => server?.stop());

test('an export completes, counts its endpoints and is listed', async () => {
  await client.send(new UpdateEndpointCommand({ ApplicationId, EndpointId: 'a', EndpointRequest: {} }));
  const ExportJobRequest = { RoleArn, S3UrlPrefix: 's3://exports/out' };
  const made = (await client.send(new CreateExportJobCommand({ ApplicationId, ExportJobRequest }))).ExportJobResponse;
  assert.match(made.Id, HEX_ID);
  assert.deepEqual([made.Type, made.JobStatus, made.Definition], ['EXPORT', 'CREATED', ExportJobRequest]);

  const ask = async () => (await client.send(new GetExportJobCommand({ ApplicationId, JobId: made.Id }))).ExportJobResponse;
  const job = await eventually(ask, (now) => now.JobStatus === 'COMPLETED');
  assert.deepEqual([job.TotalProcessed, job.TotalPieces, job.CompletedPieces], [1, 1, 1]);
  const listed = await client.send(new GetExportJobsCommand({ ApplicationId }));
  assert.deepEqual(listed.ExportJobsResponse.Item, [job]);
});

test('exports of unknown segments and to impossible places are refused', async () => {
  const refused = [{ S3UrlPrefix: 'ftp://x' }, { S3UrlPrefix: 's3://exports/', SegmentId: 'none' }];
  for (const change of refused) {
    const ExportJobRequest = { RoleArn, ...change };
    await badRequest(client.send(new CreateExportJobCommand({ ApplicationId, ExportJobRequest })));
  }
  await notFound(client.send(new GetExportJobCommand({ ApplicationId, JobId: 'none' })));
  await notFound(client.send(new GetSegmentExportJobsCommand({ ApplicationId, SegmentId: 'none' })));
});
