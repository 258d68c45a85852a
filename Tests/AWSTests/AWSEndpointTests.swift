import Model
import Testing

@testable import AWS

struct `Endpoints of AWS` {
    @Test(arguments: [
        ("eu-west-1", "https://ec2.eu-west-1.amazonaws.com/", "https://sts.eu-west-1.amazonaws.com/"),
        ("cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn/", "https://sts.cn-north-1.amazonaws.com.cn/"),
        ("us-gov-west-1", "https://ec2.us-gov-west-1.amazonaws.com/", "https://sts.us-gov-west-1.amazonaws.com/"),
        ("eusc-de-east-1", "https://ec2.eusc-de-east-1.amazonaws.eu/", "https://sts.eusc-de-east-1.amazonaws.eu/"),
        ("us-iso-east-1", "https://ec2.us-iso-east-1.c2s.ic.gov/", "https://sts.us-iso-east-1.c2s.ic.gov/"),
        ("us-isob-east-1", "https://ec2.us-isob-east-1.sc2s.sgov.gov/", "https://sts.us-isob-east-1.sc2s.sgov.gov/"),
        ("xx-new-9", "https://ec2.xx-new-9.amazonaws.com/", "https://sts.xx-new-9.amazonaws.com/"),
    ])
    func `are regional, in the region's partition`(region: String, ec2: String, sts: String) throws {
        #expect(try AWSEndpoint.resolve(.ec2, region: region, environment: AWSEnvironment([:])).url == ec2)
        #expect(try AWSEndpoint.resolve(.sts, region: region, environment: AWSEnvironment([:])).url == sts)
    }

    @Test(arguments: ["", "eu west 1", "eu-west-1.evil.example/", "EU-WEST-1", "ü", String(repeating: "a", count: 64)])
    func `are not made of what is no region`(region: String) {
        #expect(throws: APIError.self) { try AWSEndpoint.resolve(.ec2, region: region, environment: AWSEnvironment([:])) }
    }

    @Test func `come from the service's variable, then from the common one, unless these are ignored`() throws {
        func ec2(_ variables: [String: String]) throws -> String {
            try AWSEndpoint.resolve(.ec2, region: "eu-west-1", environment: AWSEnvironment(variables)).url
        }
        let both = ["AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:5001/base"]
        #expect(try ec2(both) == "http://127.0.0.1:5001/base")
        #expect(try ec2(["AWS_ENDPOINT_URL": "http://127.0.0.1:5000"]) == "http://127.0.0.1:5000/")
        #expect(try ec2(["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:5000"]) == "https://ec2.eu-west-1.amazonaws.com/")
        #expect(
            try ec2(both.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"]) { $1 })
                == "https://ec2.eu-west-1.amazonaws.com/")
        #expect(throws: APIError.self) { try ec2(["AWS_ENDPOINT_URL": "127.0.0.1:5000"]) }
    }

    @Test(arguments: [
        ("https://ec2.eu-west-1.amazonaws.com:443", "ec2.eu-west-1.amazonaws.com"), ("http://Host:80/a", "host"),
        ("https://host:80/", "host:80"), ("http://[::1]:5000/", "[::1]:5000"), ("http://[::1]", "[::1]"),
    ])
    func `name their host as it is signed`(url: String, authority: String) {
        #expect(AWSEndpoint(url: url)?.authority == authority)
    }

    @Test(arguments: [
        "", "ftp://x", "https://", "https:///x", "https://u:p@x", "https://x?y", "https://x#y", "https://x:0", "https://x:99999",
        "https://x y",
        "https://x:", "https://:80", "//x",
    ])
    func `are not read from what is no plain URL`(url: String) {
        #expect(AWSEndpoint(url: url) == nil)
    }
}
