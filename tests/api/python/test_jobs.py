import gzip
import json
import pathlib
import time

import pytest
from expectations import bad_request, not_found

SAMPLE = pathlib.Path(__file__).resolve().parents[3] / "examples" / "Pinpoint_Sample_Import.csv"
ROLE = "arn:aws:iam::123456789012:role/import"


def upload(server, bucket, key, content):
    """Puts an object into a local bucket, a folder below the data directory."""
    file = pathlib.Path(server.data_dir) / "buckets" / bucket / key
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return f"s3://{bucket}/{key}"


def run(pinpoint, app, **request):
    """Starts an import and waits for its end."""
    job = pinpoint.create_import_job(ApplicationId=app, ImportJobRequest={"RoleArn": ROLE, **request})["ImportJobResponse"]
    assert job["JobStatus"] == "CREATED" and job["Type"] == "IMPORT"
    deadline = time.monotonic() + 60
    while job["JobStatus"] not in ("COMPLETED", "FAILED"):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
        job = pinpoint.get_import_job(ApplicationId=app, JobId=job["Id"])["ImportJobResponse"]
    return job


def test_the_sample_file_imports_whole_and_makes_its_segment(server, pinpoint, app):
    url = upload(server, "sample-" + app, "in/Pinpoint_Sample_Import.csv", SAMPLE.read_bytes())
    job = run(pinpoint, app, Format="CSV", S3Url=url, RegisterEndpoints=True, DefineSegment=True)

    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"], job["TotalPieces"]) == ("COMPLETED", 6, 0, 1)
    segment = pinpoint.get_segment(ApplicationId=app, SegmentId=job["Definition"]["SegmentId"])["SegmentResponse"]
    assert (segment["Name"], segment["SegmentType"]) == ("Pinpoint_Sample_Import", "IMPORT")
    assert segment["ImportDefinition"]["Size"] == 6
    assert segment["ImportDefinition"]["ChannelCounts"] == {"EMAIL": 6}
    [mary] = pinpoint.get_user_endpoints(ApplicationId=app, UserId="4")["EndpointsResponse"]["Item"]
    assert mary["User"]["UserAttributes"] == {"FirstName": ["Mary"], "LastName": ["Major"], "Company": ["ExampleCorp."]}


def test_importing_twice_makes_no_second_endpoint(server, pinpoint, app):
    url = upload(server, "twice-" + app, "a.csv", SAMPLE.read_bytes())
    for _ in range(2):
        run(pinpoint, app, Format="CSV", S3Url=url, RegisterEndpoints=True)

    assert server.native("POST", f"/apps/{app}/segments/count", {}).json()["Endpoints"] == 6


def test_a_bad_row_is_reported_with_its_line_and_the_others_are_in(server, pinpoint, app):
    content = "ChannelType,Address,Location.Latitude\nEMAIL,a@e.com,1\nEMAIL,b@e.com,95\nEMAIL,,1\nEMAIL,d@e.com,2\n"
    url = upload(server, "bad-" + app, "rows.csv", content)
    job = run(pinpoint, app, Format="CSV", S3Url=url, RegisterEndpoints=True)

    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 4, 2)
    assert job["Failures"][0].startswith("rows.csv:3: ") and "Latitude" in job["Failures"][0]
    assert job["Failures"][1] == "rows.csv:4: Missing Address"
    assert server.native("POST", f"/apps/{app}/segments/count", {}).json()["Endpoints"] == 2
    rows = server.native("GET", f"/apps/{app}/jobs/import/{job['Id']}/failures").json()["Items"]
    assert [row["Line"] for row in rows] == [3, 4]


def test_unknown_column_fails_the_job_and_applies_nothing(server, pinpoint, app):
    url = upload(server, "column-" + app, "a.csv", "ChannelType,adress\nEMAIL,a@e.com\n")
    job = run(pinpoint, app, Format="CSV", S3Url=url, RegisterEndpoints=True)

    assert job["JobStatus"] == "FAILED"
    assert 'Unknown column "adress"' in job["Failures"][0]


def test_gzipped_json_lines_are_read(server, pinpoint, app):
    lines = "\n".join(json.dumps({"Id": f"e{i}", "ChannelType": "SMS", "Address": f"1206555{i:04}",
                                  "Attributes": {"n": str(i)}}) for i in range(1000))
    url = upload(server, "json-" + app, "a.json.gz", gzip.compress(lines.encode()))
    job = run(pinpoint, app, Format="JSON", S3Url=url, RegisterEndpoints=True)

    assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", 1000)
    endpoint = pinpoint.get_endpoint(ApplicationId=app, EndpointId="e7")["EndpointResponse"]
    assert (endpoint["Address"], endpoint["Attributes"]) == ("+12065550007", {"n": ["7"]})


def test_quoted_fields_may_hold_commas_quotes_and_line_breaks(server, pinpoint, app):
    url = upload(server, "quotes-" + app, "a.csv", 'Id,ChannelType,Address,Attributes.a\r\ne1,EMAIL,a@e.com,"x, ""y""\nz"\r\n')
    assert run(pinpoint, app, Format="CSV", S3Url=url, RegisterEndpoints=True)["TotalFailures"] == 0
    assert pinpoint.get_endpoint(ApplicationId=app, EndpointId="e1")["EndpointResponse"]["Attributes"] == {"a": ['x, "y"\nz']}


