// A web shop with Amplify as its guides have it, unmodified: analytics, and in-app messaging. The test drives it through
// window.shop.

import { Amplify } from 'aws-amplify';
import { configureAutoTrack, flushEvents, identifyUser, record } from 'aws-amplify/analytics';

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
};
