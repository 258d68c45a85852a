import Model

extension ComputeWorld {
    /// What every mutating call says about itself.
    package struct Caller: Hashable, Sendable {
        package var user: String
        /// A UUID, not zero; repeating a call with the same one has no second effect.
        package var requestID: String?

        package init(user: String, requestID: String?) {
            self.user = user
            self.requestID = requestID
        }
    }

    /// The operation that the same `requestId` made earlier, if it is still remembered.
    func remembered(_ caller: Caller, project: String, type: String, targetPath: String, now: Timestamp)
        throws(ComputeError) -> ComputeOperation?
    {
        guard let id = caller.requestID else { return nil }
        guard Self.isUsableUUID(id) else {
            throw .invalid(field: "requestId", value: id, "Must be a valid UUID, and not zero.")
        }
        guard let earlier = requests[RequestKey(project: project, requestID: id.lowercased())],
            now - earlier.at <= settings.requestIDWindow
        else { return nil }
        guard earlier.type == type, earlier.targetPath == targetPath else {
            throw .invalid(field: "requestId", value: id, "The request id was already used for another request.")
        }
        return operations[earlier.operation]
    }

    private static func isUsableUUID(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [8, 4, 4, 4, 12] else { return false }
        let digits = parts.joined()
        guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }) else { return false }
        return digits.contains { $0 != UInt8(ascii: "0") }
    }

    mutating func begin(
        _ type: String, on targetPath: String, id targetID: UInt64, project: String, scope: ComputeOperation.Scope, caller: Caller,
        takes duration: Duration, now: Timestamp, action: ComputeOperation.Action
    ) -> ComputeOperation {
        let name =
            "operation-\(now.millisecondsSinceEpoch)-\(random.hex(13))-\(random.hex(8))-\(random.hex(8))"
        let operation = ComputeOperation(
            name: name, id: random.numericID(), project: project, scope: scope, type: type, targetPath: targetPath,
            targetID: targetID, user: caller.user, requestID: caller.requestID, insertedAt: now, dueAt: now + duration,
            action: action)
        operations[name] = operation
        if let id = caller.requestID {
            requests[RequestKey(project: project, requestID: id.lowercased())] = RememberedRequest(
                operation: name, type: type, targetPath: targetPath, at: now)
        }
        schedule(.operation(name), at: operation.dueAt)
        forgetOld(now: now)
        return operation
    }

    private mutating func forgetOld(now: Timestamp) {
        guard operations.count > Self.operationLimit else { return }
        let window = settings.requestIDWindow
        requests = requests.filter { now - $0.value.at <= window }
        let finished = operations.values.filter(\.isDone).sorted { $0.dueAt < $1.dueAt }
        for operation in finished.prefix(operations.count - Self.operationLimit / 2) { operations[operation.name] = nil }
    }

    /// An operation that is under way ends with this error, and without effect.
    package mutating func failOperation(_ name: String, with failure: ComputeOperation.Failure) {
        guard operations[name]?.isDone == false else { return }
        operations[name]?.failure = failure
    }

    mutating func complete(_ name: String) {
        guard let operation = operations[name] else { return }
        guard operation.failure == nil else {
            operations[name]?.isDone = true
            return
        }
        do throws(ComputeOperation.Failure) {
            try perform(operation.action, at: operation.dueAt)
        } catch {
            operations[name]?.failure = error
        }
        operations[name]?.isDone = true
    }

    private mutating func perform(_ action: ComputeOperation.Action, at now: Timestamp) throws(ComputeOperation.Failure) {
        switch action {
        case .addAccessConfig(let instance, let id, let config): try attach(config, to: instance, id: id)
        case .deleteAccessConfig(let instance, let id, let name): try detach(name, from: instance, id: id)
        case .deleteInstance(let instance, let id): removeInstance(instance, id: id, now: now)
        case .insertAddress(let reference): addresses[reference]?.status = .reserved
        case .deleteAddress(let reference, let id): try removeAddress(reference, id: id)
        case .setLabels(let reference, let labels): addresses[reference]?.labels = labels
        }
    }

    package func operation(project: String, scope: ComputeOperation.Scope, name: String) throws(ComputeError) -> ComputeOperation {
        guard let found = operations[name], found.project == project, found.scope == scope else {
            throw .notFound("projects/\(project)/\(scope.path)/operations/\(name)")
        }
        return found
    }
}
