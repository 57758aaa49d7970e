"""What a browser does with the console's session: keeps the cookie, sends the CSRF token and its Origin."""

import base64
import hashlib
import hmac
import http.client
import json
import struct
import urllib.parse


class Browser:
    """Calls below /pinion/v1 and /v1 of one server; `origin` is that of the page."""

    def __init__(self, server, origin=None):
        self.server = server
        self.origin = origin or server.url
        self.cookie = None
        self.set_cookie = None
        self.csrf = None

    def call(self, method, path, body=None, **headers):
        """Status and JSON of the answer."""
        address = urllib.parse.urlsplit(self.server.url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        sent = {"Origin": self.origin, "Content-Type": "application/json"}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if self.csrf:
            sent["x-pinion-csrf"] = self.csrf
        sent.update(headers)
        connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        answer = connection.getresponse()
        text = answer.read()
        self.set_cookie = answer.getheader("Set-Cookie")
        if self.set_cookie:
            self.cookie = self.set_cookie.split(";")[0]
        connection.close()
        return answer.status, json.loads(text) if text else None

    def log_in(self, **credentials):
        status, answer = self.call("POST", "/pinion/v1/session", credentials)
        if status == 200:
            self.csrf = answer["CsrfToken"]
        return status, answer


def totp_code(secret, at):
    """The code of RFC 6238 that an authenticator app shows at an instant."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
