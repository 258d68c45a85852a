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

    /// What botocore 1.43's EndpointProvider makes of its own rule sets.
    @Test(arguments: [
        ("eu-west-1", "-fips.eu-west-1.amazonaws.com", ".eu-west-1.api.aws", "-fips.eu-west-1.api.aws"),
        (
            "cn-north-1", "-fips.cn-north-1.amazonaws.com.cn", ".cn-north-1.api.amazonwebservices.com.cn",
            "-fips.cn-north-1.api.amazonwebservices.com.cn"
        ),
        ("us-gov-west-1", ".us-gov-west-1.amazonaws.com", ".us-gov-west-1.api.aws", "-fips.us-gov-west-1.api.aws"),
        ("us-iso-east-1", "-fips.us-iso-east-1.c2s.ic.gov", ".us-iso-east-1.api.aws.ic.gov", "-fips.us-iso-east-1.api.aws.ic.gov"),
        ("us-isob-east-1", "-fips.us-isob-east-1.sc2s.sgov.gov", ".us-isob-east-1.api.aws.scloud", "-fips.us-isob-east-1.api.aws.scloud"),
        (
            "eu-isoe-west-1", "-fips.eu-isoe-west-1.cloud.adc-e.uk", ".eu-isoe-west-1.api.cloud-aws.adc-e.uk",
            "-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"
        ),
        (
            "us-isof-south-1", "-fips.us-isof-south-1.csp.hci.ic.gov", ".us-isof-south-1.api.aws.hci.ic.gov",
            "-fips.us-isof-south-1.api.aws.hci.ic.gov"
        ),
        (
            "eusc-de-east-1", "-fips.eusc-de-east-1.amazonaws.eu", ".eusc-de-east-1.api.amazonwebservices.eu",
            "-fips.eusc-de-east-1.api.amazonwebservices.eu"
        ),
    ])
    func `meet FIPS and have IPv6 where that is asked for`(region: String, fips: String, dualStack: String, both: String) throws {
        let (asksFIPS, asksDualStack) = (["AWS_USE_FIPS_ENDPOINT": "true"], ["AWS_USE_DUALSTACK_ENDPOINT": "true"])
        for service in AWSEndpoint.Service.allCases {
            func authority(_ variables: [String: String]) throws -> String {
                try AWSEndpoint.resolve(service, region: region, environment: AWSEnvironment(variables)).authority
            }
            #expect(try authority(asksFIPS) == "\(service.rawValue)\(fips)")
            #expect(try authority(asksDualStack) == "\(service.rawValue)\(dualStack)")
            #expect(try authority(asksFIPS.merging(asksDualStack) { $1 }) == "\(service.rawValue)\(both)")
        }
    }

    @Test(arguments: ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
    func `that someone configured can't be had in a variant as well`(variable: String) throws {
        let variables = [variable: "True", "AWS_ENDPOINT_URL": "https://ec2.example"]
        let error = #expect(throws: APIError.self) {
            try AWSEndpoint.resolve(.ec2, region: "eu-west-1", environment: AWSEnvironment(variables))
        }
        #expect(error?.message.contains("AWS_ENDPOINT_URL") == true && error?.message.contains(variable) == true)
    }

    @Test(arguments: [
        "http://sts.eu-west-1.amazonaws.com", "http://10.0.0.7:5000", "http://127.0.0.1.example.com", "http://localhost.example:80/x",
        "http://[fd00::1]:5000",
    ])
    func `of STS are not on another machine without TLS: keys come from there`(url: String) throws {
        for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
            let error = #expect(throws: APIError.self) {
                try AWSEndpoint.resolve(.sts, region: "eu-west-1", environment: AWSEnvironment([variable: url]))
            }
            #expect(error?.message.contains(variable) == true && error?.message.contains("use https") == true)
            #expect(error?.disposition == .permanent)
        }
    }

    @Test(arguments: [
        "http://127.0.0.1:5000/", "http://127.8.9.1:5000/", "http://localhost:5000/", "http://[::1]:5000/", "https://sts.example/",
    ])
    func `of STS may be on this machine, or anywhere with TLS`(url: String) throws {
        #expect(try AWSEndpoint.resolve(.sts, region: "eu-west-1", environment: AWSEnvironment(["AWS_ENDPOINT_URL": url])).url == url)
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
