// A web app with unmodified Amplify, in a browser, as a guest: to it Pinion is Amazon Pinpoint and Cognito, under their
// own names. Needs the packages of ../api/js as well.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { eventually } from '../api/js/support/expectations.js';
import { PinionServer } from '../api/js/support/server.js';
import { callApi } from './support/administrator.js';
import { openBrowser } from './support/browser.js';
import { COGNITO, makeCertificate, PINPOINT } from './support/certificate.js';
import { serveWebShop } from './support/web_shop.js';

const IDENTITY = /^us-east-1:[0-9a-f-]{36}$/;
const IDENTITY_POOL = 'us-east-1:5f0c3a52-7c55-4be1-9a0e-5c1c1f0f7a11';

let directory;
let certificate;
let server;
let shop;
let appId;

const call = (method, target, body) => callApi(server, certificate.authorityFile, method, target, body);

before(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'pinion-amplify-'));
  certificate = makeCertificate(directory);
  server = await PinionServer.start(
    '--set', `tls.cert=${certificate.certificateFile}`, '--set', `tls.key=${certificate.keyFile}`);
  shop = await serveWebShop();
  appId = (await call('POST', '/v1/apps', { Name: 'shop' })).Id;
  await call('PUT', `/pinion/v1/identity-pools/${IDENTITY_POOL}`,
    { Name: 'shop', AllowGuests: true, Applications: [appId] });
});

after(async () => {
  await shop?.close();
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/**
 * Opens the shop in a fresh browser, in which `hosts` lead to the server, and lets `visit` use it. Answers what the browser
 * had to complain about.
 */
async function visitShop(hosts, settings, visit) {
  const browser = await openBrowser({
    hosts, port: new URL(server.url).port, publicKeyDigest: certificate.publicKeyDigest,
  });
  try {
    const page = await browser.context.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.stack));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(shop.url);
    await page.evaluate((given) => window.shop.start(given), { appId, identityPoolId: IDENTITY_POOL, ...settings });
    await visit(page);
    return complaints;
  } finally {
    await browser.close();
  }
}

/** The events of one type that the server has, as soon as there are any. */
async function eventsOf(type) {
  const { Items } = await eventually(
    () => call('GET', `/pinion/v1/apps/${appId}/events?EventType=${encodeURIComponent(type)}`),
    (answer) => answer.Items.length > 0);
  return Items;
}

test('events and users of a guest arrive, though the app was built for Amazon Pinpoint', async () => {
  const complaints = await visitShop([PINPOINT, COGNITO], {}, async (page) => {
    await page.evaluate(() => {
      window.shop.trackPages();
      window.shop.record({
        name: 'albumVisit', attributes: { genre: 'jazz', artist: 'Mårten "the bird" Ås' }, metrics: { minutesListened: 30.5 },
      });
      window.shop.record({ name: 'screenView', attributes: { screen: 'Home' } });
      window.shop.flushEvents();
    });

    const [visit] = await eventsOf('albumVisit');
    assert.deepEqual(visit.Record.attributes, { ...visit.Record.attributes, genre: 'jazz', artist: 'Mårten "the bird" Ås' });
    assert.equal(visit.Record.metrics.minutesListened, 30.5);
    assert.ok(visit.Record.session.session_id, 'the event belongs to a session');

    const [screen] = await eventsOf('screenView');
    assert.equal(screen.Record.attributes.screen, 'Home');
    assert.equal(screen.EndpointId, visit.EndpointId);

    const [pageView] = await eventsOf('pageView');
    assert.equal(pageView.Record.attributes.url, shop.url);
    assert.equal(pageView.Record.attributes.section, 'front');

    const anonymous = await call('GET', `/v1/apps/${appId}/endpoints/${visit.EndpointId}`);
    assert.match(anonymous.User.UserId, IDENTITY, 'Amplify names the identity until a user is known');

    await page.evaluate(() => window.shop.identifyUser({
      userId: 'ann',
      userProfile: {
        name: 'Ann', email: 'ann@shop.example', plan: 'gold', customProperties: { hobbies: ['chess', 'sailing'] },
        location: { city: 'Oslo', country: 'NO' }, demographic: { timezone: 'Europe/Oslo' }, metrics: { points: 7 },
      },
      options: { userAttributes: { since: ['2019'] } },
    }));

    const endpoint = await call('GET', `/v1/apps/${appId}/endpoints/${visit.EndpointId}`);
    assert.equal(endpoint.User.UserId, 'ann');
    assert.deepEqual(endpoint.User.UserAttributes, { since: ['2019'] });
    assert.deepEqual(endpoint.Attributes.hobbies, ['chess', 'sailing']);
    assert.deepEqual(endpoint.Attributes.plan, ['gold']);
    assert.equal(endpoint.Location.City, 'Oslo');
    assert.equal(endpoint.Demographic.Timezone, 'Europe/Oslo');
    assert.equal(endpoint.Metrics.points, 7);
  });
  assert.deepEqual(complaints, []);
});

