import AWS
import Model

@testable import GCP
@testable import HTTP

/// Heads of answers, dates and delays in them, and requests made of what others sent.
enum HTTPDriver {
    static func run(_ input: [UInt8]) throws {
        let head = try readHead(input)
        let now = Timestamp(secondsSinceEpoch: 1_772_366_400)
        let values = head.headers.fields.prefix(8).map(\.value) + [String(decoding: input.prefix(60), as: UTF8.self)]
        for value in values {
            if let date = HTTPDate.parse(value) {
                try require(Timestamp(rfc3339: date.rfc3339) == date, "the date \(value) is read as \(date.rfc3339)")
            }
            if let delay = HTTPDate.retryAfter(value, now: now) {
                try require(delay >= .zero && delay <= .seconds(3600), "Retry-After \(value) is \(delay)")
            }
            if let delay = HTTPResponse(status: 429, headers: ["Retry-After": value], body: []).retryAfter {
                try require(delay >= .zero && delay <= .seconds(3600), "Retry-After \(value) is \(delay)")
            }
            try checkRequest(value, head.headers)
        }
    }

    private static func readHead(_ input: [UInt8]) throws -> ResponseHead {
        var head = ResponseHead()
        var rest = input[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: 0x0A).map { $0 + 1 } ?? rest.endIndex
            let progress = Array(rest[..<end]).withUnsafeBytes { head.read($0) }
            rest = rest[end...]
            if progress == .malformed || progress == .tooLarge { break }
            if progress == .complete { try require(head.isComplete && (200...999).contains(head.status), "complete with \(head.status)") }
        }
        try require(head.headers.fields.count <= ResponseHead.maxFields, "\(head.headers.fields.count) fields")
        for field in head.headers.fields.prefix(16) {
            try require(!field.name.isEmpty, "a field without a name")
            try require(head.headers[field.name] != nil, "the field \(field.name.debugDescription) is there, and not found")
        }
        return head
    }

    /// A request is refused, or has nothing in it that ends a line early.
    private static func checkRequest(_ value: String, _ headers: HTTPHeaders) throws {
        var sent: HTTPHeaders = ["X-Value": value]
        for field in headers.fields.prefix(4) { sent.add(field.name, field.value) }
        let limits = HTTPLimits(connect: .seconds(1), total: .seconds(1), idle: .seconds(1), responseBytes: 1)
        for url in ["https://h.test/\(value)", value, "https://\(value)/"] {
            do {
                let request = try PreparedRequest(HTTPRequest("GET", url, headers: sent, limits: limits))
                let texts = request.headerLines + [request.url, request.origin, request.label]
                for text in texts {
                    let isSound = text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
                    try require(isSound, "a request with \(text.debugDescription)")
                }
                try require(request.url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a request to \(request.url.debugDescription)")
            } catch let error as HTTPError {
                try checkPrintable(error.description)
                try require(error.description.utf8.count <= 4096, "an error of \(error.description.utf8.count) bytes")
            }
        }
    }
}
