/**
 * Lets an app that was built for Amazon Pinpoint talk to Pinion where its library has no setting for that, as Amplify's
 * has none. For browsers and React Native; without dependencies.
 *
 *   import { redirectPinpoint } from 'pinion-redirect-pinpoint';
 *   redirectPinpoint('https://pinion.example.com');
 *
 * From then on, calls of `fetch` to Pinpoint's and Cognito Identity's own addresses go to that server. The library has
 * signed them for the address that it knows, so the server is told that address in `x-pinion-signed-host`.
 */

const AMAZON = /^https:\/\/((?:pinpoint|pinpoint-fips|cognito-identity)\.[a-z0-9-]+\.amazonaws\.com)(?::443)?(?=[/?#]|$)/i;
const ORIGIN = /^https?:\/\/[^/?#]+\/?$/i;

/**
 * @param {string} pinionUrl the server's address, without a path: a path would not be the one that was signed
 * @param {{fetch: typeof fetch}} [scope] where `fetch` is replaced
 * @returns {() => void} undoes it
 */
export function redirectPinpoint(pinionUrl, scope = globalThis) {
  if (!ORIGIN.test(pinionUrl)) {
    throw new TypeError(`redirectPinpoint needs an address such as https://pinion.example.com, not ${pinionUrl}`);
  }
  const origin = pinionUrl.replace(/\/$/, '');
  const original = scope.fetch;

  scope.fetch = function fetchFromPinion(input, init) {
    const request = typeof Request !== 'undefined' && input instanceof Request ? input : undefined;
    const url = request ? request.url : String(input);
    const match = AMAZON.exec(url);
    if (!match) {
      return original.call(scope, input, init);
    }
    const headers = new Headers(init?.headers ?? request?.headers);
    headers.set('x-pinion-signed-host', match[1].toLowerCase());
    const target = origin + url.slice(match[0].length);
    return original.call(scope, request ? new Request(target, request) : target, { ...init, headers });
  };

  return () => {
    scope.fetch = original;
  };
}
