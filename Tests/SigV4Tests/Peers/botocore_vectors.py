"""Requests signed by botocore, one JSON object a line: usage botocore_vectors.py SEED COUNT

Each line holds the request, the credentials and what botocore makes of them at every stage. Left out, since botocore itself does
not do with these what the service's documentation says: a Date header (botocore then drops X-Amz-Date), white space beyond
ASCII in headers (it would be trimmed as well), and in presigned queries repeated keys and plus signs (it drops or rewrites them).
"""

import base64
import datetime
import json
import random
import sys
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

SIGNERS = {
    ("header", "standard"): SigV4Auth,
    ("header", "s3"): S3SigV4Auth,
    ("query", "standard"): SigV4QueryAuth,
    ("query", "s3"): S3SigV4QueryAuth,
}
SEGMENTS = [
    "", "", ".", "..", "...", "a", "a b", "%20", "%2F", "%2e%2e", "%41", "%e1%88%b4", "%", "%%", "%zz", "ሴ", "é", "e\u0301", "😀", "~", "-._~",
    "!$&'()*,;=:@", "+", "a+b", "a=b", "\"<>\\^`{|}", "x" * 300, "2016-11-15", "latest", "[v6]", "ß",
]
TEXTS = [
    "", "", "a", "A", "Action", "DescribeSecurityGroupRules", "Filter.1.Name", "Filter.10.Name", "Filter.2.Name", "a b", "+", "=", "&", "?", "#",
    "/", "%", "%20", "~", "-._~", "ሴ", "é", "e\u0301", "😀", "\uffff", "*", "'", "\t", "\n", "key=value", "x" * 200, "X-Amz-", "x-amz-date", "[0]",
]
RAW_PAIRS = [
    "a", "a=", "=", "=v", "", "a=b=c", "a+b=c+d", "%7E=~", "%7e=%7E", "B=1", "b=1", "b=0", "a=1", "a=1", "a%20b=c%2Bd", "k=%E1%88%B4", "a-b=1",
    "a.b=1", "A=", "lifecycle", "max-keys=2&prefix=J", "a=!*'()", "a=:@/?",
]
HEADER_NAMES = [
    "My-Header1", "my-header1", "MY-HEADER2", "Content-Type", "Content-MD5", "X-Amz-Meta-Name", "x-amz-target", "Accept", "Range", "Zeta", "A",
    "User-Agent", "Connection", "Expect", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "X-Amzn-Trace-Id", "Proxy-Authorization",
    "X_Under", "X-1", "If-Match", "Cookie",
]
HEADER_VALUES = [
    "", " ", "value", "  value  ", "a   b   c", "\ta\t\tb\t", '"a   b   c"', " x , y ", "VALUE", "é", "ሴ", "😀  é", "e\u0301", "a,b", "a;b", "a:b", "%20 +",
    "bytes=0-9", "application/x-amz-json-1.0", "0", "x" * 500, "\x0b a \x0c b",
]
HOSTS = [
    "ec2.eu-west-1.amazonaws.com", "EC2.Us-East-1.amazonaws.com", "example.amazonaws.com", "127.0.0.1:5000", "127.0.0.1:80", "localhost:443",
    "localhost:8443", "[::1]:4566", "examplebucket.s3.amazonaws.com", "example.com:80", "example.com:443",
]
SERVICES = ["ec2", "sts", "iam", "rds", "service", "execute-api"]
REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1", "local"]
CURATED_TIMES = [(2015, 8, 30, 12, 36, 0), (2024, 2, 29, 23, 59, 59), (2025, 12, 31, 23, 59, 59), (2026, 1, 1, 0, 0, 0), (1999, 12, 31, 0, 0, 1)]


def text(r, length, alphabet):
    return "".join(r.choice(alphabet) for _ in range(length))


def path(r):
    if r.random() < 0.25:
        return r.choice(["/", "/", "//", "/.", "/..", "/./", "/../", "///a//", "/a/../..", "/example1/example2/../.."])
    return "/" + "/".join(r.choice(SEGMENTS) for _ in range(r.randint(1, 6)))


def query(r, kind):
    """The query as sent, or parameters for the signer to encode."""
    if r.random() < 0.3:
        return "", None
    if kind == "query":
        keys = {r.choice(TEXTS) + r.choice(["", "1", "é", " "]) for _ in range(r.randint(1, 5))}
        pairs = [(key, r.choice(TEXTS)) for key in sorted(keys)]
        r.shuffle(pairs)
        return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs), None
    if r.random() < 0.5:
        return "&".join(r.choice(RAW_PAIRS) for _ in range(r.randint(1, 6))), None
    return "", [(r.choice(TEXTS), r.choice(TEXTS)) for _ in range(r.randint(1, 6))]


