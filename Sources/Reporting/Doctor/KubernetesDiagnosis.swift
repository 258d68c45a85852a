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
                result: AWSDiagnosis.answer(error), advice: "check the server in the kubeconfig, the network and HTTPS_PROXY")
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
                result: AWSDiagnosis.answer(error), advice: "check the credentials of the kubeconfig's user, or of the service account")
        }
    }

    private func right(_ right: KubernetesExamination.Right) -> Finding {
        let place = right.namespace.map { "namespace \($0)" } ?? "the cluster"
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
                advice: "see to it that the API server can be reached, and ask again")
        }
    }

    private static func severity(_ need: KubernetesExamination.Right.Need) -> Finding.Severity {
        switch need {
        case .needed: .stops
        case .useful: .warning
        case .unused: .ok
        }
    }

    private static func advice(_ right: KubernetesExamination.Right) -> String {
        let grant = "bind the roles of deploy/manifests/10-rbac.yaml to who it is"
        return switch right.need {
        case .needed: grant
        case .useful: "\(grant); without it the loop goes on, " + without(right.permission)
        case .unused: "no policy of this file needs it"
        }
    }

    private static func without(_ permission: String) -> String {
        if permission.hasPrefix("watch") { return "and sees what changed at the next interval only" }
        if permission.hasSuffix("configmaps") { return "and a restart repeats the alerts that were told, and forgets the last changes" }
        return "and tells of it in its log only"
    }

    private var lease: Finding? {
        let resource = "\(examination.namespace)/\(examination.leaseName)"
        switch examination.holder {
        case .success(let holder):
            return finding(
                .ok, .lease, tried: "the Lease", on: resource,
                result: holder.map { "held by \($0)" } ?? "nobody holds it, or it is yet to be made")
        // Told as a right already.
        case .failure(let error) where error.isDenied: return nil
        case .failure(let error):
            return finding(
                .notChecked, .lease, tried: "the Lease", on: resource, result: AWSDiagnosis.answer(error),
                advice: "see to it that the API server can be reached, and ask again")
        }
    }
}
