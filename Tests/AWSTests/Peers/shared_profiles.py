"""Prints the profiles that botocore reads from AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE as JSON, sub-settings left out."""

import json

from botocore.exceptions import ConfigParseError
from botocore.session import Session

try:
    profiles = Session().full_config["profiles"]
    flat = {name: {k: v for k, v in keys.items() if isinstance(v, str)} for name, keys in profiles.items()}
    print(json.dumps(flat))
except ConfigParseError:
    print("null")
