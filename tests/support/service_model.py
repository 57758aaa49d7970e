"""The service model of this repository for botocore, which comes with an older one in Debian's packages."""

import json
import pathlib

MODEL_FILE = pathlib.Path(__file__).resolve().parents[2] / "spec" / "pinpoint-api.json"
API_VERSION = "2016-12-01"


def write_for_botocore(folder):
    """Puts the model where botocore looks for models, below a folder for AWS_DATA_PATH."""
    place = pathlib.Path(folder) / "pinpoint" / API_VERSION
    place.mkdir(parents=True)
    document = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    (place / "service-2.json").write_text(json.dumps({"version": "2.0", **document}), encoding="utf-8")
