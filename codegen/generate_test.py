"""Tests of the generator: names, merging, and errors that say what to do. Run: python3 -m unittest discover codegen -p '*_test.py'"""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import emit_openapi
import generate
import names
import spec as specification

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = {
    "operations": {"GetThing": {
        "http": {"method": "GET", "requestUri": "/v1/apps/{application-id}/things", "responseCode": 200},
        "input": {"shape": "GetThingRequest"}, "output": {"shape": "GetThingResponse"}}},
    "shapes": {
        "__string": {"type": "string"},
        "GetThingRequest": {"type": "structure", "required": ["ApplicationId"], "members": {
            "ApplicationId": {"shape": "__string", "location": "uri", "locationName": "application-id"}}},
        "GetThingResponse": {"type": "structure", "payload": "Thing", "members": {"Thing": {"shape": "Thing"}}},
        "Thing": {"type": "structure", "required": ["Name"], "members": {"Name": {"shape": "__string"}}},
    },
}


class GeneratorTest(unittest.TestCase):
    def load(self, **overlays):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
            (root / "overlay").mkdir()
            for stem, overlay in overlays.items():
                (root / "overlay" / f"{stem}.json").write_text(json.dumps(overlay), encoding="utf-8")
            return specification.load(root / "model.json", root / "overlay")

    def test_member_names(self):
        for wire, cpp in {"SegmentId": "segment_id", "APNSMessage": "apns_message", "ADMMessage": "adm_message",
                          "S3Url": "s3_url", "tags": "tags", "Default": "default_", "MD5": "md5"}.items():
            self.assertEqual(names.member(wire), cpp)

    def test_constants(self):
        for wire, cpp in {"APNS_SANDBOX": "kApnsSandbox", "DAY_14": "kDay14", "ON": "kOn"}.items():
            self.assertEqual(names.constant(wire), cpp)

    def test_output_is_deterministic(self):
        self.assertEqual(generate.generate(self.load()), generate.generate(self.load()))

    def test_duplicate_shape_is_an_error(self):
        with self.assertRaisesRegex(specification.SpecError, "a.json: shape Thing exists already"):
            self.load(a={"shapes": {"Thing": {"type": "structure", "members": {}}}})

    def test_override_merges_members_and_lifts_requirements(self):
        spec = self.load(a={"shapes": {"Thing": {
            "override": True, "optional": ["Name"], "members": {"Size": {"shape": "__string"}}}}})
        header = generate.generate(spec)["things.h"]
        self.assertIn("std::optional<std::string> name{};\n  std::optional<std::string> size{};", header)

    def test_overlay_shape_goes_to_the_group_of_its_file(self):
        spec = self.load(records={"shapes": {"Kept": {"type": "structure", "members": {"T": {"shape": "Thing"}}}}})
        files = generate.generate(spec)
        self.assertIn("struct Kept {", files["records.h"])
        self.assertIn("struct Thing {", files["common.h"])

    def test_native_operation_is_marked(self):
        spec = self.load(a={"operations": {"Ping": {
            "http": {"method": "GET", "requestUri": "/pinion/v1/ping"}, "input": {"shape": "Empty"}}}})
        self.assertIn(".native = true", generate.generate(spec)["a_tables.cc"])

    def test_recursion_is_an_error(self):
        with self.assertRaisesRegex(specification.SpecError, "recursive shapes are not supported: A -> A"):
            self.load(a={"shapes": {"A": {"type": "structure", "members": {"B": {"shape": "A"}}}}})

    def test_body_members_without_payload_are_an_error(self):
        with self.assertRaisesRegex(specification.SpecError, "input member Name has no location"):
            self.load(a={"operations": {"Make": {
                "http": {"method": "POST", "requestUri": "/pinion/v1/x"}, "input": {"shape": "Thing"}}}})

    def test_paths_that_differ_in_parameter_names_only_are_an_error(self):
        with self.assertRaisesRegex(specification.SpecError, "is /v1/apps/{application-id}/things with other names"):
            self.load(a={"operations": {"PutThing": {
                "http": {"method": "PUT", "requestUri": "/v1/apps/{app}/things"}, "input": {"shape": "Empty"}}}})

    def test_openapi_names_parameters_bodies_and_answers(self):
        document = emit_openapi.document(self.load())
        operation = document["paths"]["/v1/apps/{application-id}/things"]["get"]
        self.assertEqual(operation["parameters"], [
            {"name": "application-id", "in": "path", "required": True, "schema": {"type": "string"}}])
        answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
        self.assertEqual(answer, {"$ref": "#/components/schemas/Thing"})
        self.assertEqual(document["components"]["schemas"]["Thing"], {
            "type": "object", "required": ["Name"], "properties": {"Name": {"type": "string"}}})

    def test_openapi_has_every_operation_once_and_no_reference_into_nothing(self):
        spec = specification.load(ROOT / "spec/pinpoint-api.json", ROOT / "spec/overlay")
        document = emit_openapi.document(spec)
        described = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
        self.assertEqual(sorted(described), sorted(spec.operations))
        for reference in set(references_of(document)):
            at = document
            for step in reference.removeprefix("#/").split("/"):
                at = at[step]

    def test_openapi_leaves_out_what_is_only_stored(self):
        spec = self.load(records={"shapes": {"Kept": {"type": "structure", "members": {"T": {"shape": "Thing"}}}}})
        self.assertNotIn("Kept", emit_openapi.document(spec)["components"]["schemas"])


def references_of(tree):
    if isinstance(tree, dict):
        if isinstance(tree.get("$ref"), str):
            yield tree["$ref"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from references_of(part)


if __name__ == "__main__":
    unittest.main()
