/// What a call to a cloud's API came to when it did not succeed.
///
/// A vendor's error code is mapped to a `Disposition` once, in that vendor's client; everything above switches on the disposition.
package struct APIError: Error, Hashable, Sendable {
    package enum API: String, Hashable, Sendable, Codable {
        case ec2, sts, rds, compute, kubernetes
        /// A token or credential source of AWS or GCP.
        case credentials
    }

    /// What to do about it.
    package enum Disposition: Hashable, Sendable {
        /// The same call may succeed later, not before the given delay if the server named one.
        case retry(after: Duration?)
        /// The state that the call was based on was old: read again, decide again.
        case reread
        /// The identity may not do this. Repeating won't help until someone grants the right.
        case denied
        /// The thing named does not exist.
        case missing
        /// The call can't succeed as it is.
        case permanent
    }

    package var api: API
    /// The vendor's name of the call, such as `AuthorizeSecurityGroupIngress` or `instances.addAccessConfig`.
    package var operation: String
    /// What it was called on, as a person would name it.
    package var resource: String
    /// The vendor's code; for failures below HTTP a short kebab-case word such as `timeout` or `tls`.
    package var code: String
    /// The HTTP status, if an answer came.
    package var httpStatus: Int?
    /// The vendor's id of the call, if an answer named one.
    package var requestID: String?
    /// The vendor's message, or what the transport said. Bounded, and free of secrets.
    package var message: String
    package var disposition: Disposition
    /// Whether the call may have taken effect all the same: it was sent, and no answer that excludes it was read.
    package var mayHaveTakenEffect: Bool

    package init(
        api: API, operation: String, resource: String, code: String, httpStatus: Int? = nil, requestID: String? = nil,
        message: String, disposition: Disposition, mayHaveTakenEffect: Bool = false
    ) {
        self.api = api
        self.operation = operation
        self.resource = resource
        self.code = Self.bounded(code, 200)
        self.httpStatus = httpStatus
        self.requestID = requestID.map { Self.bounded($0, 200) }
        self.message = Self.bounded(message, 1000)
        self.disposition = disposition
        self.mayHaveTakenEffect = mayHaveTakenEffect
    }

    /// One character can be as long as a whole answer, so it is scalars that are counted.
    private static func bounded(_ text: String, _ limit: Int) -> String {
        String(text.unicodeScalars.prefix(limit))
    }

    package var isDenied: Bool { disposition == .denied }
    package var isMissing: Bool { disposition == .missing }

    /// The reading that a failed read amounts to.
    package var unknown: Unknown {
        switch disposition {
        case .denied: Unknown(.denied, description)
        case .missing: Unknown(.missing, description)
        default: Unknown(.failed, description)
        }
    }
}

extension APIError: CustomStringConvertible {
    /// `ec2 DescribeSecurityGroups on sg-1 in eu-west-1: UnauthorizedOperation (HTTP 403): …, request id …`
    package var description: String {
        var text = "\(api.rawValue) \(operation) on \(resource): \(code)"
        if let httpStatus { text += " (HTTP \(httpStatus))" }
        if !message.isEmpty { text += ": \(message)" }
        if let requestID { text += " (request id \(requestID))" }
        return text
    }
}
