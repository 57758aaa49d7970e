import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import {
  DeleteEndpointCommand, DeleteUserEndpointsCommand, GetEndpointCommand, GetUserEndpointsCommand, UpdateEndpointCommand,
  UpdateEndpointsBatchCommand,
} from '@aws-sdk/client-pinpoint';

import { ISO_DATE, badRequest, notFound } from './support/expectations.js';
import { PinionServer, newApp } from './support/server.js';

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

function put(EndpointId, EndpointRequest) {
  return client.send(new UpdateEndpointCommand({ ApplicationId, EndpointId, EndpointRequest }));
}

function putBatch(Item) {
  return client.send(new UpdateEndpointsBatchCommand({ ApplicationId, EndpointBatchRequest: { Item } }));
}

async function get(EndpointId) {
  const answer = await client.send(new GetEndpointCommand({ ApplicationId, EndpointId }));
  return answer.EndpointResponse;
}

test('an update creates the endpoint with its defaults', async () => {
  const answer = await put('e1', { ChannelType: 'EMAIL', Address: 'a@example.com' });
  assert.equal(answer.$metadata.httpStatusCode, 202);
  assert.equal(answer.MessageBody.Message, 'Accepted');

  const endpoint = await get('e1');
  assert.deepEqual([endpoint.Id, endpoint.ApplicationId, endpoint.ChannelType, endpoint.Address],
    ['e1', ApplicationId, 'EMAIL', 'a@example.com']);
  assert.deepEqual([endpoint.EndpointStatus, endpoint.OptOut], ['ACTIVE', 'NONE']);
  assert.match(endpoint.CreationDate, ISO_DATE);
  assert.deepEqual([endpoint.Attributes, endpoint.Metrics, endpoint.User], [{}, {}, {}]);
});

test('a second update merges by name and member', async () => {
  await put('e1', { Attributes: { a: ['1'], b: ['2'] }, Demographic: { Make: 'x', Model: 'y' } });
  await put('e1', { Attributes: { b: ['3', '3', '4'], a: [] }, Demographic: { Model: '' }, Metrics: { m: 1.5 } });

  const endpoint = await get('e1');
  assert.deepEqual(endpoint.Attributes, { b: ['3', '4'] });
  assert.deepEqual(endpoint.Demographic, { Make: 'x' });
  assert.deepEqual(endpoint.Metrics, { m: 1.5 });
});

test('text in any script comes back as it was', async () => {
  await put('絵/文 字', { Address: 'grüße@example.com', Attributes: { 'Straße & Ort': ['東京 "1"', '\u{1F600}'] } });

  const endpoint = await get('絵/文 字');
  assert.equal(endpoint.Id, '絵/文 字');
  assert.deepEqual(endpoint.Attributes, { 'Straße & Ort': ['東京 "1"', '\u{1F600}'] });
});

test('bad values are refused with their member and change nothing', async () => {
  await put('e1', { Address: 'x' });
  const bad = {
    'Location.Latitude': { Location: { Latitude: 91 } }, EffectiveDate: { EffectiveDate: 'yesterday' },
    EndpointStatus: { EndpointStatus: 'GONE' }, ChannelType: { ChannelType: 'FAX' }, OptOut: { OptOut: 'SOME' },
  };
  for (const [member, request] of Object.entries(bad)) {
    await badRequest(put('e1', { Address: 'y', ...request }), member);
  }
  assert.equal((await get('e1')).Address, 'x');
});

test('unknown endpoints and users are not found', async () => {
  await notFound(get('nobody'));
  await notFound(client.send(new DeleteEndpointCommand({ ApplicationId, EndpointId: 'nobody' })));
  await notFound(client.send(new GetUserEndpointsCommand({ ApplicationId, UserId: 'nobody' })));
});

test('deleting answers the last state', async () => {
  await put('e1', { Address: 'x' });
  const last = await get('e1');
  const answer = await client.send(new DeleteEndpointCommand({ ApplicationId, EndpointId: 'e1' }));

  assert.equal(answer.$metadata.httpStatusCode, 202);
  assert.deepEqual(answer.EndpointResponse, last);
  await notFound(get('e1'));
});

test('a batch of a hundred is applied whole', async () => {
  const answer = await putBatch(Array.from({ length: 100 }, (_, i) => (
    { Id: `e${i}`, ChannelType: 'EMAIL', Address: `${i}@example.com` })));

  assert.equal(answer.$metadata.httpStatusCode, 202);
  assert.equal((await get('e99')).Address, '99@example.com');
});

test('a batch with one bad item, a nameless one or too many is refused whole', async () => {
  await badRequest(putBatch([{ Id: 'e0', Address: 'x' }, { Id: 'e1', Location: { Latitude: 100 } }]),
    'Item[1].Location.Latitude');
  await badRequest(putBatch([{ Id: 'e0' }, { Address: 'x' }]), 'Id');
  await badRequest(putBatch(Array.from({ length: 101 }, (_, i) => ({ Id: `e${i}` }))));
  await notFound(get('e0'));
});

test('the endpoints of a user share its attributes and go together', async () => {
  await put('e1', { User: { UserId: 'u', UserAttributes: { FirstName: ['Ann'] } } });
  await put('e2', { User: { UserId: 'u', UserAttributes: { LastName: ['Lee'] } } });

  const { EndpointsResponse: { Item: items } } = await client.send(
    new GetUserEndpointsCommand({ ApplicationId, UserId: 'u' }));
  assert.deepEqual(items.map((item) => item.Id), ['e1', 'e2']);
  for (const item of items) {
    assert.deepEqual(item.User, { UserId: 'u', UserAttributes: { FirstName: ['Ann'], LastName: ['Lee'] } });
  }

  await client.send(new DeleteUserEndpointsCommand({ ApplicationId, UserId: 'u' }));
  await notFound(get('e2'));
});
