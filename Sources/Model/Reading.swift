/// What an observation of one thing brought: a value, or no knowledge and why. Unknown is never empty.
package enum Reading<Value> {
    case known(Value)
    case unknown(Unknown)

    package var value: Value? {
        if case .known(let value) = self { value } else { nil }
    }

    package var unknown: Unknown? {
        if case .unknown(let reason) = self { reason } else { nil }
    }

    package func map<T>(_ transform: (Value) -> T) -> Reading<T> {
        switch self {
        case .known(let value): .known(transform(value))
        case .unknown(let reason): .unknown(reason)
        }
    }
}

extension Reading: Sendable where Value: Sendable {}
extension Reading: Equatable where Value: Equatable {}
extension Reading: Hashable where Value: Hashable {}
