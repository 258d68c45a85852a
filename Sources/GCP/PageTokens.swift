import Model

/// The walk through the pages of one list. An empty page with a token goes on; a token that comes again, or too many pages, is an
/// error.
struct PageTokens {
    private let limit: Int
    private var token: String?
    private var seen: Set<String> = []

    init(limit: Int) { self.limit = limit }

    var hasNext: Bool { token != nil }

    /// The call for the next page.
    func next(_ call: ComputeCall) -> ComputeCall {
        guard let token else { return call }
        var call = call
        call.query.append(("pageToken", token))
        return call
    }

    mutating func advance(to next: String?, of call: ComputeCall) throws(APIError) {
        token = nil
        guard let next, !next.isEmpty else { return }
        guard seen.insert(next).inserted else {
            throw call.error("repeated-page-token", "the list led back to a page that was read already", .permanent, status: 200)
        }
        guard seen.count < limit else {
            throw call.error("too-many-pages", "the list has more than \(limit) pages", .permanent, status: 200)
        }
        token = next
    }
}
