#if MUTANTS
    import Model
    import Simulation

    extension Mutant {
        /// A seed's scenario, with what this mutant needs to show itself: chance alone would take thousands of seeds for some. The rest
        /// stays as the seed has it.
        func sharpen(_ scenario: inout Scenario) {
            func set(_ values: [Setting: Int]) { scenario.settings.merge(values) { $1 } }
            func only(_ actions: [WorldAction] = [], _ faults: [PlannedFault] = []) {
                (scenario.actions, scenario.faults) = (actions, faults)
            }
            func many(_ kind: WorldAction.Kind, _ times: [Int], first: Int = 0) -> [WorldAction] {
                times.enumerated().map { WorldAction(at: $1, kind, first + $0, 1 + 2 * $0) }
            }
            func often(_ kind: FaultKind, _ call: CallKind, _ occurrences: some Sequence<Int>, _ parameter: Int = 60_000) -> [PlannedFault]
            {
                occurrences.map { PlannedFault(kind, call, $0, parameter) }
            }
            // Any seed will do.
            if [.revokesNothing, .authorizesNothing].contains(self) { return }
            let seed = Int(scenario.seed)
            set([
                .policies: 1, .replicas: 1, .quota: 60, .scopeGroup: 0, .foreignReport: 0, .maxRevocations: 6, .allowEmpty: 0, .ownNode: 0,
                .groups: 1, .interval: 15, .bound: 0, .byHand: 0, .page: 0,
            ])
            switch self {
            case .treatsUnknownAddressesAsEmpty:
                set([.allowEmpty: 1, .admitted: 1, .addresses: 1, .stale: 0, .foreign: 0, .nodes: 0])
                only([], often(.partial, .listAddresses, 2...60, 0))
            case .treatsUnknownNodesAsEmpty:
                set([.addresses: 3, .admitted: 3, .stale: 0, .foreign: 0, .nodes: 2, .chaos: 400_000])
                only(many(.unlabel, [220_000]), often(.denied, .listNodes, 15...200))
            case .treatsUnknownGroupsAsAdmitting:
                set([.admitted: 3, .addresses: 4, .chaos: 100_000])
                only([], often(.denied, .describeRules, 1...3))
            case .countsOldReadingsForBinding:
                set([.nodes: 1, .addresses: 5, .admitted: 5, .stale: 0, .foreign: 0, .lastGood: 30, .chaos: 400_000])
                only(many(.addNode, [260_000, 300_000]), often(.denied, .describeRules, 4...100))
            case .dropsTheTierCheck:
                set([.nodes: 5, .addresses: 2, .chaos: 100_000])
                only(many(.reserveOtherTier, [500, 600, 700, 20_000], first: 1).map { WorldAction(at: $0.time, $0.kind, 1, 1) })
            case .dropsTheRegionCheck:
                set([.nodes: 5, .addresses: 5, .chaos: 100_000])
                only(many(.reserveOtherTier, [500, 600, 700]).map { WorldAction(at: $0.time, $0.kind, 0, 1) })
            case .bindsBeforeAdmitted:
                set([.addresses: 4, .admitted: 0, .chaos: 100_000])
                only([], often(.denied, .authorizeIngress, [1]))
            case .countsWideRulesAsAdmitting:
                set([.addresses: 4, .admitted: 0, .chaos: 100_000, .foreignReport: 1])
                only([WorldAction(at: 500, .addWide, 0, 0)], often(.denied, .authorizeIngress, [1]))
            case .skipsTheReadBack:
                set([.addresses: 4, .admitted: 0, .describeLag: 5000, .chaos: 60_000])
                only()
            case .revokesWhatNodesHold, .confirmsReleasesByAbsence:
                set([.addresses: 5, .nodes: 4, .stale: 0, .foreign: 0, .allowEmpty: 1, .chaos: 400_000])
                only(many(.unlabel, [220_000, 220_100, 220_200]))
            case .ignoresTheBrake:
                set([.stale: 0, .foreign: 2, .maxRevocations: 1, .chaos: 60_000])
                only()
            case .ignoresAnEmptySet:
                set([.addresses: 0, .stale: 1, .foreign: 0, .chaos: 60_000])
                only()
            case .brakesConfirmedReleases:
                set([.stale: 2, .foreign: 2, .maxRevocations: 1, .chaos: 300_000])
                only()
            case .revokesOfOtherOwners:
                set([.stale: 0, .foreign: 0, .chaos: 60_000])
                only([WorldAction(at: 500, .addForeign, 4, 0)])
            case .revokesWhatIsKept, .revokesOutOfScope:
                set([.stale: 0, .foreign: 0, .chaos: 60_000])
                only()
            case .revokesWithoutApproval:
                set([.stale: 0, .foreign: 0, .chaos: 60_000])
                only([WorldAction(at: 500, .addGroupSource, 0, 0)])
            case .takesOffStaticAddresses:
                set([.byHand: 1, .nodes: 2, .addresses: 5, .chaos: 60_000])
                only()
            case .forgetsWhatIsBound:
                set([.nodes: 2, .addresses: 3, .admitted: 3, .bound: 1, .chaos: 60_000])
                only()
            case .seeksNoStrays:
                set([.nodes: 1, .addresses: 5, .admitted: 5, .chaos: 60_000])
                only([WorldAction(at: 20_000, .leavePool, 0, 0)], [PlannedFault(.crashAfter, .deleteAccessConfig, 1, 30_000)])
            case .revokesNothing, .authorizesNothing: break
            case .swapsItsOwnNode:
                set([.ownNode: 1, .nodes: 2, .addresses: 5, .chaos: 60_000])
                only()
            case .swapsWhatLeftThePool:
                set([.nodes: 1, .addresses: 5, .admitted: 5, .chaos: 400_000])
                only([WorldAction(at: 20_000, .leavePool, 0, 0)], [PlannedFault(.crashAfter, .setClaim, 1, 200_000)])
            case .givesOneAddressTwice:
                set([.nodes: 5, .addresses: 5, .maxSwaps: 16, .taint: 1, .chaos: 60_000])
                only()
            case .makesRoomWithReserved:
                set([.quota: 4, .addresses: 2, .admitted: 0, .stale: 1, .foreign: 0, .chaos: 100_000])
                only([WorldAction(at: 500, .addWide, 1, 0)], often(.denied, .describeRules, [1]))
            case .revokesBeforeAuthorizing:
                set([.addresses: 3, .admitted: 0, .stale: 0, .foreign: 0, .chaos: 100_000])
                only([WorldAction(at: 500, .addWide, 1, 0)], often(.denied, .describeRules, [1]))
            case .takesTaintsOffUnbound:
                set([.taint: 1, .nodes: 5, .addresses: 1, .chaos: 60_000])
                only()
            case .admitsTheNeighbours:
                set([.addresses: 1, .admitted: 0, .chaos: 60_000])
                only()
            case .detachesBeforeTheClaim, .detachesUnchecked:
                set([.nodes: 2, .addresses: 4, .chaos: 60_000])
                only()
            case .revokesAfterStop:
                set([.nodes: 2, .addresses: 6, .admitted: 3, .stale: 2, .describeLag: 5000, .operation: 20_000, .chaos: 60_000])
                only([WorldAction(at: 8000 + seed * 250, .stop, 0, 5000)])
            case .detachesAfterStop:
                set([.nodes: 3, .addresses: 6, .admitted: 3, .latency: 400, .chaos: 60_000])
                only([WorldAction(at: 5500 + seed * 150, .stop, 0, 5000)])
            case .forgetsClaims:
                set([.nodes: 2, .addresses: 4, .chaos: 60_000])
                only([], [PlannedFault(.crashAfter, .deleteAccessConfig, 1, 5000)])
            case .repeatsUnderNewIDs, .takesLostAnswersForFailures:
                set([.nodes: 2, .addresses: 4, .operation: 25_000, .chaos: 100_000])
                only([], often(.outage, .waitOperation, [1], 60_000))
            case .ignoresTheOperationsError, .restoresNoEphemeral:
                set([.nodes: 1, .addresses: 1, .chaos: 60_000])
                only([], often(.operationFails, .addAccessConfig, [1], 0))
            case .attachesAnotherUnclaimed:
                set([.nodes: 1, .addresses: 5, .admitted: 5, .chaos: 60_000])
                only([], often(.operationFails, .addAccessConfig, [1], 0))
            case .watchesOnFromTheForgotten:
                set([.nodes: 2, .addresses: 3, .chaos: 60_000])
                only(many(.compactHistory, [6000, 12_000, 18_000]) + many(.addNode, [30_000]), often(.watchDrop, .watchNodes, 1...20, 0))
            case .dropsDeletions:
                set([.nodes: 2, .addresses: 3, .chaos: 60_000])
                only(many(.removeNode, [30_000]))
            case .dropsModifications, .tellsNoChanges:
                set([.nodes: 2, .addresses: 3, .chaos: 60_000])
                only(many(.touchNode, [30_000]))
            case .keepsWhatAListLacks:
                set([.nodes: 2, .addresses: 3, .nodeLag: 200, .chaos: 60_000])
                only(many(.removeNode, [30_000]), often(.watchGone, .watchNodes, 1...40, 0))
            case .watchesAgainAtOnce:
                set([.latency: 100, .chaos: 100_000])
                only([], often(.outage, .watchNodes, [1]))
            case .repeatsWithoutBudget:
                set([.groups: 2, .addresses: 3, .latency: 100, .chaos: 400_000])
                only([], often(.outage, .describeRules, [6], 400_000))
            case .repeatsLostWrites:
                set([.addresses: 4, .admitted: 0, .chaos: 60_000])
                only([], often(.lostAnswer, .authorizeIngress, [1], 0))
            case .ignoresRetryAfter:
                set([.addresses: 4, .admitted: 0, .chaos: 60_000])
                only([], often(.retryAfter, .authorizeIngress, [1], 20_000))
            case .believesNoRules:
                set([.addresses: 4, .chaos: 100_000])
                only([WorldAction(at: 20_000, .hideGroup, 900, 0)])
            case .leasesWithoutVersion:
                set([.replicas: 3, .latency: 400, .chaos: 120_000])
                only([WorldAction(at: 20_000, .crash, 0, 90_000)] + many(.reserve, [40_000, 50_000, 60_000, 70_000, 80_000]))
            case .judgesLeasesByWallClock:
                set([.replicas: 2, .chaos: 120_000])
                only([WorldAction(at: 12_000, .clockJump, 1, 3600)] + many(.reserve, [14_000, 20_000, 40_000, 60_000]))
            case .writesAfterTheDeadline:
                set([.replicas: 2, .chaos: 120_000])
                only(
                    [WorldAction(at: 20_000, .cutOff, 0, 60_000), WorldAction(at: 20_000, .cutOff, 1, 60_000)]
                        + many(.reserve, [22_000, 25_000, 35_000, 45_000]))
            case .skipsTheGrace:
                set([.replicas: 3, .chaos: 120_000, .admitted: 0])
                only(many(.clearLease, [20_000, 50_000, 80_000]) + many(.revokeOurs, [19_900, 49_900, 79_900]))
            case .opensTheGate:
                set([.replicas: 2, .nodes: 5, .addresses: 7, .admitted: 5, .chaos: 120_000])
                only([WorldAction(at: 6000 + seed * 200, .freeze, 0, 30_000), WorldAction(at: 6000 + seed * 200, .freeze, 1, 30_000)])
            }
            scenario.actions.sort { $0.time < $1.time }
        }

        /// Whether this says what the mutant breaks: of a run that does not converge it is what is left undone.
        func isKilled(by violation: Violation) -> Bool {
            guard killers.contains(violation.invariant) else { return false }
            guard violation.invariant == "Convergence" else { return true }
            let complaint =
                switch self {
                case .revokesNothing: "nothing holds it back"
                case .authorizesNothing: "is reserved and not admitted"
                case .watchesOnFromTheForgotten, .dropsDeletions, .dropsModifications, .keepsWhatAListLacks:
                    "reflector knows something else"
                case .tellsNoChanges: "reflector has not told"
                default: "has no external address"
                }
            return violation.message.contains(complaint)
        }

        /// The invariants that speak of what it breaks. Another one that finds it first says that this list, or an invariant, is not as
        /// it should be.
        var killers: Set<String> {
            switch self {
            case .treatsUnknownAddressesAsEmpty, .treatsUnknownNodesAsEmpty, .makesRoomWithReserved, .revokesBeforeAuthorizing:
                ["ReservedNeverRevoked", "HeldNeverRevoked"]
            case .revokesWhatNodesHold: ["HeldNeverRevoked"]
            case .confirmsReleasesByAbsence: ["HeldNeverRevoked", "BrakesHold"]
            case .revokesNothing, .authorizesNothing: ["Convergence", "ReleasedRevokedInTime"]
            case .treatsUnknownGroupsAsAdmitting, .countsOldReadingsForBinding, .bindsBeforeAdmitted, .countsWideRulesAsAdmitting,
                .skipsTheReadBack:
                ["AdmittedBeforeBound"]
            case .dropsTheTierCheck, .dropsTheRegionCheck, .detachesUnchecked: ["CheckedBeforeDetach"]
            case .ignoresTheBrake, .ignoresAnEmptySet: ["BrakesHold"]
            case .revokesOfOtherOwners, .revokesWhatIsKept, .revokesOutOfScope: ["OthersRulesStay"]
            case .revokesWithoutApproval: ["NothingUnapproved"]
            case .brakesConfirmedReleases: ["ReleasedRevokedInTime"]
            case .takesOffStaticAddresses: ["StaticStaysOn"]
            case .forgetsWhatIsBound: ["BoundStaysBound"]
            case .swapsItsOwnNode: ["OwnNodeUntouched"]
            case .swapsWhatLeftThePool: ["OutsidePoolUntouched"]
            case .givesOneAddressTwice: ["OneClaim"]
            case .admitsTheNeighbours: ["NothingElseAdmitted"]
            case .takesTaintsOffUnbound: ["TaintNotEarly"]
            case .revokesAfterStop, .detachesAfterStop: ["StoppingReleasesNothing"]
            case .seeksNoStrays, .forgetsClaims, .takesLostAnswersForFailures, .ignoresTheOperationsError, .restoresNoEphemeral:
                ["NeverWithoutAddress", "Convergence"]
            case .detachesBeforeTheClaim, .repeatsUnderNewIDs, .attachesAnotherUnclaimed: ["ClaimBeforeDetach"]
            case .watchesOnFromTheForgotten, .dropsDeletions, .dropsModifications, .tellsNoChanges, .keepsWhatAListLacks: ["Convergence"]
            case .watchesAgainAtOnce: ["WatchesPaced"]
            case .repeatsWithoutBudget: ["WithinBudget"]
            case .repeatsLostWrites: ["NoBlindRepeat"]
            case .ignoresRetryAfter: ["RetryAfterKept"]
            case .believesNoRules: ["ReadingsTrue"]
            case .leasesWithoutVersion, .judgesLeasesByWallClock, .writesAfterTheDeadline, .skipsTheGrace, .opensTheGate: ["OneWriter"]
            }
        }
    }
#endif
