// Faults planted in the decisions of this tool, to prove that the simulation finds each: `MutantTests`. A debug build can switch one on
// for a task. In a release build nothing is left of them: `MUTANTS` is not defined there, `isActive` is the constant `false`, and a name
// is no more than a literal that nobody reads.

#if MUTANTS
    /// A rule of this tool that is broken on purpose. Each case says what goes wrong.
    package enum Mutant: String, CaseIterable, Sendable {
        // MARK: Planning

        /// A list of Addresses that failed counts as a list of none.
        case treatsUnknownAddressesAsEmpty
        /// A list of nodes that failed counts as a list of none.
        case treatsUnknownNodesAsEmpty
        /// A group that could never be read counts as admitting everything.
        case treatsUnknownGroupsAsAdmitting
        /// However old the last good reading of a group is, it counts for binding.
        case countsOldReadingsForBinding
        /// An Address of another tier is taken for a node.
        case dropsTheTierCheck
        /// An Address of another region is taken for a node.
        case dropsTheRegionCheck
        /// A node is given an Address that is not admitted yet.
        case bindsBeforeAdmitted
        /// A wide rule counts as admitting an Address for binding.
        case countsWideRulesAsAdmitting
        /// A rule goes though a pool node holds what it admits.
        case revokesWhatNodesHold
        /// The brake never holds.
        case ignoresTheBrake
        /// An empty reserved set revokes everything, whatever `allowEmpty` says.
        case ignoresAnEmptySet
        /// An Address that is not in the policy's list counts as released for certain.
        case confirmsReleasesByAbsence
        /// Even a confirmed release waits for the brake.
        case brakesConfirmedReleases
        /// A rule that another Drawbridge wrote is foreign.
        case revokesOfOtherOwners
        /// The `keep` list keeps nothing.
        case revokesWhatIsKept
        /// A rule that admits no managed port is in scope.
        case revokesOutOfScope
        /// What always needs approval goes without.
        case revokesWithoutApproval
        /// Any static address is taken off a node.
        case takesOffStaticAddresses
        /// A node that holds a reserved Address counts as one that holds none.
        case forgetsWhatIsBound
        /// The node that this controller runs on is swapped like any other.
        case swapsItsOwnNode
        /// A node that has left the pool in mid-swap is swapped all the same.
        case swapsWhatLeftThePool
        /// An Address stays free when a node was given it.
        case givesOneAddressTwice
        /// What is authorized is the /24 around an Address.
        case admitsTheNeighbours
        /// At the quota any rule makes room, also one that admits a reserved Address.
        case makesRoomWithReserved
        /// Nothing is ever due to be revoked.
        case revokesNothing
        /// Nothing is ever missing from a group.
        case authorizesNothing
        /// The startup taint goes from nodes that are not bound.
        case takesTaintsOffUnbound

        // MARK: A group's work

        /// What is due goes before what is missing comes.
        case revokesBeforeAuthorizing
        /// What was authorized counts as admitted before a describe shows it.
        case skipsTheReadBack
        /// The work on a group goes on when the process was told to stop.
        case revokesAfterStop

        // MARK: A swap

        /// The claims of nodes that left the pool are not looked for.
        case seeksNoStrays
        /// A claim that is found on a node is not taken up.
        case forgetsClaims
        /// The address is taken off before the claim is on the node.
        case detachesBeforeTheClaim
        /// The Address is not looked at before the address of the node is taken off.
        case detachesUnchecked
        /// After a lost answer the call is repeated under a new request id.
        case repeatsUnderNewIDs
        /// A lost answer of a detach counts as a detach that has not happened.
        case takesLostAnswersForFailures
        /// An attach that was answered with an error counts as done.
        case ignoresTheOperationsError
        /// A node without an address is not given an ephemeral one.
        case restoresNoEphemeral
        /// Another Address is attached without a claim of it.
        case attachesAnotherUnclaimed
        /// A swap goes on to its detach when the process was told to stop.
        case detachesAfterStop

        // MARK: Watching and repeating

        /// A watch whose history is gone is opened again from where it was.
        case watchesOnFromTheForgotten
        /// A watch's word of a node that went is dropped.
        case dropsDeletions
        /// A watch's word of a node that changed is dropped.
        case dropsModifications
        /// Of a node that is known, nothing is told any more.
        case tellsNoChanges
        /// A node that a new list lacks stays known.
        case keepsWhatAListLacks
        /// A watch that fails is opened again at once.
        case watchesAgainAtOnce
        /// Calls are repeated though the budget is empty.
        case repeatsWithoutBudget
        /// A write whose answer was lost is sent once more, without a look at what became of it.
        case repeatsLostWrites
        /// A call is repeated before the server wants to hear of it again.
        case ignoresRetryAfter
        /// A group of which no rule is shown counts as one that is there and has none.
        case believesNoRules

        // MARK: The election and the gate

        /// The lease is written whatever its resourceVersion is by now.
        case leasesWithoutVersion
        /// Expiry is judged by the record's times and this machine's wall clock.
        case judgesLeasesByWallClock
        /// A leader writes for as long as nobody tells it that the lease is lost.
        case writesAfterTheDeadline
        /// Who finds the lease emptied by hand writes at once.
        case skipsTheGrace
        /// Every request of a write leaves.
        case opensTheGate

        /// The one that is switched on for this task.
        @TaskLocal package static var active: Mutant?

        package var isActive: Bool { Mutant.active == self }
    }
#else
    // Public, since what is of the package only is not inlined into other modules: the literals would stay.
    @dynamicMemberLookup
    public enum Mutant {
        public struct Absent {
            @inlinable init() {}
            @inlinable @inline(__always) public var isActive: Bool { false }
        }

        @inlinable public static subscript(dynamicMember name: StaticString) -> Absent { @inline(__always) get { Absent() } }
    }
#endif
