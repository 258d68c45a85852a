/// An answer whose body is still coming.
package struct HTTPStream: Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: Body

    package init(status: Int, headers: HTTPHeaders, body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Pieces of the body as they arrive; a piece may end anywhere. For one reader. When the reader ends or is cancelled the transfer is
    /// closed.
    package struct Body: AsyncSequence, Sendable {
        package typealias Element = [UInt8]
        package typealias Failure = HTTPError

        private let read: @Sendable () async throws(HTTPError) -> [UInt8]?

        /// - Parameter read: the next piece, `nil` at the end.
        package init(read: @escaping @Sendable () async throws(HTTPError) -> [UInt8]?) { self.read = read }

        package func makeAsyncIterator() -> Iterator { Iterator(read: read) }

        package struct Iterator: AsyncIteratorProtocol {
            fileprivate let read: @Sendable () async throws(HTTPError) -> [UInt8]?

            package mutating func next() async throws(HTTPError) -> [UInt8]? { try await read() }

            package mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
                try await read()
            }
        }
    }
}
