import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  CreateRecommenderConfigurationCommand, DeleteEventStreamCommand, DeleteRecommenderConfigurationCommand,
  GetEventStreamCommand, GetRecommenderConfigurationCommand, GetRecommenderConfigurationsCommand, PhoneNumberValidateCommand,
  PutEventStreamCommand, SendOTPMessageCommand, UpdateRecommenderConfigurationCommand, UpdateSmsChannelCommand,
  VerifyOTPMessageCommand,
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

test('a one-time password is sent and verified', async () => {
  const ApplicationId = await newApp(client);
  await client.send(new UpdateSmsChannelCommand({ ApplicationId, SMSChannelRequest: {} }));
  const to = { DestinationIdentity: '+12065550142', ReferenceId: 'login' };
  const send = (change) => client.send(new SendOTPMessageCommand({ ApplicationId, SendOTPMessageRequestParameters: {
    ...to, Channel: 'SMS', BrandName: 'Shop', OriginationIdentity: 'SHOP', ...change } }));
  await badRequest(send({ CodeLength: 4 }), 'CodeLength');
  const { MessageResponse } = await send({ AllowedAttempts: 1 });
  assert.equal(MessageResponse.Result['+12065550142'].DeliveryStatus, 'SUCCESSFUL');

  const verify = (Otp) => client.send(new VerifyOTPMessageCommand({
    ApplicationId, VerifyOTPMessageRequestParameters: { ...to, Otp } }));
  assert.equal((await verify('1234567')).VerificationResponse.Valid, false);
});

test('a phone number is validated', async () => {
  const validate = (NumberValidateRequest) => client.send(new PhoneNumberValidateCommand({ NumberValidateRequest }));
  await badRequest(validate({}), 'PhoneNumber');
  const { NumberValidateResponse } = await validate({ PhoneNumber: '(206) 622-1234' });
  assert.equal(NumberValidateResponse.CleansedPhoneNumberE164, '+12066221234');
  assert.equal(NumberValidateResponse.PhoneTypeCode, 0);
});
