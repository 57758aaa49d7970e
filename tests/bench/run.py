#!/usr/bin/env python3
"""Measures Pinion beside its references on this machine and prints the ratios; ./bench builds everything and calls it.

Both sides of a row take the same documents, made by pinion_bench_client, one after the other in one run. Everything
is on loopback or a Unix socket, in a temporary directory that is removed at the end.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from edge_load import CONNECTIONS as EDGE_CONNECTIONS
from edge_load import measure_edge
from pinion_process import Pinion
from reference_postgres import Postgres

HERE = os.path.dirname(os.path.abspath(__file__))

# The two segments: as Pinpoint's dimensions, and as the same question in SQL.
SEGMENTS = {
    "count": {
        "title": "count, 4 criteria",
        "goal": 20,
        "reference": "DuckDB, native columns",
        "sql": {"table": "native", "where": "country = 'USA' AND platform = 'iOS' "
                                            "AND tier IN ('gold', 'platinum') AND spend > 100"},
        "dimensions": {
            "Location": {"Country": {"DimensionType": "INCLUSIVE", "Values": ["USA"]}},
            "Demographic": {"Platform": {"DimensionType": "INCLUSIVE", "Values": ["iOS"]}},
            "UserAttributes": {"Tier": {"AttributeType": "INCLUSIVE", "Values": ["gold", "platinum"]}},
            "Metrics": {"Spend": {"ComparisonOperator": "GREATER_THAN", "Value": 100}},
        },
    },
    "count-multi": {
        "title": "count, 4 criteria, multi-value attributes",
        "goal": 100,
        "reference": "DuckDB, MAP columns",
        "sql": {"table": "maps", "where": (
            "country = 'USA' AND platform = 'iOS' "
            "AND list_has_any(map_extract_value(attributes, 'Interests'), ['interest-3', 'interest-10', 'interest-42']) "
            "AND list_has_any(map_extract_value(user_attributes, 'Tier'), ['gold', 'platinum'])")},
        "dimensions": {
            "Location": {"Country": {"DimensionType": "INCLUSIVE", "Values": ["USA"]}},
            "Demographic": {"Platform": {"DimensionType": "INCLUSIVE", "Values": ["iOS"]}},
            "Attributes": {"Interests": {"AttributeType": "INCLUSIVE",
                                         "Values": ["interest-3", "interest-10", "interest-42"]}},
            "UserAttributes": {"Tier": {"AttributeType": "INCLUSIVE", "Values": ["gold", "platinum"]}},
        },
    },
}
WRITE_GOAL = 3
EDGE_GOAL = 0.7
RENDER_GOAL = 5
RENDER_RECIPIENTS = 1000
RENDER_SECONDS = 5
EDGE_SECONDS = 5
ROWS = ["batch", "update", *SEGMENTS, "edge", "render"]
DATA_ROWS = {"batch", "update", *SEGMENTS}  # those that need the endpoints
CALLS_MAX = 2000
COUNT_SECONDS = 10
DUCKDB_RUNS = 15
DUCKDB_SECONDS_MAX = 900


class Measurement:
    """What is measured once and shown in one line."""

    def __init__(self, title, pinion, reference_name, reference, ratio, goal):
        self.title, self.pinion, self.reference_name = title, pinion, reference_name
        self.reference, self.ratio, self.goal = reference, ratio, goal


def say(text):
    print(f"  {text}", flush=True)


def rate(value):
    return f"{value:,.0f}/s"


def milliseconds(value):
    return f"{value:.3f} ms" if value < 10 else f"{value:.1f} ms"


def client_share(result):
    """How much of the time the load client itself was busy: near 100 % it would be what is measured."""
    return f"{100 * result['client_cpu_seconds'] / result['seconds']:.0f} %"


def write_documents(pinion, command, count, path):
    subprocess.run([pinion.client, command, "--endpoints", str(count), "--file", path], check=True)
    os.chmod(path, 0o644)


def measure_pinion(options, pinion, notes):
    """Loads the endpoints, updates some of them, counts; the numbers by row."""
    app = pinion.create_app("bench")
    say(f"loading {options.endpoints:,} endpoints by batches of {options.batch}")
    loaded = pinion.drive("load", options.load_seconds, app=app, endpoints=options.endpoints,
                          connections=options.batch_connections, batch=options.batch)
    if loaded["rows"] != options.endpoints:
        raise RuntimeError(f"only {loaded['rows']:,} endpoints were loaded in {options.load_seconds} s; "
                           "give more with --load-seconds")
    numbers = {"batch": loaded["rows"] / loaded["seconds"]}
    memory = pinion.memory_bytes()
    notes.append(f"Loaded {loaded['rows']:,} endpoints in {loaded['seconds']:.1f} s over {options.batch_connections} "
                 f"connections; p50 {loaded['p50_ms']:.1f} ms, p99 {loaded['p99_ms']:.1f} ms a batch; "
                 f"load client busy {client_share(loaded)} of the time.")
    notes.append(f"Resident after the load: {memory / 2**20:,.0f} MiB, {memory / loaded['rows']:,.0f} bytes an endpoint, "
                 "with the store's caches.")

    for name, segment in SEGMENTS.items():
        if name in options.rows:
            numbers[name] = measure_count(options, pinion, app, name, segment)

    if "update" in options.rows:
        say(f"updating single endpoints over {options.connections} connections, {options.seconds} s")
        updated = pinion.drive("update", options.seconds, app=app, endpoints=options.endpoints,
                               connections=options.connections)
        numbers["update"] = updated["calls"] / updated["seconds"]
        notes.append(f"Single updates: p50 {updated['p50_ms']:.1f} ms, p99 {updated['p99_ms']:.1f} ms, "
                     f"{updated['calls']:,} calls; load client busy {client_share(updated)} of the time.")
    return numbers


def measure_count(options, pinion, app, name, segment):
    say(f"counting: {segment['title']}")
    body = os.path.join(options.directory, name + ".json")
    with open(body, "w", encoding="utf-8") as file:
        json.dump({"Dimensions": segment["dimensions"], "SampleSize": 0}, file)
    path = f"/pinion/v1/apps/{app}/segments/count"
    pinion.drive("repeat", COUNT_SECONDS, path=path, file=body, calls=5)
    return pinion.drive("repeat", COUNT_SECONDS, path=path, file=body, calls=CALLS_MAX)


def measure_restart(pinion, notes):
    say("restarting")
    pinion.stop()
    seconds = pinion.start()
    notes.append(f"Stopped in order and started again on the same data: ready after {seconds:.1f} s.")


def measure_duckdb(options, pinion):
    say("DuckDB: loading and counting the same rows")
    csv = os.path.join(options.directory, "rows.csv")
    write_documents(pinion, "columns", options.endpoints, csv)
    queries = {name: segment["sql"] for name, segment in SEGMENTS.items() if name in options.rows}
    done = subprocess.run(
        ["node", os.path.join(HERE, "duckdb_count.js"), csv, os.path.join(options.directory, "rows.duckdb"),
         str(DUCKDB_RUNS), json.dumps(queries)],
        stdout=subprocess.PIPE, text=True, timeout=DUCKDB_SECONDS_MAX, check=True,
    )
    os.remove(csv)
    return json.loads(done.stdout)


def measure_postgres(options, pinion):
    rows = min(options.endpoints, options.postgres_rows)
    say(f"PostgreSQL: COPY of {rows:,} documents, then upserts over {options.connections} connections")
    documents = os.path.join(options.directory, "documents.tsv")
    write_documents(pinion, "documents", rows, documents)
    numbers = {}
    with Postgres(os.path.join(options.directory, "postgres")) as postgres:
        numbers["batch"] = postgres.copy(documents)
        os.remove(documents)
        if "update" in options.rows:
            document = subprocess.run([pinion.client, "document"], stdout=subprocess.PIPE, text=True, check=True)
            postgres.sql("CHECKPOINT")  # the load's writing is not charged to the upserts
            numbers["update"] = postgres.upserts(document.stdout.strip(), rows, options.connections, options.seconds)
    return numbers


def measure_render(options):
    """Renderings a second, of the engine and of handlebars.js; both must render the same bytes."""
    say("rendering, and handlebars.js")
    recipients = os.path.join(options.directory, "recipients.jsonl")
    with open(recipients, "w", encoding="utf-8") as file:
        subprocess.run(["node", os.path.join(HERE, "render_recipients.js"), str(RENDER_RECIPIENTS)], stdout=file,
                       check=True)
    arguments = [os.path.join(HERE, "render_email.html"), recipients, str(RENDER_SECONDS)]
    answers = []
    for program in ([os.path.join(options.build, "tests", "bench", "pinion_bench_render")],
                    ["node", os.path.join(HERE, "render_reference.js")]):
        done = subprocess.run([*program, *arguments], stdout=subprocess.PIPE, text=True, check=True)
        answers.append(json.loads(done.stdout))
    mine, theirs = answers
    if mine["digest"] != theirs["digest"]:
        raise RuntimeError("Pinion and handlebars.js render different texts")
    return mine["per_second"], theirs["per_second"]


def compare(options, pinion, postgres, duckdb, edge, render, notes):
    lines = []
    for row, title in (("batch", f"UpdateEndpointsBatch, {options.batch} a call, rows"),
                       ("update", f"UpdateEndpoint, {options.connections} connections")):
        if row in options.rows:
            reference = "PostgreSQL, COPY" if row == "batch" else "PostgreSQL, upsert"
            lines.append(Measurement(title, rate(pinion[row]), reference, rate(postgres[row]),
                                     pinion[row] / postgres[row], WRITE_GOAL))
    for name, segment in SEGMENTS.items():
        if name not in options.rows:
            continue
        mine, theirs = pinion[name], duckdb[name]
        if mine["answer"]["Endpoints"] != theirs["count"]:
            raise RuntimeError(f"{segment['title']}: Pinion counts {mine['answer']['Endpoints']:,}, "
                               f"DuckDB {theirs['count']:,}")
        reference = statistics.median(theirs["milliseconds"])
        lines.append(Measurement(segment["title"], milliseconds(mine["p50_ms"]), segment["reference"],
                                 milliseconds(reference), reference / mine["p50_ms"], segment["goal"]))
        notes.append(f"{segment['title'].capitalize()}: both find {theirs['count']:,} endpoints. Pinion over HTTP: p10 "
                     f"{mine['p10_ms']:.3f} ms, p50 {mine['p50_ms']:.3f} ms, p99 {mine['p99_ms']:.3f} ms of "
                     f"{mine['calls']:,} calls; DuckDB: fastest {theirs['milliseconds'][0]:.1f} ms of {DUCKDB_RUNS} runs.")
    if edge:
        signed, bare = edge
        lines.append(Measurement(f"GetApp, signed, {EDGE_CONNECTIONS} connections", rate(signed), "bare HTTP server",
                                 rate(bare), signed / bare, EDGE_GOAL))
    if render:
        mine, theirs = render
        lines.append(Measurement("rendering a personalised email, one core", rate(mine), "handlebars.js, precompiled",
                                 rate(theirs), mine / theirs, RENDER_GOAL))
    return lines


def print_table(lines):
    print("| workload | Pinion | reference | | ratio | goal |")
    print("|---|---|---|---|---|---|")
    for line in lines:
        print(f"| {line.title} | {line.pinion} | {line.reference_name} | {line.reference} | {line.ratio:.2f}× "
              f"| {line.goal}× |")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--endpoints", type=int, default=1_000_000, help="how many are loaded (1,000,000)")
    parser.add_argument("--only", action="append", choices=ROWS, metavar="NAME",
                        help=f"measure this row alone; may be repeated: {', '.join(ROWS)}")
    parser.add_argument("--build", default=os.path.join(HERE, "..", "..", "build", "release"), help="the release build")
    parser.add_argument("--work-dir", default=None, help="where the temporary directory is made")
    parser.add_argument("--seconds", type=int, default=20, help="of single updates (20)")
    parser.add_argument("--connections", type=int, default=64, help="for single updates (64)")
    parser.add_argument("--batch", type=int, default=100, help="endpoints in a batch (100)")
    parser.add_argument("--batch-connections", type=int, default=16, help="for batches (16)")
    parser.add_argument("--load-seconds", type=int, default=900, help="the load may take (900)")
    parser.add_argument("--postgres-rows", type=int, default=1_000_000, help="rows of PostgreSQL at most (1,000,000)")
    options = parser.parse_args()
    options.rows = options.only or ROWS
    options.build = os.path.abspath(options.build)
    return options


def main():
    options = parse_options()
    notes, duckdb, postgres, pinion, edge, render = [], {}, {}, {}, None, None
    load_before = os.getloadavg()[0]
    begun = time.monotonic()
    options.directory = tempfile.mkdtemp(prefix="pinion-bench-", dir=options.work_dir)
    try:
        os.chmod(options.directory, 0o755)  # PostgreSQL runs as another user
        if "edge" in options.rows:
            say("signed requests, and the bare HTTP server")
            edge = measure_edge(options.build, os.path.join(options.directory, "edge"), EDGE_SECONDS)
        if "render" in options.rows:
            render = measure_render(options)
        server = Pinion(options.build, os.path.join(options.directory, "data"))
        if DATA_ROWS & set(options.rows):
            with server:
                pinion = measure_pinion(options, server, notes)
                measure_restart(server, notes)
            shutil.rmtree(server.data_dir, ignore_errors=True)  # one side's data at a time on the disk
        if {"batch", "update"} & set(options.rows):
            postgres = measure_postgres(options, server)
        if set(SEGMENTS) & set(options.rows):
            duckdb = measure_duckdb(options, server)
        lines = compare(options, pinion, postgres, duckdb, edge, render, notes)
    finally:
        shutil.rmtree(options.directory, ignore_errors=True)

    print(f"\n{options.endpoints:,} endpoints; {os.cpu_count()} cores, {platform.machine()}; "
          f"load average before the run {load_before:.1f}; {time.monotonic() - begun:.0f} s in all.\n")
    print_table(lines)
    print("\nPinion is asked over HTTP on loopback, without signatures (--no-auth) where the row does not say signed; its "
          "writes are durable when they are answered.\nPostgreSQL has its default settings (fsync and synchronous_commit on); COPY reads a file beside "
          "it, upserts are prepared.\nDuckDB uses all cores on a database file; the median of its runs is shown.\n")
    for note in notes:
        print(f"- {note}")


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"bench: {error}")
