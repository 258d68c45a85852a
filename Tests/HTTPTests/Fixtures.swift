import HTTP

extension HTTPLimits {
    /// So long that only what a test is about ends a transfer.
    static let generous = HTTPLimits(connect: .seconds(60), total: .seconds(120), idle: .seconds(60), responseBytes: 256 << 20)
}

extension HTTPClientConfiguration {
    static func test(
        trust: Trust = .system, clientCertificate: ClientCertificate? = nil, proxy: Proxy = .none
    ) -> HTTPClientConfiguration {
        HTTPClientConfiguration(trust: trust, clientCertificate: clientCertificate, proxy: proxy, userAgent: "drawbridge-test")
    }
}

extension HTTPTransport {
    /// The error that a request ends with; `nil` if it was answered.
    func failure(_ request: HTTPRequest) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await send(request)
            return nil
        } catch {
            return error
        }
    }
}

extension HTTPStream.Body {
    /// How many bytes came, and the error that ended them.
    func drain() async -> (bytes: Int, error: HTTPError?) {
        var bytes = 0
        do throws(HTTPError) {
            for try await piece in self { bytes += piece.count }
            return (bytes, nil)
        } catch {
            return (bytes, error)
        }
    }
}
