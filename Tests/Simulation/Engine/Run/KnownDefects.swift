/// Seeds that break an invariant through a defect that is known and not mended yet. They are told, with the reason, and don't fail a campaign; whoever mends one takes its row out.
package enum KnownDefects {
    package static let seeds: [UInt64: String] = [
        4794: "a rule counts as gone for the brake from the sending of its revoke on (ReconcilerMachine.stepWork takes it out of the reading), so what is left may pass the brake "
            + "a moment before EC2 has carried the revoke out",
        8414: "a swap taken up while its detach is still under way lets go of the claim when the instance has another address than before (SwapMachine, inspected); the detach then "
            + "takes that address off, and nothing tells any more that the node lacks one",
    ]
}
