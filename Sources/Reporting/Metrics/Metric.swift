/// The metric families that a controller exposes. The raw value is the family's name in OpenMetrics; the names of its samples follow from
/// its kind.
///
/// Source: Prometheus documentation, "Metric and label naming"; OpenMetrics 1.0, "Metric types".
package enum Metric: String, CaseIterable, Sendable {
    // The process.
    case build = "drawbridge_build"
    case leader = "drawbridge_leader"
    case dryRun = "drawbridge_dry_run"
    case policyRefused = "drawbridge_policy_refused"
    case processStartTime = "process_start_time_seconds"
    case processResidentMemory = "process_resident_memory_bytes"
    case processCPU = "process_cpu_seconds"
    case processOpenFiles = "process_open_fds"
    case processMaxFiles = "process_max_fds"
    // Where a policy stands. Told by the replica that leads, or by a dry run.
    case policySuspended = "drawbridge_policy_suspended"
    case policyUnboundAfter = "drawbridge_policy_unbound_after_seconds"
    case addresses = "drawbridge_addresses"
    case addressesNotAdmitted = "drawbridge_addresses_not_admitted"
    case addressNotBoundSince = "drawbridge_address_not_bound_since_timestamp_seconds"
    case addressesUnlisted = "drawbridge_addresses_unlisted"
    case nodes = "drawbridge_nodes"
    case nodesWaiting = "drawbridge_nodes_waiting"
    case nodesStranded = "drawbridge_nodes_stranded"
    case rules = "drawbridge_rules"
    case ruleChangesPending = "drawbridge_rule_changes_pending"
    case ruleQuota = "drawbridge_rule_quota"
    case ruleQuotaUsed = "drawbridge_rule_quota_used"
    case heldRevocations = "drawbridge_held_revocations"
    case approvalPending = "drawbridge_approval_pending"
    case unknownReadings = "drawbridge_unknown_readings"
    case swapsRunning = "drawbridge_swaps_running"
    case lastPass = "drawbridge_last_pass_timestamp_seconds"
    case lastSuccess = "drawbridge_last_success_timestamp_seconds"
    case alerts = "drawbridge_alerts"
    // What was done since the process began.
    case swaps = "drawbridge_swaps"
    case swapDuration = "drawbridge_swap_duration_seconds"
    case syncs = "drawbridge_syncs"
    case syncDuration = "drawbridge_sync_duration_seconds"
    case cloudRequests = "drawbridge_cloud_requests"
    case cloudRequestDuration = "drawbridge_cloud_request_duration_seconds"
    case cloudRetries = "drawbridge_cloud_retries"
    case cloudThrottles = "drawbridge_cloud_throttles"
    case credentialExpiry = "drawbridge_credential_expiry_timestamp_seconds"
    case credentialRefreshes = "drawbridge_credential_refreshes"

    package enum Kind: String, Sendable { case counter, gauge, histogram, info }

    package var kind: Kind {
        switch self {
        case .build: .info
        case .swaps, .syncs, .cloudRequests, .cloudRetries, .cloudThrottles, .credentialRefreshes, .processCPU: .counter
        case .swapDuration, .syncDuration, .cloudRequestDuration: .histogram
        default: .gauge
        }
    }

    /// The base unit, which is the end of the name.
    package var unit: String? { ["seconds", "bytes"].first { rawValue.hasSuffix("_\($0)") } }

    /// How its samples are called.
    package var sampleNames: [String] {
        switch kind {
        case .counter: [rawValue + "_total"]
        case .gauge: [rawValue]
        case .histogram: ["_bucket", "_count", "_sum"].map { rawValue + $0 }
        case .info: [rawValue + "_info"]
        }
    }

    /// What one sample says; for people.
    package var help: String {
        switch self {
        case .build: "The version that runs; always 1."
        case .leader: "Whether this replica is the one that writes."
        case .dryRun: "Whether this process only observes and reports."
        case .policyRefused: "Whether the policy file, as it is now, does not validate; the policies before it stay at work."
        case .processStartTime: "When the process began, in seconds since the epoch."
        case .processResidentMemory: "Resident memory."
        case .processCPU: "Processor time spent, user and system."
        case .processOpenFiles: "Open file descriptors."
        case .processMaxFiles: "Most open file descriptors that are allowed."
        case .policySuspended: "Whether the policy is suspended: it is observed, and nothing is written."
        case .policyUnboundAfter: "How long a reserved address may be unbound before the policy calls for an alert."
        case .addresses:
            "Reserved addresses by what holds them: bound (a pool node), claimed (on its way to one), unbound, boundElsewhere, unknown."
        case .addressesNotAdmitted: "Reserved addresses that at least one security group of the policy does not admit yet."
        case .addressNotBoundSince:
            "Since when this process has seen a reserved address unbound, or bound elsewhere, in seconds since the epoch."
        case .addressesUnlisted: "Reserved addresses that are not bound and, for their number, have no sample of their own."
        case .nodes: "Nodes of the pool: bound, swapping, waiting."
        case .nodesWaiting: "Nodes of the pool without a reserved address, by what they wait for."
        case .nodesStranded: "Nodes whose address was taken off and that could not be given another one so far."
        case .rules: "Inbound rules by what they are to the policy: reserved, kept, stale, released, foreign, otherOwner, outOfScope."
        case .ruleChangesPending:
            "Changes of inbound rules that the last pass called for: authorize, revoke, held (a revocation that waits)."
        case .ruleQuota: "Inbound rules that the security group may have, for an IP family."
        case .ruleQuotaUsed: "Inbound rules that the security group has, for an IP family."
        case .heldRevocations: "Revocations that are due and held, by what holds them; brake: until they are approved."
        case .approvalPending: "Whether something waits for drawbridge apply --approve."
        case .unknownReadings: "Readings of the last pass that failed or were partial; nothing is revoked on them."
        case .swapsRunning: "Swaps of nodes' addresses that are under way."
        case .lastPass: "When the last pass ended, in seconds since the epoch."
        case .lastSuccess:
            "When the last pass ended that could read everything and before which nothing had gone wrong, in seconds since the epoch."
        case .alerts: "Alerts by state: pending, firing, clearing."
        case .swaps:
            "Swaps that have ended: bound, failed (the node has an ephemeral address), unsettled (to be taken up again)."
        case .swapDuration: "How long swaps took."
        case .syncs: "Passes that have ended: success, failure (something could not be read, or had gone wrong)."
        case .syncDuration: "How long passes took."
        case .cloudRequests: "Requests to APIs, by the vendor's code of the answer; OK for a success."
        case .cloudRequestDuration: "How long requests to APIs took."
        case .cloudRetries: "Requests that were made again."
        case .cloudThrottles: "Requests that were turned away because there were too many."
        case .credentialExpiry: "Until when credentials serve, in seconds since the epoch."
        case .credentialRefreshes: "Attempts to fetch credentials: success, failure."
        }
    }
}
