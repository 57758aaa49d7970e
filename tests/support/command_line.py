"""The AWS command line interface, one process a call, pointed at one server."""

import json
import subprocess

from pinion_server import ACCESS_KEY, REGION, SECRET_KEY

AWS = "/usr/bin/aws"
CALL_SECONDS_MAX = 120


class Refused(Exception):
    """A call ended with an error; the text is what the command line printed."""


class CommandLine:
    """`aws pinpoint …`, or another service, pointed at one server, as a user's shell would be."""

    def __init__(self, server, home, service="pinpoint"):
        self.server, self.service = server, service
        self.environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(home), "AWS_ACCESS_KEY_ID": ACCESS_KEY, "LC_ALL": "C.UTF-8",
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": "",
        }

    def __call__(self, operation, *arguments):
        """Runs it and answers what it printed; dictionaries become the JSON text of an argument."""
        texts = [json.dumps(argument) if isinstance(argument, dict) else argument for argument in arguments]
        done = subprocess.run(
            [AWS, self.service, operation, "--endpoint-url", self.server.url, "--output", "json", *texts],
            env=self.environment, capture_output=True, text=True, timeout=CALL_SECONDS_MAX, check=False)
        if done.returncode != 0:
            raise Refused(done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else {}
