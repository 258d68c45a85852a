"""What google-auth sends for each of some credential files, as JSON lines: the second opinion that PeerTests asks for.

Arguments: credential files. The answers are canned, no request leaves the process. Each line is {"requests": [...], "token": ...} or
{"refused": "..."}.
"""

import json
import os
import sys
import warnings

warnings.simplefilter("ignore")

import google.auth
from google.auth import transport


class Response:
    def __init__(self, body):
        self.status = 200
        self.headers = {"content-type": "application/json"}
        self.data = json.dumps(body).encode()


class Recorder(transport.Request):
    def __init__(self):
        self.requests = []

    def __call__(self, url, method="GET", body=None, headers=None, timeout=None, **more):
        # Newer releases ask where an account may be used, in the background; that is no part of getting a token.
        if "allowedLocations" in url:
            return Response({"locations": [], "encodedLocations": "0x0"})
        headers = {name.lower(): value for name, value in (headers or {}).items()}
        self.requests.append(
            {
                "method": method,
                "url": url,
                "headers": {name: value for name, value in headers.items() if name in WANTED},
                "body": (body or b"").decode() if not isinstance(body, str) else body,
            }
        )
        if url.endswith(":generateAccessToken"):
            return Response({"accessToken": "ya29.generated", "expireTime": "2099-01-01T00:00:00Z"})
        if method == "GET":
            return Response({"access_token": "subject.of.server"})
        return Response({"access_token": "ya29.granted", "expires_in": 3599, "token_type": "Bearer"})


WANTED = {"authorization", "content-type", "metadata", "x-test"}
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def ask(path):
    recorder = Recorder()
    # A scope here would have the project of an external account looked up as well.
    credentials, _ = google.auth.load_credentials_from_file(path, request=recorder)
    if getattr(credentials, "requires_scopes", False):
        credentials = credentials.with_scopes(SCOPES)
    elif hasattr(credentials, "_target_scopes"):
        credentials = credentials.with_scopes(SCOPES)
    credentials.refresh(recorder)
    quota = getattr(credentials, "quota_project_id", None)
    return {"requests": recorder.requests, "token": credentials.token, "quota": quota}


for path in sys.argv[1:]:
    try:
        print(json.dumps(ask(path)))
    except Exception as error:  # whatever it raises, it does not use the file
        print(json.dumps({"refused": type(error).__name__ + ": " + str(error)[:200]}))
