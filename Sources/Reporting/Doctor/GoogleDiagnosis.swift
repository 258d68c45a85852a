import Model

/// Findings from what Google Cloud answered. Pure.
package struct GoogleDiagnosis {
    private let examination: GoogleExamination
    /// Projects of the policies, for people.
    private let subject: String
    private let needsNodes: Bool

    /// - Parameter needsNodes: whether a policy has `nodes`: without, nothing of Google's is written.
    package init(_ examination: GoogleExamination, projects: [String], needsNodes: Bool) {
        self.examination = examination
        self.needsNodes = needsNodes
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
        case .failure(let error): return [unidentified(error)]
        case .success(let caller):
            let who = finding(
                .ok, .identity, tried: "whose tokens", on: caller.source, result: caller.email ?? "an account that nothing names")
            return [who, scopes(caller)]
        }
    }

    /// What says no to the question of who it is may give tokens all the same: only what keeps the loop from a token, too, stops it.
    ///
    /// Source: Google OAuth2 API v3, `tokeninfo` (400, `error` `invalid_token` or none, `error_description` `Invalid Value`); Compute Engine
    /// documentation, "Predefined metadata keys" (404 without a service account).
    private func unidentified(_ error: APIError) -> Finding {
        let stops: Bool
        var advice = "on GKE set up Workload Identity Federation; elsewhere set GOOGLE_APPLICATION_CREDENTIALS"
        let question = "the loop never asks this; whether tokens are good for anything is told by the rights below"
        switch (error.operation, error.httpStatus) {
        case ("tokeninfo", let status):
            stops = [400, 401].contains(status) && (error.code == "invalid_token" || error.message == "Invalid Value")
            advice = stops ? "the token that was given is none: log in anew, or replace the credential file" : question
        case ("metadata account", let status?) where status != 404 && error.code != "wrong-server":
            stops = false
            advice = question
        default: stops = error.disposition == .permanent || error.isDenied
        }
        return finding(
            stops ? .stops : .notChecked, .identity, tried: error.operation, on: error.resource, result: AWSDiagnosis.answer(error),
            advice: advice)
    }

    private func scopes(_ caller: GoogleExamination.Caller) -> Finding {
        let list = caller.scopes?.joined(separator: " ") ?? ""
        switch needsNodes ? caller.reachesCompute : caller.readsCompute {
        case true?: return finding(.ok, .scopes, tried: "scopes", on: caller.source, result: list)
        case nil:
            return finding(.notChecked, .scopes, tried: "scopes", on: caller.source, result: "nothing tells what the tokens are good for")
        case false?:
            return finding(
                .stops, .scopes, tried: "scopes", on: caller.source,
                result: caller.readsCompute == true
                    ? "good for reading only, and a policy has nodes: \(list)"
                    : "neither cloud-platform nor compute is among them: \(list)",
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
