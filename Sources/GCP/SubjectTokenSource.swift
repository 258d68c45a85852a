import Model

/// Where the token comes from that an external account shows for itself. It is read anew for each exchange.
protocol SubjectTokenSource: Sendable {
    /// File or server, for people.
    var place: String { get }

    func token() async throws(APIError) -> Secret
}
