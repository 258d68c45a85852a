/// The vendor's name of a call, and what it is made on.
package struct WireCall: Hashable, Sendable {
    package var operation: String
    package var resource: String

    package init(operation: String, resource: String) {
        self.operation = operation
        self.resource = resource
    }
}
