"""Attaches policies to users of moto and lets each of them try every call of a list, signatures and policies enforced.

Usage: policies_moto.py < {NAME: policy document}

moto checks EC2 against the resource "*" only and evaluates no conditions, so that each statement's ARNs are widened to that: actions are what
this shows. Prints {"attempts": {USER: {ACTION: "allowed" or the error's code}}, "operations": {SERVICE: [all of botocore's]}}.
"""

import functools
import json
import logging
import os
import sys
import threading
import urllib.request

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

REGION = "eu-west-1"


class Quiet(WSGIRequestHandler):
    def log(self, *_args):
        pass


# One session: it keeps the services' models, which are slow to read.
SESSION = Session()


@functools.cache
def client(endpoint, service, key="setup", secret="setup"):
    return SESSION.create_client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 1}),
    )


def calls(group, role):
    rule = [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "192.0.2.1/32"}]}]
    image = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1}
    return [
        ("ec2", "describe_security_groups", {"GroupIds": [group]}),
        ("ec2", "describe_security_group_rules", {"Filters": [{"Name": "group-id", "Values": [group]}]}),
        ("ec2", "authorize_security_group_ingress", {"GroupId": group, "IpPermissions": rule}),
        ("ec2", "revoke_security_group_ingress", {"GroupId": group, "IpPermissions": rule}),
        ("ec2", "authorize_security_group_egress", {"GroupId": group, "IpPermissions": rule}),
        ("ec2", "revoke_security_group_egress", {"GroupId": group, "IpPermissions": rule}),
        ("ec2", "update_security_group_rule_descriptions_ingress", {"GroupId": group, "IpPermissions": rule}),
        ("ec2", "create_security_group", {"GroupName": "other", "Description": "other"}),
        ("ec2", "delete_security_group", {"GroupId": group}),
        ("ec2", "create_tags", {"Resources": [group], "Tags": [{"Key": "a", "Value": "b"}]}),
        ("ec2", "describe_instances", {}),
        ("ec2", "describe_vpcs", {}),
        ("ec2", "run_instances", image),
        ("iam", "list_roles", {}),
        ("iam", "create_user", {"UserName": "other"}),
        ("rds", "describe_db_instances", {}),
        ("rds", "describe_db_clusters", {}),
        ("s3", "list_buckets", {}),
        ("sts", "assume_role", {"RoleArn": role, "RoleSessionName": "test"}),
    ]


def attempt(endpoint, keys, service, operation, arguments):
    try:
        getattr(client(endpoint, service, keys["AccessKeyId"], keys["SecretAccessKey"]), operation)(**arguments)
        return "allowed"
    except ClientError as error:
        return error.response["Error"]["Code"]


@functools.cache
def operations(service):
    return list(SESSION.get_service_model(service).operation_names)


def action(service, operation):
    return f"{service}:" + next(n for n in operations(service) if n.lower() == operation.replace("_", ""))


def main():
    logging.disable(logging.CRITICAL)
    policies = json.load(sys.stdin)
    server = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Quiet
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    ec2, iam = client(endpoint, "ec2"), client(endpoint, "iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="managed", Description="for a test", VpcId=vpc)["GroupId"]
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    keys = {}
    for name, policy in policies.items():
        for statement in policy["Statement"]:
            statement["Resource"] = "*"
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="inline", PolicyDocument=json.dumps(policy))
        keys[name] = iam.create_access_key(UserName=name)["AccessKey"]
    reset = urllib.request.Request(
        f"{endpoint}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}, method="POST"
    )
    urllib.request.urlopen(reset).read()
    attempts = {
        name: {action(s, o): attempt(endpoint, keys[name], s, o, a) for s, o, a in calls(group, role)} for name in policies
    }
    services = ["ec2", "iam", "rds", "s3", "sts", "kms", "secretsmanager"]
    print(json.dumps({"attempts": attempts, "operations": {s: operations(s) for s in services}}), flush=True)
    os._exit(0)


main()
