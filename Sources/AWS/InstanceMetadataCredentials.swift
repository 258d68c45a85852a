package import HTTP
import Locking
package import Model

/// The role of an EC2 instance, from its metadata service, version 2 only.
///
/// Source: EC2 User Guide, "Use the Instance Metadata Service": `PUT /latest/api/token`, then `GET
/// /latest/meta-data/iam/security-credentials/`. The last source and never configured by anyone: where nothing answers within a
/// second there are no such credentials, and that is no error.
package struct InstanceMetadataCredentials: CredentialsSource {
    package let name = "instance metadata (IMDSv2)"
    /// Where a container has no network of its own machine's, EC2 drops the answer to `PUT` on the way unless the hop limit is 2.
    /// Source: EC2 User Guide, "Configure the Instance Metadata Service options", on container environments.
    private static let noAnswer = "instance metadata did not answer in 2 s (a container on EC2 needs a hop limit of 2)"
    private let heard = Locked<String?>(nil)
    private let settings: AWSSettings
    private let transport: any HTTPTransport
    private let runtime: Runtime

    /// - Parameter transport: one that uses no proxy.
    package init(settings: AWSSettings, transport: any HTTPTransport, runtime: Runtime) {
        self.settings = settings
        self.transport = transport
        self.runtime = runtime
    }

    package var silence: String? { heard.withLock { $0 } }

    package func load() async throws(APIError) -> AWSCredentials? {
        heard.withLock { $0 = nil }
        guard !settings.environment.isTrue("AWS_EC2_METADATA_DISABLED") else { return nil }
        let base = try base()
        let lifetime: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": "21600"]
        // GKE's own metadata server listens at the same address and knows no such path.
        guard let session = try await send("PUT", "\(base)/latest/api/token", lifetime), session.isSuccess,
            let token = text(session), !token.isEmpty
        else { return nil }
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
        let folder = "\(base)/latest/meta-data/iam/security-credentials/"
        guard let roles = try await send("GET", folder, headers) else { throw broken(nil) }
        if roles.status == 404 { return nil }
        guard roles.isSuccess, let role = text(roles)?.split(whereSeparator: \.isNewline).first else {
            throw broken(roles.status)
        }
        let now = runtime.now().wall
        guard var answer = try await send("GET", folder + role, headers), answer.isSuccess,
            var credentials = MetadataCredentialsAnswer.credentials(in: &answer, receivedAt: now, source: "instance role \(role)")
        else { throw broken(nil) }
        // While AWS can't renew an instance's keys, the service goes on giving the old ones, and EC2 goes on taking them.
        // Source: botocore 1.43, utils.py, InstanceMetadataFetcher._evaluate_expiration.
        if let end = credentials.expiration, end - now <= CredentialRefresh.advance {
            credentials.expiration = now + CredentialRefresh.advance + CredentialRefresh.advance
        }
        return credentials
    }

    /// Source: botocore 1.43, utils.py, IMDSFetcher._select_base_url and resolve_imds_endpoint_mode.
    private func base() throws(APIError) -> String {
        guard let given = settings.text("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint") else {
            let mode = settings.text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")?.lowercased()
            switch mode {
            case nil, "ipv4": return "http://169.254.169.254"
            case "ipv6": return "http://[fd00:ec2::254]"
            default: throw failure("metadata-endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is neither ipv4 nor ipv6: correct it")
            }
        }
        guard let endpoint = AWSEndpoint(url: given) else {
            throw failure("metadata-endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT is no URL: correct it")
        }
        var url = endpoint.url
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    /// - Returns: `nil` when no answer came in time.
    private func send(_ method: String, _ url: String, _ headers: HTTPHeaders) async throws(APIError) -> HTTPResponse? {
        let request = HTTPRequest(
            method, url, headers: headers, body: method == "PUT" ? [] : nil,
            limits: HTTPLimits(connect: .seconds(1), total: .seconds(2), idle: .seconds(1), responseBytes: 64 * 1024))
        do {
            return try await transport.send(request)
        } catch {
            guard error.kind != .cancelled else {
                throw failure("cancelled", "the task was cancelled", disposition: .retry(after: nil))
            }
            heard.withLock { $0 = error.kind == .timeout ? Self.noAnswer : "instance metadata was not reached (\(error.kind.rawValue))" }
            return nil
        }
    }

    private func text(_ response: HTTPResponse) -> String? {
        guard let text = String(validating: response.body, as: UTF8.self),
            text.utf8.allSatisfy({ $0 < 0x7F && ($0 >= 0x20 || $0 == 0x0A || $0 == 0x0D) })
        else { return nil }
        return text.split(whereSeparator: \.isNewline).joined(separator: "\n")
    }

    private func broken(_ status: Int?) -> APIError {
        failure(
            "metadata-answer",
            "the instance has a metadata service, and it gave no credentials: attach an instance profile, "
                + "or set AWS_EC2_METADATA_DISABLED=true and configure other credentials",
            disposition: .retry(after: nil), httpStatus: status)
    }
}
