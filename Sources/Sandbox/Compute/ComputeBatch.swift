/// A batch of Compute Engine calls in one request: `multipart/mixed`, each part an HTTP request.
///
/// Source: cloud.google.com/compute/docs/api/how-tos/batch; gcloud sends its calls so when there are several.
struct ComputeBatch: Sendable {
    struct Part: Sendable {
        var contentID: String
        var request: WireRequest
    }

    let parts: [Part]

    /// Calls in one batch. Source: as above, "Batch size limit".
    static let limit = 1000

    /// `nil` if the request is no batch.
    init?(_ request: WireRequest) {
        guard request.method == "POST", request.segments.first == "batch",
            let boundary = Self.boundary(request.header("Content-Type") ?? "")
        else { return nil }
        let text = String(decoding: request.body, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false).joined(
            separator: "\n")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let sections = lines.split(omittingEmptySubsequences: true) { $0 == "--\(boundary)" || $0 == "--\(boundary)--" }
        let authorization = request.header("Authorization")
        parts = sections.prefix(Self.limit).compactMap { Self.part(Array($0), authorization: authorization) }
    }

    private static func boundary(_ contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/mixed") else { return nil }
        for field in contentType.split(separator: ";") {
            let trimmed = field.drop { $0 == " " }
            guard trimmed.lowercased().hasPrefix("boundary=") else { continue }
            return String(trimmed.dropFirst("boundary=".count)).filter { $0 != "\"" }
        }
        return nil
    }

    private static func part(_ lines: [String], authorization: String?) -> Part? {
        var rest = lines[...]
        let outer = headers(&rest)
        while rest.first?.isEmpty == true { rest.removeFirst() }
        guard let words = rest.popFirst()?.split(separator: " "), words.count >= 2 else { return nil }
        var inner = headers(&rest)
        if let authorization, !inner.contains(where: { $0.name.lowercased() == "authorization" }) {
            inner.append(("Authorization", authorization))
        }
        var target = String(words[1])
        if let scheme = ["http://", "https://"].first(where: { target.hasPrefix($0) }) {
            target = String(target.dropFirst(scheme.count).drop { $0 != "/" })
        }
        let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
        return Part(
            contentID: outer.first { $0.name.lowercased() == "content-id" }?.value ?? "",
            request: WireRequest(
                method: String(words[0]), path: halves.first ?? "/", query: halves.count > 1 ? halves[1] : "", headers: inner,
                body: Array(rest.joined(separator: "\n").drop { $0 == "\n" }.utf8)))
    }

    /// Reads header lines and the empty line after them.
    private static func headers(_ lines: inout ArraySlice<String>) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        while let line = lines.popFirst(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { continue }
            result.append((String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
        return result
    }

    static func response(_ answers: [(contentID: String, response: WireResponse)], boundary: String) -> WireResponse {
        var text = ""
        for answer in answers {
            let id = answer.contentID.hasPrefix("<") ? "<response-" + answer.contentID.dropFirst() : "response-" + answer.contentID
            text += "--\(boundary)\r\nContent-Type: application/http\r\nContent-ID: \(id)\r\n\r\nHTTP/1.1 \(answer.response.status) "
            text += answer.response.status < 400 ? "OK" : "Error"
            for header in answer.response.headers { text += "\r\n\(header.name): \(header.value)" }
            text += "\r\nContent-Length: \(answer.response.body.count)\r\n\r\n"
            text += String(decoding: answer.response.body, as: UTF8.self) + "\r\n"
        }
        text += "--\(boundary)--\r\n"
        return .text(text, contentType: "multipart/mixed; boundary=\(boundary)")
    }
}
