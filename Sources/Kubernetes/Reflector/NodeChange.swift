/// That something about a node changed. It only wakes the loop: what is so is read again.
package enum NodeChange: Hashable, Sendable {
    case appeared(name: String)
    case changed(name: String)
    case disappeared(name: String)

    package var name: String {
        switch self {
        case .appeared(let name), .changed(let name), .disappeared(let name): name
        }
    }
}
