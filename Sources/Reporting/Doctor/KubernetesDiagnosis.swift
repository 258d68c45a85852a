import Model

/// Findings from what the API server answered. Pure.
package struct KubernetesDiagnosis {
    private let examination: KubernetesExamination

    package init(_ examination: KubernetesExamination) { self.examination = examination }

    /// In place of an examination, where no cluster is configured: `run` ends then, whatever the policies have; `plan` and `apply` only where
    /// one of them has `nodes`.
    ///
    /// - Parameter needsNodes: whether a policy has `nodes`.
    package static func notConfigured(_ problem: String, needsNodes: Bool) -> Finding {
        Finding(
            .stops, .kubernetes, "no cluster", .configuration, tried: "KUBECONFIG, the service account", on: "this process",
            result: problem,
            advice: needsNodes
                ? "a policy selects nodes, so run, plan and apply end at once (apply --whitelist-only does not): set KUBECONFIG, or run in the "
                    + "cluster"
                : "run ends at once, since the Lease that elects the one writer needs a cluster: set KUBECONFIG, or run in the cluster; no "
                    + "policy selects nodes, so run --dry-run, plan and apply do without, and no Lease keeps another writer away from apply"
        )
    }

    package var findings: [Finding] { [server, identity, lease].compactMap(\.self) + examination.rights.map(right) }

    private func finding(
        _ severity: Finding.Severity, _ check: Finding.Check, tried: String, on resource: String, result: String, advice: String? = nil
    ) -> Finding {
        Finding(
            severity, .kubernetes, "\(examination.server), \(examination.origin)", check, tried: tried, on: resource, result: result,
            advice: advice)
    }

    private var server: Finding {
        switch examination.version {
        case .success(let version): return finding(.ok, .server, tried: "version", on: examination.server, result: version)
        case .failure(let error):
            // What is reached and says no to this question alone may serve all others.
            return finding(
                error.httpStatus == nil ? .stops : .notChecked, .server, tried: "version", on: examination.server,
                result: AWSDiagnosis.answer(error),
                advice: error.httpStatus == nil
                    ? "check the server in the kubeconfig, the network and HTTPS_PROXY"
                    : Self.advice(error, grant: "the ClusterRole system:public-info-viewer lets everyone ask this: see what takes it away"))
        }
    }

    private var identity: Finding {
        let tried = "SelfSubjectReview"
        switch examination.caller {
        case .success(let name): return finding(.ok, .identity, tried: tried, on: examination.server, result: name)
        case .failure(let error) where error.isMissing:
            return finding(
                .notChecked, .identity, tried: tried, on: examination.server,
                result: "this server does not tell who asks: it is served from Kubernetes 1.28 on",
                advice: "what is said of rights is said of whomever the credentials of \(examination.origin) are; look there")
        case .failure(let error):
            return finding(
                error.httpStatus == 401 ? .stops : .notChecked, .identity, tried: tried, on: examination.server,
                result: AWSDiagnosis.answer(error), advice: Self.advice(error, grant: Self.basicUser))
        }
    }

    /// Source: Kubernetes documentation, "Using RBAC Authorization", default roles.
    private static let basicUser = "the ClusterRole system:basic-user lets whoever is known ask this: see what takes it away"
    static let roles = "bind the roles of deploy/manifests/10-rbac.yaml to who it is"

    /// What to do about a failure.
    ///
    /// - Parameter grant: where the right to ask is what is missing.
    static func advice(_ error: APIError, grant: String = roles) -> String {
        switch error.httpStatus {
        case 401: "check the credentials of the kubeconfig's user, or of the service account"
        case _ where error.isDenied: grant
        case let status? where status >= 500:
            "the API server answers, and fails: look at its state (kubectl get --raw '/readyz?verbose'), and ask again"
        default: "see to it that the API server can be reached, and ask again"
        }
    }

    private func right(_ right: KubernetesExamination.Right) -> Finding {
        let place = (right.name.map { "\($0) in " } ?? "") + (right.namespace.map { "namespace \($0)" } ?? "the cluster")
        switch right.answer {
        case .success((true, _)):
            return finding(.ok, .right, tried: right.permission, on: place, result: "allowed, by SelfSubjectAccessReview")
        case .success((false, let reason)):
            return finding(
                Self.severity(right.need), .right, tried: right.permission, on: place,
                result: "not allowed" + (reason.isEmpty ? "" : ": \(reason)"), advice: Self.advice(right))
        case .failure(let error):
            return finding(
                .notChecked, .right, tried: right.permission, on: place, result: AWSDiagnosis.answer(error),
                advice: Self.advice(error, grant: Self.basicUser))
        }
    }

    /// Whether a right that is missing has a finding of its own, so that what it keeps from being read is not told twice.
    private func isToldMissing(_ permission: String) -> Bool {
        examination.rights.map(right).contains { $0.severity == .stops && $0.tried == permission }
    }

    private static func severity(_ need: KubernetesExamination.Right.Need) -> Finding.Severity {
        switch need {
        case .needed: .stops
        case .useful: .warning
        case .unused: .ok
        }
    }

    private static func advice(_ right: KubernetesExamination.Right) -> String {
        switch right.need {
        case .needed: roles
        case .useful: "\(roles); without it the loop goes on, " + without(right)
        case .unused: "no policy of this file needs it"
        }
    }

    private static func without(_ right: KubernetesExamination.Right) -> String {
        if right.permission.hasPrefix("watch") { return "and sees what changed at the next interval only" }
        guard right.permission.hasSuffix("configmaps") else { return "and tells of it in its log only" }
        let state = "a restart repeats the alerts that were told, and forgets the last changes"
        let report = "run --dry-run leaves its report nowhere in the cluster"
        switch right.name {
        case let name? where name.hasSuffix("-report"): return "and \(report)"
        case nil: return "and \(state); \(report)"
        default: return "and \(state)"
        }
    }

    private var lease: Finding? {
        let resource = "\(examination.namespace)/\(examination.leaseName)"
        switch examination.holder {
        case .success(let holder):
            return finding(
                .ok, .lease, tried: "the Lease", on: resource,
                result: holder.map { "held by \($0)" } ?? "nobody holds it, or it is yet to be made")
        case .failure(let error) where error.isDenied && isToldMissing("get leases.coordination.k8s.io"): return nil
        // Who can't read the Lease never leads, and who doesn't lead does nothing.
        case .failure(let error):
            return finding(
                .stops, .lease, tried: "the Lease", on: resource, result: AWSDiagnosis.answer(error), advice: Self.advice(error))
        }
    }
}
