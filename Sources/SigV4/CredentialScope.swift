/// What a signature is good for: one day, one region, one service.
///
/// Source: AWS, "Elements of an AWS API request signature", credential scope.
package struct CredentialScope: Sendable, Hashable {
    /// `20150830`.
    package let date: String
    package let region: String
    package let service: String

    static let terminator = "aws4_request"

    package init(date: String, region: String, service: String) {
        self.date = date
        self.region = region
        self.service = service
    }

    package var text: String { "\(date)/\(region)/\(service)/\(CredentialScope.terminator)" }
}
