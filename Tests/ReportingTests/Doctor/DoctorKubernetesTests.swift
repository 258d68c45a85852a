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

    @Test(arguments: [true, false])
    func `without a cluster run ends, and what does without is said`(_ needsNodes: Bool) {
        let found = KubernetesDiagnosis.notConfigured("nothing names one", needsNodes: needsNodes)
        #expect(found.severity == .stops && found.result == "nothing names one")
        #expect(found.advice?.contains("plan and apply do without") == !needsNodes)
        #expect(found.advice?.contains("run, plan and apply end") == needsNodes)
    }
}
