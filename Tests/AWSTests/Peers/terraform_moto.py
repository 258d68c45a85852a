"""Applies the Terraform module for AWS against moto, on a free port of the loopback, and tells what stands there then.

Usage: terraform_moto.py MODULE [PLUGINS] < CASES.json

CASES: {"region": …, "modules": {NAME: {variables}}}. Each is one use of the module, all applied at once. PLUGINS is a mirror of providers
in the file system; without it Terraform looks for the provider where it always does.

Prints {"planIsEmpty": whether a second plan has nothing to do, "roles": {NAME: {"trust": …, "policies": {…}}}, "providers": {url: audiences}}.
Exits with 3, and says why on standard error, when the provider is not to be had.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading

from botocore.session import Session
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    def log(self, *_args):
        pass


def terraform(folder, *arguments):
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.path.join(folder, "none.tfrc"),
    }
    return subprocess.run(
        ["terraform", *arguments, "-no-color"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def demand(result):
    if result.returncode != 0:
        sys.exit(result.stdout + result.stderr)
    return result


def root(endpoint, module, cases):
    return {
        "provider": {
            "aws": {
                "region": cases["region"],
                "access_key": "setup",
                "secret_key": "setup",
                "skip_credentials_validation": True,
                "skip_metadata_api_check": True,
                "endpoints": [{"iam": endpoint, "sts": endpoint}],
            }
        },
        "module": {
            name: {"source": module, "name": name, **variables} for name, variables in cases["modules"].items()
        },
    }


def read_back(endpoint, cases):
    iam = Session().create_client(
        "iam", region_name=cases["region"], endpoint_url=endpoint, aws_access_key_id="setup", aws_secret_access_key="setup"
    )
    roles = {}
    for name in cases["modules"]:
        role = iam.get_role(RoleName=name)["Role"]
        policies = iam.list_role_policies(RoleName=name)["PolicyNames"]
        roles[name] = {
            "trust": role["AssumeRolePolicyDocument"],
            "policies": {p: iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"] for p in policies},
            "attached": len(iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]),
        }
    providers = {}
    for entry in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=entry["Arn"])
        providers[entry["Arn"]] = provider["ClientIDList"]
    return {"roles": roles, "providers": providers}


def main():
    logging.disable(logging.CRITICAL)
    cases = json.load(sys.stdin)
    server = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "none.tfrc"), "w").close()
        with open(os.path.join(folder, "main.tf.json"), "w", encoding="utf-8") as file:
            json.dump(root(endpoint, sys.argv[1], cases), file)
        init = terraform(folder, "init", "-input=false", *[f"-plugin-dir={path}" for path in sys.argv[2:3]])
        if init.returncode != 0:
            print(init.stderr, file=sys.stderr)
            sys.exit(3)
        demand(terraform(folder, "validate"))
        demand(terraform(folder, "apply", "-auto-approve", "-input=false"))
        again = terraform(folder, "plan", "-detailed-exitcode", "-input=false")
        answer = {"planIsEmpty": again.returncode == 0, **read_back(endpoint, cases)}
    print(json.dumps(answer), flush=True)
    os._exit(0)


main()
