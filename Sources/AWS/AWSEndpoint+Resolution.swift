package import Model

extension AWSEndpoint {
    /// The endpoint of a service in a region: the URL that someone configured (`AWSSettings.endpointURL`); else the region's own,
    /// that of STS included, in the variant that `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` ask for.
    ///
    /// Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints", "AWS STS Regional endpoints" and "Dual-stack and
    /// FIPS endpoints".
    /// - Throws: permanent, when a setting is no URL, the region no region, a configured URL meets a demand for FIPS, or STS is to be
    ///   asked over plain HTTP on another machine: tokens go there, and keys come back.
    package static func resolve(_ service: Service, region: String, environment: AWSEnvironment) throws(APIError) -> AWSEndpoint {
        try resolve(service, region: region, settings: AWSSettings(environment))
    }

    static func resolve(_ service: Service, region: String, settings: AWSSettings) throws(APIError) -> AWSEndpoint {
        let fips = settings.isTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
        let dualStack = settings.isTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
        if let (setting, url) = try settings.endpointURL(service) {
            guard let endpoint = AWSEndpoint(url: url) else {
                throw malformed(service, "\(setting) '\(url.withoutUser.prefix(200))' is not a URL of the form https://host[:port][/path]")
            }
            guard !fips, !dualStack else {
                let switched = fips ? "AWS_USE_FIPS_ENDPOINT" : "AWS_USE_DUALSTACK_ENDPOINT"
                throw malformed(
                    service, "\(setting) says where it is, and \(switched) asks for an endpoint of AWS's own: unset one of them")
            }
            guard service != .sts || endpoint.scheme == "https" || endpoint.isLoopback else {
                throw malformed(
                    service,
                    "\(setting) '\(url.withoutUser.prefix(200))' is plain HTTP to another machine, on which tokens and keys would go "
                        + "in clear: use https, or the loopback")
            }
            return endpoint
        }
        guard isRegion(region), let endpoint = AWSEndpoint(url: "https://\(host(service, region, fips, dualStack))") else {
            throw malformed(service, "'\(region.prefix(63))' is not the name of an AWS region, such as eu-west-1")
        }
        return endpoint
    }

    /// Source: botocore 1.43, data/{ec2,sts,rds}/…/endpoint-rule-set-1.json. In GovCloud the plain endpoints meet FIPS already.
    private static func host(_ service: Service, _ region: String, _ fips: Bool, _ dualStack: Bool) -> String {
        let partition = AWSPartition(region: region)
        let isPlain = !fips || partition == .usGov && !dualStack
        return "\(service.rawValue)\(isPlain ? "" : "-fips").\(region).\(dualStack ? partition.dualStackSuffix : partition.dnsSuffix)"
    }

    private static func isRegion(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 63
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private static func malformed(_ service: Service, _ message: String) -> APIError {
        APIError(
            api: service.api, operation: "endpoint", resource: service.rawValue, code: "endpoint", message: message,
            disposition: .permanent)
    }
}