@pytest.mark.parametrize("change, text", [
    ({"RegisterEndpoints": False}, "RegisterEndpoints and DefineSegment cannot both be false."),
    ({"S3Url": "http://x/y"}, "S3Url"),
    ({"S3Url": "file:///etc/passwd"}, "Location not allowed"),
    ({"Format": "XML"}, "Format"),
    ({"SegmentId": "0" * 32}, "SegmentId"),
])
def test_impossible_jobs_are_refused(pinpoint, app, change, text):
    request = {"RoleArn": ROLE, "Format": "CSV", "S3Url": "s3://bucket/a.csv", "RegisterEndpoints": True, **change}
    with bad_request(text):
        pinpoint.create_import_job(ApplicationId=app, ImportJobRequest=request)


def test_job_without_any_object_fails_saying_so(pinpoint, app):
    job = run(pinpoint, app, Format="CSV", S3Url="s3://nowhere-" + app + "/a.csv", RegisterEndpoints=True)
    assert job["JobStatus"] == "FAILED" and "No CSV object" in job["Failures"][0]


def test_jobs_are_listed_newest_first(server, pinpoint, app):
    url = upload(server, "list-" + app, "a.csv", SAMPLE.read_bytes())
    made = [run(pinpoint, app, Format="CSV", S3Url=url, RegisterEndpoints=True)["Id"] for _ in range(3)]
    listed = pinpoint.get_import_jobs(ApplicationId=app)["ImportJobsResponse"]["Item"]
    assert [job["Id"] for job in listed] == made[::-1]
    with not_found():
        pinpoint.get_import_job(ApplicationId=app, JobId="0" * 32)


def test_file_urls_work_below_the_folders_that_the_operator_opened(tmp_path):
    from pinion_server import PinionServer
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "a.csv").write_text("ChannelType,Address\nEMAIL,a@e.com\n")
    (tmp_path / "secret.csv").write_text("ChannelType,Address\nEMAIL,b@e.com\n")
    with PinionServer("--set", f"jobs.file_roots={tmp_path}/open") as running:
        pinpoint = running.client()
        app = pinpoint.create_app(CreateApplicationRequest={"Name": "a"})["ApplicationResponse"]["Id"]
        job = run(pinpoint, app, Format="CSV", S3Url=f"file://{tmp_path}/open/a.csv", RegisterEndpoints=True)
        assert (job["JobStatus"], job["TotalProcessed"]) == ("COMPLETED", 1)
        for url in (f"file://{tmp_path}/secret.csv", f"file://{tmp_path}/open/../secret.csv"):
            with bad_request("S3Url"):
                pinpoint.create_import_job(ApplicationId=app, ImportJobRequest={
                    "RoleArn": ROLE, "Format": "CSV", "S3Url": url, "RegisterEndpoints": True})


def test_a_segment_deleted_during_its_import_fails_that_job_and_holds_up_no_other(server, pinpoint, app):
    first = run(pinpoint, app, Format="CSV", S3Url=upload(server, "gone-" + app, "a.csv", SAMPLE.read_bytes()),
                RegisterEndpoints=True, DefineSegment=True)
    segment = first["Definition"]["SegmentId"]
    lines = "ChannelType,Address\n" + "".join(f"EMAIL,{i}@e.com\n" for i in range(30000))
    url = upload(server, "long-" + app, "long.csv", lines)
    job = pinpoint.create_import_job(ApplicationId=app, ImportJobRequest={
        "RoleArn": ROLE, "Format": "CSV", "S3Url": url, "RegisterEndpoints": True, "SegmentId": segment})["ImportJobResponse"]
    pinpoint.delete_segment(ApplicationId=app, SegmentId=segment)

    after = run(pinpoint, app, Format="CSV", S3Url=upload(server, "next-" + app, "b.csv", SAMPLE.read_bytes()),
                RegisterEndpoints=True)
    assert after["JobStatus"] == "COMPLETED"
    ended = pinpoint.get_import_job(ApplicationId=app, JobId=job["Id"])["ImportJobResponse"]
    assert ended["JobStatus"] == "FAILED" and "SegmentId" in ended["Failures"][-1]


def export(pinpoint, app, **request):
    """Starts an export and waits for its end."""
    job = pinpoint.create_export_job(ApplicationId=app, ExportJobRequest={"RoleArn": ROLE, **request})["ExportJobResponse"]
    assert job["JobStatus"] == "CREATED" and job["Type"] == "EXPORT"
    deadline = time.monotonic() + 60
    while job["JobStatus"] not in ("COMPLETED", "FAILED"):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
        job = pinpoint.get_export_job(ApplicationId=app, JobId=job["Id"])["ExportJobResponse"]
    return job


