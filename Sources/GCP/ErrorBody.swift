import FoundationEssentials
import HTTP
import Model

/// The body of an answer that is an error: Compute Engine's JSON, OAuth's JSON, or anything else, such as a proxy's page.
///
/// Source: Google Cloud APIs, "Errors" (`error.errors[].reason`, `google.rpc.ErrorInfo`, `google.rpc.RetryInfo`); RFC 6749,
/// section 5.2.
struct ErrorBody: Sendable {
    /// The most specific machine-readable word; `nil` when the body holds none.
    var code: String?
    var message: String
    /// Whether the body is an error as the API writes it: only then is a 404 about the resource.
    var isFromAPI: Bool
    /// `ErrorInfo.reason`, such as `RATE_LIMIT_EXCEEDED` or `SERVICE_DISABLED`.
    var detail: String?
    var retryDelay: Duration?

    private struct Envelope: Decodable {
        var error: Wire
    }

    private struct Wire: Decodable {
        struct Item: Decodable {
            var reason: String?
        }

        struct Detail: Decodable {
            var reason: String?
            var retryDelay: String?
        }

        var message: String?
        var status: String?
        var errors: [Item]?
        var details: [Detail]?
    }

    private struct OAuth: Decodable {
        var error: String
        var errorDescription: String?
    }

    /// Errors are small; what is larger is read as text only.
    private static let limit = 256 << 10

    /// - Parameter secrets: what was sent and must not be repeated, whichever field it came back in.
    init(_ response: HTTPResponse, without secrets: [Secret] = []) {
        func clean(_ text: String) -> String {
            secrets.reduce(text) { $1.redacted(in: $0) }
        }

        let data = Data(response.body.prefix(Self.limit))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        if response.body.count <= Self.limit, let wire = try? decoder.decode(Envelope.self, from: data).error {
            code = (wire.errors?.first?.reason ?? wire.status).map(clean)
            message = clean(wire.message ?? "")
            detail = wire.details?.compactMap(\.reason).first
            retryDelay = wire.details?.compactMap(\.retryDelay).first.flatMap(Self.seconds)
            isFromAPI = true
        } else if response.body.count <= Self.limit, let oauth = try? decoder.decode(OAuth.self, from: data) {
            code = clean(oauth.error)
            message = clean(oauth.errorDescription ?? "")
            isFromAPI = true
        } else {
            message = Self.excerpt(clean(Self.plainText(response.body)))
            isFromAPI = false
        }
    }

    /// `3.5s`, the JSON form of `google.protobuf.Duration`.
    private static func seconds(_ text: String) -> Duration? {
        guard text.hasSuffix("s"), let value = Double(text.dropLast()), value >= 0, value <= 3600 else { return nil }
        return .milliseconds(Int64(value * 1000))
    }

    /// Cut last, for half a secret is none that would be found.
    private static func excerpt(_ text: String) -> String { String(text.prefix(200)) }

    /// The words of a page, without its tags.
    private static func plainText(_ body: [UInt8]) -> String {
        var text = ""
        var inTag = false
        for character in String(decoding: body.prefix(4096), as: UTF8.self) {
            if character == "<" {
                inTag = true
                text.append(" ")
            } else if character == ">" {
                inTag = false
            } else if !inTag {
                text.append(character.isWhitespace ? " " : character)
            }
        }
        return text.split(separator: " ").joined(separator: " ")
    }
}
