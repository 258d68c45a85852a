/// What a policy's loop is carrying out at one moment: swaps by node, and work on security groups.
package struct Activity: Hashable, Sendable {
    /// One node's change of address.
    package struct Swap: Hashable, Sendable {
        package enum Step: String, Hashable, Sendable, CaseIterable {
            case claiming, asking, checking, looking, detaching, attaching, restoring, verifying, inspecting, waiting, unclaiming
        }

        package var node: String
        package var address: AddressReference
        package var ip: IPAddress
        /// What is, or was, taken off.
        package var previousIP: IPAddress?
        package var step: Step
        /// When this process began it, or took it up.
        package var since: Timestamp
        /// Taken up from a claim, rather than begun here.
        package var isResumed: Bool
        /// Why the node has no address yet, after its own was taken off: it is tried again and again.
        package var stranded: String?

        package init(
            node: String, address: AddressReference, ip: IPAddress, previousIP: IPAddress?, step: Step, since: Timestamp, isResumed: Bool,
            stranded: String?
        ) {
            self.node = node
            self.address = address
            self.ip = ip
            self.previousIP = previousIP
            self.step = step
            self.since = since
            self.isResumed = isResumed
            self.stranded = stranded
        }
    }

    /// One security group being brought to its plan.
    package struct Work: Hashable, Sendable {
        package enum Step: String, Hashable, Sendable, CaseIterable {
            case reading, makingRoom, authorizing, readingBack, revoking, verifying
        }

        package var group: SecurityGroupReference
        package var step: Step
        package var since: Timestamp

        package init(group: SecurityGroupReference, step: Step, since: Timestamp) {
            self.group = group
            self.step = step
            self.since = since
        }
    }

    /// Sorted by node.
    package var swaps: [Swap]
    /// Sorted by region and id.
    package var works: [Work]

    package init(swaps: [Swap] = [], works: [Work] = []) {
        self.swaps = swaps
        self.works = works
    }

    package var isIdle: Bool { swaps.isEmpty && works.isEmpty }
}
