import Reporting
import Testing

@testable import GCP

/// The rights that are rendered against the methods that the client calls, both ways.
@Suite struct GoogleRoleTests {
    @Test func `the role for nodes grants what the client's methods need, no more and no less`() {
        #expect(GoogleCustomRole(bindsNodes: true).permissions == ComputeMethod.allPermissions)
    }

    @Test func `without nodes only the methods about addresses are called`() {
        let methods: [ComputeMethod] = [.aggregatedListAddresses, .listAddresses, .getAddress]
        #expect(GoogleCustomRole(bindsNodes: false).permissions == Set(methods.flatMap(\.permissions)).sorted())
    }

    @Test func `what is needed for nodes repeats nothing of what is needed for addresses`() {
        #expect(Set(GoogleCustomRole.nodePermissions).isDisjoint(with: GoogleCustomRole.addressPermissions))
    }
}
