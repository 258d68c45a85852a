"""Runs moto (EC2, IAM, STS) on a free port of the loopback, for tests.

Usage: moto_server.py POLICY.json GROUPS

Makes security groups and users, then turns on the enforcement of signatures and IAM policies, prints one line of JSON and serves until
standard input ends: a test that dies takes its server with it.

The policy is the shipped one. moto checks EC2 actions against the resource "*" only, so that its ARNs are widened to that.
"""

import json
import os
import sys
import threading
import urllib.request

from botocore.exceptions import ClientError
from botocore.session import Session
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REGION = "eu-west-1"


class Quiet(WSGIRequestHandler):
    def log(self, *_args):
        pass


def client(endpoint, service, key="setup", secret="setup"):
    return Session().create_client(
        service, region_name=REGION, endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret
    )


def user(iam, name, policy):
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"accessKeyID": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}


def allow(*actions):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def set_up(endpoint, policy, groups):
    ec2, iam = client(endpoint, "ec2"), client(endpoint, "iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ids = [
        ec2.create_security_group(GroupName=f"group-{n}", Description="for a test", VpcId=vpc)["GroupId"]
        for n in range(groups)
    ]
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    role = iam.create_role(RoleName="drawbridge", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="drawbridge", PolicyName="inline", PolicyDocument=json.dumps(policy))
    return {
        "endpoint": endpoint,
        "region": REGION,
        "groups": ids,
        "prefixList": ec2.create_managed_prefix_list(
            PrefixListName="office", MaxEntries=1, AddressFamily="IPv4", Entries=[{"Cidr": "10.9.0.0/16"}]
        )["PrefixList"]["PrefixListId"],
        "roleARN": role,
        "drawbridge": user(iam, "drawbridge", policy),
        "reader": user(iam, "reader", allow("ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules")),
        "assumer": user(iam, "assumer", allow("sts:AssumeRole")),
    }


def enforce(endpoint):
    headers = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=b"0", headers=headers, method="POST")
    urllib.request.urlopen(request).read()


def outside(endpoint, keys):
    """What an action that the policy does not name answers: the proof that it is enforced."""
    try:
        client(endpoint, "ec2", keys["accessKeyID"], keys["secretAccessKey"]).describe_instances()
        return "allowed"
    except ClientError as error:
        return error.response["Error"]["Code"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        policy = json.load(file)
    for statement in policy["Statement"]:
        statement["Resource"] = "*"
    server = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    world = set_up(endpoint, policy, int(sys.argv[2]))
    enforce(endpoint)
    world["outsideThePolicy"] = outside(endpoint, world["drawbridge"])
    print(json.dumps(world), flush=True)
    sys.stdin.read()
    os._exit(0)


main()
