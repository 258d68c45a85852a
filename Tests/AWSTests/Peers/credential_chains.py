"""Says which credentials botocore and the AWS CLI choose in given surroundings.

Serves what the members of the chain ask (STS, a container's agent, instance metadata) on a free port of the loopback and prints the
port. Then reads one line, a JSON list of environments, and prints one line: for each what botocore chose, and what the CLI chose. It
serves until standard input ends.

The CLI's choice is seen by what it signs `aws sts get-caller-identity` with. The keys that STS gives are made of what it was asked for
and by whom: equal keys mean that the same role was taken, by the same way.
"""

import contextlib
import getpass
import hashlib
import io
import json
import os
import re
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def nobody(_prompt):
    raise EOFError("nobody is there to answer")


# Before botocore binds it as a default.
getpass.getpass = nobody

import botocore.session
import botocore.utils
from botocore.exceptions import BotoCoreError

try:
    import awscli.clidriver
    import awscli.customizations.assumerole
except ImportError:
    awscli = None

DATA_PATH = os.environ.get("AWS_DATA_PATH", "")
botocore.utils.ContainerMetadataFetcher.SLEEP_TIME = 0


def in_an_hour():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))


def keys(name):
    return {
        "Code": "Success",
        "AccessKeyId": name,
        "SecretAccessKey": "secret",
        "Token": f"token-{name}",
        "Expiration": in_an_hour(),
    }


class Clouds(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def answer(self, status, text, kind="text/plain"):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self):
        served = self.path.startswith(("/imds/", "/imds-none/", "/imds-broken/"))
        self.answer(200 if served else 404, "session" if served else "")

    def do_GET(self):
        agents = {"/container": None, "/container-token": "Basic abc"}
        if self.path in agents:
            if self.headers.get("Authorization") == agents[self.path]:
                return self.answer(200, json.dumps(keys("ASIACONTAINER")))
            return self.answer(403, "{}")
        kind, _, rest = self.path[1:].partition("/latest/meta-data/iam/security-credentials/")
        if kind == "imds" and self.headers.get("X-aws-ec2-metadata-token") != "session":
            return self.answer(401, "")
        if kind in ("imds", "imds-v1", "imds-broken"):
            if not rest:
                return self.answer(200, "node-role")
            if kind != "imds-broken":
                return self.answer(200, json.dumps(keys("ASIAINSTANCE")))
            return self.answer(500, "")
        self.answer(404, "")

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        fields = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        signer = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        name = fields.get("RoleSessionName", "")
        if name == "drawbridge" or name.startswith("botocore-session-"):
            name = ""
        token = fields.get("WebIdentityToken", "").strip()
        asked = [fields.get(key, "") for key in ("Action", "RoleArn", "ExternalId", "DurationSeconds")]
        asked += [name, token, signer.group(1) if signer else "", self.path]
        action = fields.get("Action", "")
        if action == "GetCallerIdentity":
            # What the caller signs with: this is how the CLI's choice is seen.
            token = self.headers.get("X-Amz-Security-Token", "")
            return self.answer(
                200,
                f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Arn>arn</Arn>'
                f"<UserId>{signer.group(1) if signer else ''}</UserId><Account>{token}</Account></{action}Result></{action}Response>",
                "text/xml",
            )
        if "refused" in fields.get("RoleArn", ""):
            error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
            return self.answer(403, error, "text/xml")
        key = "ASIA" + hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16].upper()
        self.answer(
            200,
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>'
            f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>token-{key}</SessionToken>"
            f"<Expiration>{in_an_hour()}</Expiration></Credentials></{action}Result></{action}Response>",
            "text/xml",
        )


def set_environment(environment):
    os.environ.clear()
    os.environ.update(environment)


def botocore_choice(environment):
    set_environment(environment)
    try:
        found = botocore.session.Session().get_credentials()
        if found is None:
            return {"failure": "none"}
        frozen = found.get_frozen_credentials()
        return {"method": found.method, "key": frozen.access_key, "token": frozen.token}
    except Exception as error:
        return {"failure": type(error).__name__}


def cli_choice(environment):
    if awscli is None:
        return None
    # Where its own data are: awscli sets this when it is imported.
    set_environment({**environment, "AWS_DATA_PATH": DATA_PATH})
    awscli.customizations.assumerole.CACHE_DIR = os.path.join(environment["HOME"], ".aws", "cli", "cache")
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        try:
            status = awscli.clidriver.create_clidriver().main(["sts", "get-caller-identity", "--output", "json"])
        except BotoCoreError as error:
            # As a program it ends with a traceback.
            return {"failure": type(error).__name__}
    if status != 0:
        return {"failure": f"exit status {status}"}
    found = json.loads(output.getvalue())
    return {"key": found["UserId"], "token": found["Account"] or None}


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Clouds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    environments = json.loads(sys.stdin.readline())
    choices = [{"botocore": botocore_choice(each), "cli": cli_choice(each)} for each in environments]
    print(json.dumps(choices), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
