package import Model

/// Where the archive is kept between processes.
package protocol AlertStateStore: Sendable {
    /// - Returns: `nil` when there is none yet.
    func load() async throws(APIError) -> String?
    /// Writes only while this process leads.
    func save(_ text: String) async throws(APIError)
}
