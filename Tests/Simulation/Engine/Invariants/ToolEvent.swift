import Model
import Sandbox

/// What a replica did, as the books are told of it at the moment it did it.
enum ToolEvent {
    case started(_ replica: Int, _ epoch: Int)
    case stopped(_ replica: Int, _ epoch: Int)
    /// A write of the lease in its own name was answered with success; when its request was sent.
    case renewed(_ replica: Int, sentAt: Int)
    /// It knows that it does not lead any more.
    case gaveUp(_ replica: Int)
    /// A describe was answered.
    case read(_ replica: Int, _ epoch: Int, SecurityGroup)
    /// An Address was asked for and is free.
    case looked(_ replica: Int, _ epoch: Int, AddressReference)
    /// A request of a write leaves.
    case sends(_ replica: Int, _ epoch: Int, CallKind, _ resource: String)
    /// A request of a call leaves once more, for what its last one came to.
    case repeats(_ replica: Int, _ epoch: Int, CallKind, _ resource: String, Outcome)
    /// A reflector asks for a list or a watch.
    case watches(_ replica: Int, _ epoch: Int, policy: Int)
    case detaches(_ replica: Int, _ epoch: Int, InstanceReference, _ requestID: String)
    case attaches(_ replica: Int, _ epoch: Int, InstanceReference, IPAddress?, _ requestID: String)
    case revokes(_ replica: Int, _ epoch: Int, policy: Int, SecurityGroupReference, [String])
}

/// Who is behind a change of the world.
enum Cause {
    /// What falls due in the clouds: operations, which only the tool begins, and the lags of the clouds' own controllers.
    case clouds
    case tool(Int, CallKind)
    /// People, and what they and Google do to nodes, Addresses and rules.
    case person
    /// What no decision rests on: processes, their clocks, their way to the API server, the lease, a node's readiness.
    case beside
}
