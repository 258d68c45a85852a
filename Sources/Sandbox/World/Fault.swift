/// A fault to be met by the next calls that match it.
package struct Fault: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        /// An error in the API's own format; nothing is done.
        case fail(status: Int, code: String, message: String)
        /// The call is carried out, then the connection ends without an answer.
        case dropAnswer
        /// The connection ends, and nothing is done.
        case dropRequest
        /// The call is carried out at once; its answer comes later.
        case delay(Duration)
        /// An answer that is not of the API at all.
        case answer(status: Int, contentType: String, body: [UInt8])
    }

    package var api: SandboxAPI
    /// The vendor's name of the call; `nil` for any.
    package var operation: String?
    /// The exact resource; `nil` for any.
    package var resource: String?
    /// How many calls it still meets.
    package var remaining: Int
    /// How many matching calls pass first.
    package var skip: Int
    package var effect: Effect

    package init(
        _ api: SandboxAPI, _ operation: String? = nil, resource: String? = nil, times: Int = 1, skip: Int = 0, _ effect: Effect
    ) {
        self.api = api
        self.operation = operation
        self.resource = resource
        remaining = times
        self.skip = skip
        self.effect = effect
    }

    fileprivate func matches(_ api: SandboxAPI, _ operation: String, _ resource: String) -> Bool {
        self.api == api && (self.operation ?? operation) == operation && (self.resource ?? resource) == resource
    }
}

extension [Fault] {
    /// Uses up the first fault that matches a call.
    package mutating func take(_ api: SandboxAPI, _ operation: String, _ resource: String) -> Fault.Effect? {
        guard let index = firstIndex(where: { $0.matches(api, operation, resource) }) else { return nil }
        if self[index].skip > 0 {
            self[index].skip -= 1
            return nil
        }
        let effect = self[index].effect
        self[index].remaining -= 1
        if self[index].remaining <= 0 { remove(at: index) }
        return effect
    }
}
