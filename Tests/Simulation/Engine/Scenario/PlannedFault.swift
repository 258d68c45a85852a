/// A fault that meets the n-th call of a kind, counted from 1 over all replicas.
package struct PlannedFault: Hashable, Sendable {
    package var kind: FaultKind
    package var call: CallKind
    package var occurrence: Int
    package var parameter: Int

    package init(_ kind: FaultKind, _ call: CallKind, _ occurrence: Int, _ parameter: Int) {
        self.kind = kind
        self.call = call
        self.occurrence = occurrence
        self.parameter = parameter
    }
}
