import Model

/// Findings from what Google Cloud answered. Pure.
package struct GoogleDiagnosis {
    private let examination: GoogleExamination
    /// Projects of the policies, for people.
    private let subject: String

    package init(_ examination: GoogleExamination, projects: [String]) {
        self.examination = examination
        subject = projects.isEmpty ? "no project" : "project \(Set(projects).sorted().joined(separator: ", "))"
    }

    package var findings: [Finding] { identity + examination.probes.map(probe) + examination.rights.flatMap(rights) }

    private func finding(
        _ severity: Finding.Severity, _ check: Finding.Check, tried: String, on resource: String, result: String, advice: String? = nil
    ) -> Finding {
        Finding(severity, .google, subject, check, tried: tried, on: resource, result: result, advice: advice)
    }

    private var identity: [Finding] {
        switch examination.caller {
        case .failure(let error):
            return [
                finding(
                    // Tokens may well be there: what needs one says so itself.
                    error.disposition == .permanent || error.isDenied ? .stops : .notChecked, .identity, tried: error.operation,
                    on: error.resource, result: AWSDiagnosis.answer(error),
                    advice: "on GKE set up Workload Identity Federation; elsewhere set GOOGLE_APPLICATION_CREDENTIALS")
            ]
        case .success(let caller):
            let who = finding(
                .ok, .identity, tried: "whose tokens", on: caller.source, result: caller.email ?? "an account that nothing names")
            return [who, scopes(caller)]
        }
    }

    private func scopes(_ caller: GoogleExamination.Caller) -> Finding {
        let list = caller.scopes?.joined(separator: " ") ?? ""
        switch caller.reachesCompute {
        case true?: return finding(.ok, .scopes, tried: "scopes", on: caller.source, result: list)
        case nil:
            return finding(.notChecked, .scopes, tried: "scopes", on: caller.source, result: "nothing tells what the tokens are good for")
        case false?:
            return finding(
                .stops, .scopes, tried: "scopes", on: caller.source,
                result: "neither cloud-platform nor compute is among them: \(list)",
                advice: "with such tokens no right helps: give the node pool --scopes=cloud-platform, or use Workload Identity Federation")
        }
    }

    private func probe(_ probe: GoogleExamination.Probe) -> Finding {
        switch probe.answer {
        case .success(let seen):
            return finding(.ok, .right, tried: probe.permission, on: probe.resource, result: "allowed; \(seen)")
        case .failure(let error):
            // No request was made at all: that is no right's fault.
            guard error.api != .credentials else {
                return finding(
                    error.isDenied || error.disposition == .permanent ? .stops : .notChecked, .identity, tried: error.operation,
                    on: error.resource, result: AWSDiagnosis.answer(error),
                    advice: "without a token nothing can be asked: put the identity right first")
            }
            return finding(
                error.isDenied ? (probe.isNeeded ? .stops : .warning) : error.isMissing ? .warning : .notChecked, .right,
                tried: probe.permission, on: probe.resource, result: AWSDiagnosis.answer(error), advice: advice(error, probe.permission))
        }
    }

    private func rights(_ rights: GoogleExamination.Rights) -> [Finding] {
        rights.needed.sorted().map { permission in
            switch rights.answer {
            case .success(let missing) where missing.contains(permission):
                return finding(
                    .stops, .right, tried: permission, on: rights.resource, result: "not granted, by testIamPermissions",
                    advice: "grant it to \(account) (policies/gcp-role.yaml); a grant takes some minutes to get everywhere")
            case .success:
                return finding(.ok, .right, tried: permission, on: rights.resource, result: "granted, by testIamPermissions")
            case .failure(let error):
                return finding(
                    .notChecked, .right, tried: permission, on: rights.resource,
                    result: "testIamPermissions tells nothing: \(AWSDiagnosis.answer(error))",
                    advice:
                        "the loop goes on without that answer, and learns of a missing right from a swap; to ask needs the right to list "
                        + "(policies/gcp-role.yaml)")
            }
        }
    }

    private var account: String { (try? examination.caller.get().email) ?? "this account" }

    private func advice(_ error: APIError, _ permission: String) -> String {
        if error.isDenied { return "grant \(permission) to \(account) (policies/gcp-role.yaml)" }
        return error.isMissing ? "look whether it is still there" : "see to it that Compute Engine can be reached, and ask again"
    }
}
