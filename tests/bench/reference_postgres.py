"""A PostgreSQL of its own in a temporary directory, with default durability, that takes the documents of the benchmark."""

import glob
import os
import re
import shutil
import subprocess

TABLE = "CREATE TABLE endpoints (app text, id text, document jsonb, PRIMARY KEY (app, id))"
UPSERT = """\\set number (random(0, :endpoints - 1))
INSERT INTO endpoints VALUES ('bench', 'endpoint-' || lpad((:number)::text, 9, '0'), :document)
ON CONFLICT (app, id) DO UPDATE SET document = excluded.document;
"""
COPY_SECONDS_MAX = 600


def _program(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    return found[-1] if found else shutil.which(name) or name


class Postgres:
    """A cluster that listens on a Unix socket alone. Use as a context manager; the directory is its caller's to remove."""

    def __init__(self, directory):
        self.directory = directory
        self.data = os.path.join(directory, "data")
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

    def __enter__(self):
        os.makedirs(self.directory, exist_ok=True)
        if self._as_user:
            shutil.chown(self.directory, "postgres", "postgres")
        self._run(_program("initdb"), "-D", self.data, "-U", "bench", "--auth=trust", "-E", "UTF8", "--locale=C")
        self._run(_program("pg_ctl"), "-D", self.data, "-w", "-l", self.directory + "/log",
                  "-o", f"-k {self.directory} -c listen_addresses=''", "start")
        self.sql(TABLE)
        return self

    def __exit__(self, *_):
        self._run(_program("pg_ctl"), "-D", self.data, "-m", "immediate", "stop")

    def _run(self, *command):
        done = subprocess.run([*self._as_user, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              cwd="/", timeout=COPY_SECONDS_MAX, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stdout[-2000:]}")
        return done.stdout

    def sql(self, text):
        return self._run(_program("psql"), "-h", self.directory, "-U", "bench", "-d", "postgres", "-v",
                         "ON_ERROR_STOP=1", "-A", "-t", "-c", "\\timing on", "-c", text)

    def copy(self, path):
        """Loads the file of documents; the rows per second. The server reads the file itself: no client costs."""
        output = self.sql(f"COPY endpoints FROM '{path}'")
        rows = int(re.search(r"COPY (\d+)", output).group(1))
        return rows / (float(re.search(r"Time: ([\d.]+) ms", output).group(1)) / 1000)

    def upserts(self, document, endpoints, clients, seconds):
        """Upserts of one row a transaction, prepared, over that many clients; transactions per second."""
        script = os.path.join(self.directory, "upsert.sql")
        with open(script, "w", encoding="utf-8") as file:
            file.write(UPSERT)
        os.chmod(script, 0o644)
        output = self._run(_program("pgbench"), "-h", self.directory, "-U", "bench", "-n", "-M", "prepared",
                           "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", script,
                           "-D", f"endpoints={endpoints}", "-D", f"document={document}", "postgres")
        return float(re.search(r"tps = ([\d.]+)", output).group(1))