test('in-app messages of a campaign are shown to a guest, and what becomes of them is told', async () => {
  const segment = await call('POST', `/v1/apps/${appId}/segments`, { Name: 'all' });
  const campaign = await call('POST', `/v1/apps/${appId}/campaigns`, {
    Name: 'welcome', SegmentId: segment.Id,
    Schedule: {
      StartTime: 'IMMEDIATE', Frequency: 'IN_APP_EVENT',
      EventFilter: { FilterType: 'ENDPOINT', Dimensions: { EventType: { DimensionType: 'INCLUSIVE', Values: ['login'] } } },
    },
    MessageConfiguration: { InAppMessage: { Layout: 'MIDDLE_BANNER', Content: [{
      HeaderConfig: { Header: 'Welcome', Alignment: 'CENTER', TextColor: '#112233' },
      BodyConfig: { Body: 'Jazz is 20 % off', Alignment: 'LEFT', TextColor: '#112233' },
      PrimaryBtn: { DefaultConfig: { ButtonAction: 'LINK', Text: 'Look', Link: 'https://shop.example/jazz' } },
    }] } },
  });

  const complaints = await visitShop([PINPOINT, COGNITO], {}, async (page) => {
    await page.evaluate(() => window.shop.startMessages());
    const [message] = await eventually(
      () => page.evaluate(() => window.shop.showMessagesFor({ name: 'login' })), (messages) => messages.length > 0);

    assert.equal(message.id, campaign.Id);
    assert.equal(message.layout, 'MIDDLE_BANNER');
    const [content] = message.content;
    assert.deepEqual([content.header.content, content.body.content], ['Welcome', 'Jazz is 20 % off']);
    assert.equal(content.primaryButton.url, 'https://shop.example/jazz');

    await page.evaluate(() => window.shop.displayed());
    const [displayed] = await eventsOf('_inapp.message_displayed');
    assert.equal(displayed.Record.attributes.campaign_id, campaign.Id);
  });
  assert.deepEqual(complaints, []);
});

test('the identity pool may be named by its own address', async () => {
  const complaints = await visitShop([PINPOINT], { identityPoolEndpoint: server.url }, async (page) => {
    await page.evaluate(() => {
      window.shop.record({ name: 'checkout', metrics: { total: 12 } });
      window.shop.flushEvents();
    });

    const [checkout] = await eventsOf('checkout');
    assert.equal(checkout.Record.metrics.total, 12);
  });
  assert.deepEqual(complaints, []);
});

test('an app may be led to the server by the module instead of by names', async () => {
  const complaints = await visitShop([], { pinionUrl: server.url }, async (page) => {
    await page.evaluate(() => {
      window.shop.record({ name: 'wishList', metrics: { items: 3 } });
      window.shop.flushEvents();
    });

    const [wishList] = await eventsOf('wishList');
    assert.equal(wishList.Record.metrics.items, 3);
  });
  assert.deepEqual(complaints, []);
});

test('a guest changes nothing in an application that is not of its identity pool', async () => {
  const other = (await call('POST', '/v1/apps', { Name: 'other' })).Id;
  await visitShop([PINPOINT, COGNITO], { appId: other }, async (page) => {
    const outcome = await page.evaluate(() => window.shop.identifyUser({ userId: 'eve', userProfile: {} })
      .then(() => 'done', (error) => error.name));
    assert.equal(outcome, 'ForbiddenException');
  });
  const { Items } = await call('GET', `/pinion/v1/apps/${other}/events`);
  assert.deepEqual(Items, []);
});