def exported(server, bucket, job):
    """The lines of the first object of an export to the bucket."""
    file = pathlib.Path(server.data_dir) / "buckets" / bucket / "out" / job["Id"] / "part-00000.gz"
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def test_an_export_holds_every_endpoint_as_get_endpoint_shows_it(server, pinpoint, app):
    for name in ("b", "a"):
        pinpoint.update_endpoint(ApplicationId=app, EndpointId=name, EndpointRequest={
            "ChannelType": "EMAIL", "Address": f"{name}@e.com", "User": {"UserId": "u"}, "Attributes": {"x": ["1"]}})
    job = export(pinpoint, app, S3UrlPrefix=f"s3://exp-{app}/out")

    assert (job["JobStatus"], job["TotalProcessed"], job["TotalFailures"]) == ("COMPLETED", 2, 0)
    assert (job["TotalPieces"], job["CompletedPieces"], job["FailedPieces"]) == (1, 1, 0)
    assert job["Definition"] == {"RoleArn": ROLE, "S3UrlPrefix": f"s3://exp-{app}/out"} and job["CompletionDate"]
    lines = exported(server, "exp-" + app, job)
    assert lines == [pinpoint.get_endpoint(ApplicationId=app, EndpointId=name)["EndpointResponse"] for name in ("a", "b")]


def test_an_export_imported_elsewhere_gives_the_same_endpoints(server, pinpoint, app):
    people = upload(server, "from-" + app, "a.csv", SAMPLE.read_bytes())
    run(pinpoint, app, Format="CSV", S3Url=people, RegisterEndpoints=True)
    first = export(pinpoint, app, S3UrlPrefix=f"s3://exp-{app}/out/")
    other = pinpoint.create_app(CreateApplicationRequest={"Name": "other"})["ApplicationResponse"]["Id"]
    read = run(pinpoint, other, Format="JSON", S3Url=f"s3://exp-{app}/out/{first['Id']}/", RegisterEndpoints=True)
    assert (read["JobStatus"], read["TotalProcessed"], read["TotalFailures"]) == ("COMPLETED", 6, 0)
    second = export(pinpoint, other, S3UrlPrefix=f"s3://exp-{app}/out/")

    def without_application(lines):
        return [{key: value for key, value in line.items() if key not in ("ApplicationId", "CohortId")} for line in lines]
    assert without_application(exported(server, "exp-" + app, first)) == \
        without_application(exported(server, "exp-" + app, second))


def test_exports_of_a_segment_hold_its_members_and_are_listed_by_it(server, pinpoint, app):
    for name, tier in (("a", "gold"), ("b", "tin")):
        pinpoint.update_endpoint(ApplicationId=app, EndpointId=name, EndpointRequest={"Attributes": {"tier": [tier]}})
    segment = pinpoint.create_segment(ApplicationId=app, WriteSegmentRequest={"Name": "gold", "Dimensions": {
        "Attributes": {"tier": {"AttributeType": "INCLUSIVE", "Values": ["gold"]}}}})["SegmentResponse"]["Id"]
    whole = export(pinpoint, app, S3UrlPrefix=f"s3://exp-{app}/out")
    part = export(pinpoint, app, S3UrlPrefix=f"s3://exp-{app}/out", SegmentId=segment, SegmentVersion=1)

    assert [line["Id"] for line in exported(server, "exp-" + app, part)] == ["a"]
    listed = pinpoint.get_export_jobs(ApplicationId=app)["ExportJobsResponse"]["Item"]
    assert [job["Id"] for job in listed] == [part["Id"], whole["Id"]]
    of_segment = pinpoint.get_segment_export_jobs(ApplicationId=app, SegmentId=segment)["ExportJobsResponse"]["Item"]
    assert of_segment == [part]
    assert pinpoint.get_import_jobs(ApplicationId=app)["ImportJobsResponse"]["Item"] == []


@pytest.mark.parametrize("change, text", [
    ({"S3UrlPrefix": "http://x/y"}, "S3UrlPrefix"),
    ({"S3UrlPrefix": "file:///etc/"}, "Location not allowed"),
    ({"S3UrlPrefix": "s3://bucket//etc/"}, "S3UrlPrefix"),
    ({"SegmentId": "0" * 32}, "SegmentId"),
    ({"SegmentVersion": 1}, "SegmentVersion"),
])
def test_impossible_exports_are_refused(pinpoint, app, change, text):
    with bad_request(text):
        pinpoint.create_export_job(ApplicationId=app, ExportJobRequest={
            "RoleArn": ROLE, "S3UrlPrefix": "s3://bucket/a/", **change})
    with not_found():
        pinpoint.get_export_job(ApplicationId=app, JobId="0" * 32)
    with not_found():
        pinpoint.get_segment_export_jobs(ApplicationId=app, SegmentId="0" * 32)


def test_an_import_cannot_leave_its_bucket_by_a_doubled_slash(pinpoint, app):
    with bad_request("S3Url"):
        pinpoint.create_import_job(ApplicationId=app, ImportJobRequest={
            "RoleArn": ROLE, "Format": "CSV", "S3Url": "s3://bucket//etc/passwd", "RegisterEndpoints": True})
