import Model
import Reporting
import Testing

@Suite struct `Findings of a cluster` {
    private func error(_ disposition: APIError.Disposition, _ status: Int?) -> APIError {
        APIError(
            api: .kubernetes, operation: "create selfsubjectreviews", resource: "the caller", code: "NotFound", httpStatus: status,
            message: "said so", disposition: disposition)
    }

    private func identity(_ caller: Result<String, APIError>) throws -> Finding {
        let examination = KubernetesExamination(
            origin: "/etc/kubeconfig", server: "https://k", version: .success("v1.27.3"), caller: caller, rights: [],
            namespace: "drawbridge", leaseName: "drawbridge", holder: .success(nil))
        return try #require(KubernetesDiagnosis(examination).findings.first { $0.check == .identity })
    }

    @Test func `a server before 1.28 can't tell who asks, which stops nothing and is said`() throws {
        let found = try identity(.failure(error(.missing, 404)))
        #expect(found.severity == .notChecked && found.result.contains("does not tell who asks") && found.result.contains("1.28"))
        #expect(found.advice?.contains("/etc/kubeconfig") == true)
    }

    @Test func `a refusal to tell stops only where the credentials are refused`() throws {
        #expect(try identity(.failure(error(.denied, 401))).severity == .stops)
        #expect(try identity(.failure(error(.denied, 403))).severity == .notChecked)
        #expect(try identity(.failure(error(.retry(after: nil), nil))).severity == .notChecked)
        #expect(try identity(.success("system:serviceaccount:a:b")).result == "system:serviceaccount:a:b")
    }

    // MARK: A cluster that refuses everything

    private func right(
        _ permission: String, _ answer: Result<(isAllowed: Bool, reason: String), APIError>, name: String? = nil,
        need: KubernetesExamination.Right.Need = .needed
    ) -> KubernetesExamination.Right {
        KubernetesExamination.Right(permission: permission, namespace: "drawbridge", name: name, need: need, answer: answer)
    }

    private func findings(
        version: APIError? = nil, rights: [KubernetesExamination.Right] = [], holder: Result<String?, APIError> = .success(nil)
    ) -> [Finding] {
        let examination = KubernetesExamination(
            origin: "/etc/kubeconfig", server: "https://k", version: version.map { .failure($0) } ?? .success("v1.33.0"),
            caller: version.map { .failure($0) } ?? .success("me"), rights: rights, namespace: "drawbridge", leaseName: "drawbridge",
            holder: holder)
        return KubernetesDiagnosis(examination).findings
    }

    @Test(arguments: [401, 403, 500, 503])
    func `a cluster that answers everything with an error stops the loop, and the advice fits the error`(_ status: Int) throws {
        let refusal = error(status < 500 ? .denied : .retry(after: nil), status)
        let found = findings(
            version: refusal, rights: [right("get leases.coordination.k8s.io", .failure(refusal))], holder: .failure(refusal))
        #expect(!DoctorReport(found).isOK, "\(found)")
        let lease = try #require(found.first { $0.check == .lease })
        let words = [401: "credentials", 403: "10-rbac.yaml"][status] ?? "/readyz"
        #expect(lease.severity == .stops && lease.advice?.contains(words) == true, "\(lease)")
        for finding in found {
            #expect(finding.advice?.contains("be reached") == false, "it was reached: \(finding)")
            #expect(finding.severity != .ok)
        }
    }

    @Test func `a refused Lease is told once: as the right that is missing, where that is known`() throws {
        let refusal = error(.denied, 403)
        let name = "get leases.coordination.k8s.io"
        let told = findings(rights: [right(name, .success((false, "")))], holder: .failure(refusal)).filter { $0.severity == .stops }
        #expect(told.map(\.check) == [.right] && told.map(\.tried) == [name])
        // Another right that is missing, or a review that says yes, explains nothing.
        for other in [right("list nodes", .success((false, ""))), right(name, .success((true, ""))), right(name, .failure(refusal))] {
            #expect(findings(rights: [other], holder: .failure(refusal)).contains { $0.check == .lease && $0.severity == .stops })
        }
    }

    @Test func `of each ConfigMap it is said what is lost without it`() throws {
        let found = findings(rights: [
            right("patch configmaps", .success((false, "")), name: "drawbridge-state", need: .useful),
            right("patch configmaps", .success((false, "")), name: "drawbridge-report", need: .useful),
            right("create configmaps", .success((false, "")), need: .useful),
        ]).filter { $0.check == .right }
        #expect(
            found.map(\.resource) == [
                "drawbridge-state in namespace drawbridge", "drawbridge-report in namespace drawbridge", "namespace drawbridge",
            ])
        #expect(found.map { $0.advice?.contains("repeats the alerts") } == [true, false, true])
        #expect(found.map { $0.advice?.contains("--dry-run") } == [false, true, true])
        #expect(found.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: [true, false])
    func `without a cluster run ends, and what does without is said`(_ needsNodes: Bool) {
        let found = KubernetesDiagnosis.notConfigured("nothing names one", needsNodes: needsNodes)
        #expect(found.severity == .stops && found.result == "nothing names one")
        #expect(found.advice?.contains("plan and apply do without") == !needsNodes)
        #expect(found.advice?.contains("run, plan and apply end") == needsNodes)
    }
}
