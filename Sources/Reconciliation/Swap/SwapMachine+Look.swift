import Model

/// What a reading of the instance tells.
extension SwapMachine {
    /// What a reading of the instance shows of its external address.
    enum Look {
        case with(IPAddress?)
        case without
        case gone
        /// Another instance of the same name, without an external address after the detach of this swap or, most likely, a predecessor's.
        case stripped
        /// Another instance of the same name.
        case replaced
        case unreadable(APIError)
    }

    mutating func look(_ result: Result<Instance, APIError>) -> Look {
        let look = told(result)
        switch look {
        case .without, .stripped: (mayBeBare, isBare) = (true, true)
        // What is still the address from before may come off yet.
        case .with(let ip) where ip == claim.ip: (mayBeBare, isBare) = (false, false)
        case .with: (mayBeBare, isBare) = (hasSentDetach ? mayBeDetaching : nil, false)
        case .gone, .replaced: (mayBeBare, isBare) = (false, false)
        case .unreadable: break
        }
        return look
    }

    private func told(_ result: Result<Instance, APIError>) -> Look {
        switch result {
        case .failure(let error) where error.isMissing: return .gone
        case .failure(let error): return .unreadable(error)
        case .success(let instance):
            guard instance.id == claim.instanceID else {
                return (hasSentDetach || isResumed) && instance.accessConfig == nil ? .stripped : .replaced
            }
            return instance.accessConfig.map { .with($0.natIP) } ?? .without
        }
    }

    func text(_ ip: IPAddress?) -> String { ip?.description ?? "an address still being drawn" }
}
