package import Model

/// Where a reserved Address stands.
package enum AddressState: Hashable, Sendable {
    /// A pool node holds it.
    case bound(node: String)
    /// It is on its way to a node.
    case claimed(node: String)
    /// Nothing holds it.
    case unbound
    /// Something outside the pool holds it.
    case boundElsewhere([AddressUser])
    /// Something holds it; whether a pool node does is not known.
    case unknown(Unknown)
}

package struct AddressPlan: Hashable, Sendable {
    package var address: Address
    package var state: AddressState
    /// Groups of the policy that do not admit it yet, sorted.
    package var notAdmittedIn: [SecurityGroupReference]

    package init(address: Address, state: AddressState, notAdmittedIn: [SecurityGroupReference]) {
        self.address = address
        self.state = state
        self.notAdmittedIn = notAdmittedIn
    }
}
