"""A login provider on the loopback: signs tokens with a key of its own and publishes the key set, as OpenID Connect has it."""

import base64
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import time

KEY_ID = "key-1"


def _text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class LoginProvider:
    """Use as a context manager. `issuer` is its address, `fetched` the paths that were asked for."""

    def __init__(self):
        self._directory = tempfile.TemporaryDirectory(prefix="pinion-login-")
        self._key = pathlib.Path(self._directory.name) / "key.pem"
        self._openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(self._key))
        self.fetched = []
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.fetched.append(self.path)
                document = provider.documents().get(self.path)
                self.send_response(200 if document else 404)
                self.end_headers()
                self.wfile.write(json.dumps(document or {}).encode())

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.name = self.issuer.removeprefix("http://")

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._directory.cleanup()

    @staticmethod
    def _openssl(*arguments, **options):
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True, **options).stdout

    def documents(self):
        modulus = self._openssl("rsa", "-in", str(self._key), "-noout", "-modulus").decode().strip().split("=")[1]
        return {
            "/.well-known/openid-configuration": {"issuer": self.issuer, "jwks_uri": self.issuer + "/keys"},
            "/keys": {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "e": "AQAB",
                                "n": _text(bytes.fromhex(modulus))}]},
        }

    def token(self, subject, audience="web-app", seconds=600):
        head = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
        claims = {"iss": self.issuer, "sub": subject, "aud": audience, "exp": int(time.time()) + seconds}
        text = _text(json.dumps(head).encode()) + "." + _text(json.dumps(claims).encode())
        signature = self._openssl("dgst", "-sha256", "-sign", str(self._key), input=text.encode())
        return text + "." + _text(signature)