def headers(r, kind, dialect, token):
    chosen = [(r.choice(HEADER_NAMES), r.choice(HEADER_VALUES)) for _ in range(r.randint(0, 6))]
    if chosen and r.random() < 0.3:
        chosen += [(chosen[0][0].swapcase(), r.choice(HEADER_VALUES)) for _ in range(2)]
    if r.random() < 0.1:
        chosen.append(("Host", r.choice(["virtual.example.com", "Virtual.Example.com:8080", "  spaced.example.com "])))
    if kind == "header" and r.random() < 0.1:
        chosen.append(("Authorization", "Bearer old"))
        chosen.append(("x-amz-date", "20000101T000000Z"))
        if token:
            chosen.append(("x-amz-security-token", "old"))
    if r.random() < 0.1:
        chosen.append(("x-amz-content-sha256", r.choice(["UNSIGNED-PAYLOAD", "0" * 64])))
    r.shuffle(chosen)
    return chosen


def body(r, kind):
    if kind == "query" or r.random() < 0.3:
        return b""
    size = 65536 if r.random() < 0.01 else r.randint(1, 400)
    if r.random() < 0.5:
        return ("Action=DescribeSecurityGroups&Version=2016-11-15&Filter.1.Value.1=" + "é" * size).encode()[:size]
    return r.randbytes(size)


def moment(r):
    if r.random() < 0.3:
        return datetime.datetime(*r.choice(CURATED_TIMES), tzinfo=datetime.timezone.utc)
    return datetime.datetime.fromtimestamp(r.randint(0, 4_102_444_800), tz=datetime.timezone.utc)


def recording(signer):
    """The signer, keeping what it makes at each stage."""

    class Recording(signer):
        def canonical_request(self, request):
            self.canonical = super().canonical_request(request)
            return self.canonical

        def string_to_sign(self, request, canonical_request):
            self.to_sign = super().string_to_sign(request, canonical_request)
            return self.to_sign

        def signature(self, string_to_sign, request):
            self.made = super().signature(string_to_sign, request)
            return self.made

    return Recording


def vector(r):
    kind = r.choice(["header", "header", "query"])
    dialect = r.choice(["standard", "standard", "s3"])
    token = text(r, r.randint(1, 400), "abcXYZ019+/=") if r.random() < 0.4 else None
    case = {
        "kind": kind, "dialect": dialect, "method": r.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "get"]),
        "scheme": r.choice(["https", "http"]), "host": r.choice(HOSTS), "path": path(r),
        "service": "s3" if dialect == "s3" else r.choice(SERVICES), "region": r.choice(REGIONS),
        "accessKeyID": "AKIA" + text(r, 16, "ABCDEFGHIJKLMNOP234567"), "secret": text(r, 40, "abcdefXYZ0189+/"), "token": token,
        "expires": r.choice([1, 60, 3600, 604800]),
    }
    case["query"], case["parameters"] = query(r, kind)
    case["headers"] = headers(r, kind, dialect, token)
    content = body(r, kind)
    case["body"] = base64.b64encode(content).decode()
    now = moment(r)
    case["stamp"] = now.strftime("%Y%m%dT%H%M%SZ")
    case["epochSeconds"] = int(now.timestamp())

    url = f"{case['scheme']}://{case['host']}{case['path']}" + (f"?{case['query']}" if case["query"] else "")
    assert urlsplit(url).path == case["path"], "the path must survive being taken apart"
    request = AWSRequest(method=case["method"], url=url, data=content, params=case["parameters"])
    for name, value in case["headers"]:
        request.headers[name] = value
    botocore.auth.get_current_datetime = lambda: now
    credentials = Credentials(case["accessKeyID"], case["secret"], token)
    signer = recording(SIGNERS[kind, dialect])
    extra = {"expires": case["expires"]} if kind == "query" else {}
    signer = signer(credentials, case["service"], case["region"], **extra)
    signer.add_auth(request)
    case["canonicalRequest"], case["stringToSign"], case["signature"] = signer.canonical, signer.to_sign, signer.made
    case["authorization"] = request.headers["Authorization"] if kind == "header" else None
    case["signedQuery"] = urlsplit(request.url).query if kind == "query" else None
    case["signedHeaders"] = [[name, value] for name, value in request.headers.items()]
    return case


def main():
    r = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(json.dumps(vector(r)))


if __name__ == "__main__":
    main()
