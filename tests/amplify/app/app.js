// A web shop with Amplify as its guides have it, unmodified: analytics, and in-app messaging. The test drives it through
// window.shop.

import { Amplify } from 'aws-amplify';
import { configureAutoTrack, flushEvents, identifyUser, record } from 'aws-amplify/analytics';
import {
  dispatchEvent, initializeInAppMessaging, notifyMessageInteraction, onMessageReceived, syncMessages,
} from 'aws-amplify/in-app-messaging';

import { redirectPinpoint } from '../../../sdk/javascript/redirect-pinpoint.js';

window.shop = {
  start({ appId, identityPoolId, identityPoolEndpoint, pinionUrl }) {
    if (pinionUrl) {
      redirectPinpoint(pinionUrl);
    }
    const region = identityPoolId.split(':')[0];
    Amplify.configure({
      Auth: { Cognito: { identityPoolId, allowGuestAccess: true, identityPoolEndpoint } },
      Analytics: { Pinpoint: { appId, region } },
      Notifications: { InAppMessaging: { Pinpoint: { appId, region } } },
    });
  },

  trackPages() {
    configureAutoTrack({
      enable: true,
      type: 'pageView',
      options: { eventName: 'pageView', appType: 'multiPage', attributes: { section: 'front' } },
    });
  },

  record,
  flushEvents,
  identifyUser,

  messages: [],

  startMessages() {
    initializeInAppMessaging();
    onMessageReceived((message) => window.shop.messages.push(message));
  },

  /** Fetches the messages for this device, and shows what belongs to the event. */
  async showMessagesFor(event) {
    await syncMessages();
    await dispatchEvent(event);
    return window.shop.messages;
  },

  displayed() {
    notifyMessageInteraction({ type: 'messageDisplayed', message: window.shop.messages[0] });
  },
};
