"""An HTTP client that sends exactly the bytes it is given, and reads answers one by one from the same connection."""

import gzip
import json
import socket
import ssl
import urllib.parse


class RawReply:
    """Status, headers by lower-case name (the last of several), and the body without chunking."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        body = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return json.loads(body) if body else None

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"


class RawConnection:
    """One TCP connection to the server at `url`."""

    def __init__(self, url, timeout=30, context=None):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=timeout)
        if parts.scheme == "https":
            self.socket = (context or ssl._create_unverified_context()).wrap_socket(
                self.socket, server_hostname=parts.hostname)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)
        return self

    def _more(self):
        try:
            got = self.socket.recv(65536)
        except ConnectionResetError:
            got = b""
        self.buffer += got
        return bool(got)

    def _until(self, marker):
        while marker not in self.buffer:
            if not self._more():
                raise EOFError(f"the connection ended after {self.buffer!r}")
        text, _, self.buffer = self.buffer.partition(marker)
        return text

    def _exactly(self, count):
        while len(self.buffer) < count:
            if not self._more():
                raise EOFError("the connection ended within a body")
        body, self.buffer = self.buffer[:count], self.buffer[count:]
        return body

    def reply(self, head=False):
        """The next answer; `head` when its request was HEAD."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        body = b""
        if headers.get("transfer-encoding") == "chunked":
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size)
                self._exactly(2)
            self._until(b"\r\n")
        elif not head and status >= 200:
            body = self._exactly(int(headers.get("content-length", 0)))
        return RawReply(status, headers, body)

    def ended(self):
        """True when the server closes the connection without a further byte."""
        return not self.buffer and not self._more()


def ask(url, text, head=False):
    """Sends one request on a connection of its own."""
    with RawConnection(url) as connection:
        return connection.send(text).reply(head)


def request(method, target, body=b"", version="HTTP/1.1", headers=()):
    """The bytes of a request with Host and Content-Length."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"{method} {target} {version}", "Host: localhost", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
