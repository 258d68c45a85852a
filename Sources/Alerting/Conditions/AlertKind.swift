/// What kind of trouble lasts, in CamelCase: the Event's reason, Alertmanager's `alertname`, the `reason` of a log line.
package enum AlertKind: String, Hashable, Sendable, Codable, CaseIterable {
    // Of a policy, from its plan.
    case addressUnbound = "AddressUnbound"
    case addressBoundElsewhere = "AddressBoundElsewhere"
    /// The Address is gone for certain while a group still admits its IP: a stranger may hold it already.
    case addressReleasedWhileAdmitted = "AddressReleasedWhileAdmitted"
    case nodeUnassigned = "NodeUnassigned"
    /// Nothing could be put on a node whose address was taken off, so far.
    case nodeWithoutAddress = "NodeWithoutAddress"
    /// Nodes wait for an address that the reserved set does not have.
    case poolExhausted = "PoolExhausted"
    case foreignRule = "ForeignRule"
    case heldForApproval = "HeldForApproval"
    case revocationHeld = "RevocationHeld"
    case ruleQuotaReached = "RuleQuotaReached"
    case ruleQuotaNear = "RuleQuotaNear"
    case readingUnknown = "ReadingUnknown"
    // Of the process.
    case syncFailing = "SyncFailing"
    case syncStale = "SyncStale"
    case credentialsExpiring = "CredentialsExpiring"
    case credentialsRefused = "CredentialsRefused"
    case computeQuotaNear = "ComputeQuotaNear"
    case policyRefused = "PolicyRefused"
    /// A sink of alerts takes none: the others are told.
    case alertSinkFailing = "AlertSinkFailing"
}
