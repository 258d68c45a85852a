package import HTTP
package import Model

/// The credentials endpoint of a container: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` (ECS) or `_FULL_URI` (EKS Pod Identity),
/// with `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` or `AWS_CONTAINER_AUTHORIZATION_TOKEN` as `Authorization`.
///
/// Source: botocore 1.43, credentials.py, ContainerProvider, and utils.py, ContainerMetadataFetcher: over plain HTTP only to
/// the link-local addresses of ECS and EKS and to the loopback, for the answer is a set of keys.
package struct ContainerCredentials: CredentialsSource {
    package let name = "container (AWS_CONTAINER_CREDENTIALS_FULL_URI)"
    private let environment: AWSEnvironment
    private let transport: any HTTPTransport
    private let runtime: Runtime

    /// - Parameter transport: one that uses no proxy.
    package init(environment: AWSEnvironment, transport: any HTTPTransport, runtime: Runtime) {
        self.environment = environment
        self.transport = transport
        self.runtime = runtime
    }

    package func load() async throws(APIError) -> AWSCredentials? {
        guard let url = try url() else { return nil }
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token = try token() { headers.add("Authorization", token) }
        let request = HTTPRequest(
            "GET", url, headers: headers,
            limits: HTTPLimits(connect: .seconds(2), total: .seconds(10), idle: .seconds(5), responseBytes: 64 * 1024))
        var response: HTTPResponse
        do {
            response = try await transport.send(request)
        } catch {
            throw failure(error.kind.rawValue, "\(error); check the container agent", disposition: .retry(after: nil))
        }
        guard response.isSuccess,
            let credentials = MetadataCredentialsAnswer.credentials(
                in: &response, receivedAt: runtime.now().wall, source: "container")
        else {
            throw failure(
                "container-answer", "the container agent's answer holds no credentials: does the task or pod have a role?",
                disposition: response.status >= 500 || response.status == 429 ? .retry(after: nil) : .denied,
                httpStatus: response.status)
        }
        return credentials
    }

    private func url() throws(APIError) -> String? {
        if let relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard relative.hasPrefix("/"), Self.isPrintable(relative) else {
                throw failure("container-uri", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path that begins with /: correct it")
            }
            return "http://169.254.170.2\(relative)"
        }
        guard let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        let plain = String(full.prefix { $0 != "?" && $0 != "#" })
        guard Self.isPrintable(full), let endpoint = AWSEndpoint(url: plain) else {
            throw failure("container-uri", "AWS_CONTAINER_CREDENTIALS_FULL_URI is no http or https URL: correct it")
        }
        guard endpoint.scheme == "https" || Self.isTrusted(endpoint) else {
            throw failure(
                "container-uri",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names the host \(endpoint.authority) over plain HTTP: "
                    + "only the loopback, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23] are asked for keys that way")
        }
        return full
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.count <= 2048 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isTrusted(_ endpoint: AWSEndpoint) -> Bool {
        endpoint.isLoopback || endpoint.isHost(within: ["169.254.170.2/32", "169.254.170.23/32", "fd00:ec2::23/128"])
    }

    private func token() throws(APIError) -> String? {
        var token: String?
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            do {
                token = try BoundedFile.token(path)
            } catch {
                throw failure(
                    "token-file", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE \(path) cannot be read: check the pod's volumes",
                    disposition: .retry(after: nil))
            }
        } else {
            token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        }
        guard let token else { return nil }
        guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw failure("token", "the container's authorization token has a line break in it: correct it")
        }
        return token
    }
}
