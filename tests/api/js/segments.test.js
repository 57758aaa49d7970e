import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import {
  CreateImportJobCommand, CreateSegmentCommand, DeleteSegmentCommand, GetImportJobCommand, GetImportJobsCommand,
  GetSegmentCommand, GetSegmentVersionCommand, GetSegmentVersionsCommand, GetSegmentsCommand, GetUserEndpointsCommand,
  UpdateSegmentCommand,
} from '@aws-sdk/client-pinpoint';

import { HEX_ID, badRequest, eventually, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

const ROLE = 'arn:aws:iam::123456789012:role/import';
const JAPAN = { Location: { Country: { DimensionType: 'INCLUSIVE', Values: ['JP'] } } };

let server;
let client;
let ApplicationId;

before(async () => {
  server = await PinionServer.start();
  client = server.client();
});
after(() => server?.stop());
beforeEach(async () => {
  ApplicationId = await newApp(client);
});

async function create(WriteSegmentRequest) {
  const answer = await client.send(new CreateSegmentCommand({ ApplicationId, WriteSegmentRequest }));
  assert.equal(answer.$metadata.httpStatusCode, 201);
  return answer.SegmentResponse;
}

async function read(SegmentId) {
  const answer = await client.send(new GetSegmentCommand({ ApplicationId, SegmentId }));
  return answer.SegmentResponse;
}

function startImport(request) {
  return client.send(new CreateImportJobCommand({
    ApplicationId, ImportJobRequest: { RoleArn: ROLE, Format: 'CSV', RegisterEndpoints: true, ...request } }));
}

async function runImport(request) {
  const { ImportJobResponse: started } = await startImport(request);
  assert.deepEqual([started.JobStatus, started.Type], ['CREATED', 'IMPORT']);
  return eventually(async () => {
    const answer = await client.send(new GetImportJobCommand({ ApplicationId, JobId: started.Id }));
    return answer.ImportJobResponse;
  }, (job) => job.JobStatus === 'COMPLETED' || job.JobStatus === 'FAILED');
}

test('a segment is created, read, listed and comes back as given', async () => {
  const segment = await create({ Name: 'japan', Dimensions: JAPAN, tags: { a: 'b' } });
  assert.match(segment.Id, HEX_ID);
  assert.deepEqual([segment.Name, segment.SegmentType, segment.Version], ['japan', 'DIMENSIONAL', 1]);
  assert.deepEqual(segment.Dimensions, JAPAN);

  assert.deepEqual(await read(segment.Id), segment);
  const { SegmentsResponse } = await client.send(new GetSegmentsCommand({ ApplicationId }));
  assert.deepEqual(SegmentsResponse.Item.map((item) => item.Id), [segment.Id]);
});

test('an update makes a version and keeps the old one', async () => {
  const { Id: SegmentId } = await create({ Name: 'a', Dimensions: JAPAN });
  const { SegmentResponse: updated } = await client.send(new UpdateSegmentCommand({
    ApplicationId, SegmentId, WriteSegmentRequest: { Name: 'b' } }));
  assert.deepEqual([updated.Version, updated.Name], [2, 'b']);

  const first = await client.send(new GetSegmentVersionCommand({ ApplicationId, SegmentId, Version: '1' }));
  assert.deepEqual([first.SegmentResponse.Version, first.SegmentResponse.Name], [1, 'a']);
  const { SegmentsResponse } = await client.send(new GetSegmentVersionsCommand({ ApplicationId, SegmentId }));
  assert.deepEqual(SegmentsResponse.Item.map((item) => item.Version), [2, 1]);
  await notFound(client.send(new GetSegmentVersionCommand({ ApplicationId, SegmentId, Version: '3' })));
});

test('definitions that cannot be judged are refused', async () => {
  for (const definition of [
    { Dimensions: { Attributes: { a: { Values: [] } } } },
    { Dimensions: { Attributes: { a: { AttributeType: 'BETWEEN', Values: ['2026-01-01'] } } } },
    { Dimensions: { Metrics: { m: { ComparisonOperator: 'ABOUT', Value: 1 } } } },
    { SegmentGroups: { Groups: [{ SourceSegments: [{ Id: '0'.repeat(32) }] }] } },
  ]) {
    await badRequest(create({ Name: 'bad', ...definition }));
  }
  const { SegmentsResponse } = await client.send(new GetSegmentsCommand({ ApplicationId }));
  assert.deepEqual(SegmentsResponse.Item, []);
});

test('a deleted segment is gone, but not while another one builds on it', async () => {
  const { Id: base } = await create({ Name: 'a', Dimensions: JAPAN });
  const { Id: upper } = await create({ Name: 'b', SegmentGroups: { Groups: [{ SourceSegments: [{ Id: base }] }] } });
  const remove = (SegmentId) => client.send(new DeleteSegmentCommand({ ApplicationId, SegmentId }));

  await badRequest(remove(base), upper);
  await remove(upper);
  await remove(base);
  await notFound(read(base));
  await notFound(remove(base));
});

test('an import makes endpoints and a segment of a file', async () => {
  const url = server.putObject(`js-${ApplicationId}`, 'in/People.csv',
    'ChannelType,Address,User.UserId,User.UserAttributes.FirstName\n'
    + 'EMAIL,ann@example.com,1,Ann\nEMAIL,bob@example.com,2,Bob\n');
  const job = await runImport({ S3Url: url, DefineSegment: true });

  assert.deepEqual([job.JobStatus, job.TotalProcessed, job.TotalFailures], ['COMPLETED', 2, 0]);
  const segment = await read(job.Definition.SegmentId);
  assert.deepEqual([segment.Name, segment.SegmentType], ['People', 'IMPORT']);
  assert.equal(segment.ImportDefinition.Size, 2);
  assert.deepEqual(segment.ImportDefinition.ChannelCounts, { EMAIL: 2 });
  const { EndpointsResponse } = await client.send(new GetUserEndpointsCommand({ ApplicationId, UserId: '2' }));
  assert.deepEqual(EndpointsResponse.Item.map((item) => item.Address), ['bob@example.com']);
  const { ImportJobsResponse } = await client.send(new GetImportJobsCommand({ ApplicationId }));
  assert.deepEqual(ImportJobsResponse.Item.map((item) => item.Id), [job.Id]);
});

test('bad rows are reported with their line and the others are in', async () => {
  const url = server.putObject(`js-${ApplicationId}`, 'rows.csv',
    'ChannelType,Address,Location.Latitude\nEMAIL,a@e.com,1\nEMAIL,b@e.com,95\nEMAIL,,1\n');
  const job = await runImport({ S3Url: url });

  assert.deepEqual([job.JobStatus, job.TotalProcessed, job.TotalFailures], ['COMPLETED', 3, 2]);
  assert.match(job.Failures[0], /^rows\.csv:3: .*Latitude/);
  assert.equal(job.Failures[1], 'rows.csv:4: Missing Address');
});

test('impossible imports are refused, and unknown jobs are not found', async () => {
  await badRequest(startImport({ S3Url: 's3://bucket/a.csv', RegisterEndpoints: false }),
    'RegisterEndpoints and DefineSegment cannot both be false.');
  await badRequest(startImport({ S3Url: 'http://x/y' }), 'S3Url');
  await badRequest(startImport({ S3Url: 's3://bucket/a.csv', Format: 'XML' }), 'Format');
  await notFound(client.send(new GetImportJobCommand({ ApplicationId, JobId: '0'.repeat(32) })));
});
