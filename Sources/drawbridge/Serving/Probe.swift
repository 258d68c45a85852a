/// A probe's answer in the Kubernetes manner: `ok`, or a line for each check; `?verbose` shows them all, `?exclude=NAME` leaves one out,
/// and each is by itself under `/readyz/NAME`.
///
/// Source: Kubernetes documentation, "Kubernetes API health endpoints"; k8s.io/apiserver `healthz.go`, which answers 500 where this answers 503.
enum Probe {
    static func answer(_ name: String, _ checks: [HealthState.Check], _ request: SiteRequest) -> SiteAnswer {
        let excluded = Set(request.values("exclude"))
        var lines = ""
        var isWell = true
        for check in checks {
            if excluded.contains(check.name) {
                lines += "[+]\(check.name) excluded: ok\n"
            } else if let obstacle = check.obstacle {
                isWell = false
                lines += "[-]\(check.name) failed: \(obstacle)\n"
            } else {
                lines += "[+]\(check.name) ok\n"
            }
        }
        let unknown = excluded.subtracting(checks.map(\.name)).sorted()
        if !unknown.isEmpty { lines += "warn: some health checks cannot be excluded: no matches for \(unknown.count) of the names given\n" }
        guard isWell else { return .text(503, lines + "\(name) check failed\n") }
        return .text(200, request.value("verbose") == nil ? "ok\n" : lines + "\(name) check passed\n")
    }

    static func answer(_ check: HealthState.Check) -> SiteAnswer {
        check.obstacle.map { .text(503, "\(check.name) failed: \($0)\n") } ?? .text(200, "ok\n")
    }
}
