import Planning
import Reporting

/// What is served, apart from how: requests to answers. Read-only.
struct StatusSite: Sendable {
    let board: Board
    let health: HealthState
    let hosts: HostCheck
    /// `nil`: everybody may read.
    let gate: TokenGate?
    /// JSON lines of the history; the newest last.
    let history: @Sendable () -> [UInt8]
    let metrics: MetricsRoute

    func answer(_ request: SiteRequest) async -> SiteAnswer {
        guard request.method == "GET" || request.method == "HEAD" else {
            var answer = SiteAnswer.text(405, "this is read-only: GET and HEAD\n")
            answer.headers = [("Allow", "GET, HEAD")]
            return answer
        }
        if let answer = probe(request) { return answer }
        guard hosts.accepts(request.host) else {
            return .text(421, "this listens on the loopback and answers to its names only, such as localhost or 127.0.0.1\n")
        }
        if let gate, let refusal = await refusal(gate, request) { return refusal }
        return content(request)
    }

    private func probe(_ request: SiteRequest) -> SiteAnswer? {
        let parts = request.path.split(separator: "/", omittingEmptySubsequences: true)
        let checks: [HealthState.Check]
        switch parts.first {
        case "livez", "healthz": checks = health.liveness
        case "readyz": checks = health.readiness
        default: return nil
        }
        switch parts.count {
        case 1: return Probe.answer(String(parts[0]), checks, request)
        case 2: return checks.first { $0.name == parts[1] }.map(Probe.answer) ?? .text(404, "there is no such check\n")
        default: return .text(404, "there is no such check\n")
        }
    }

    private func refusal(_ gate: TokenGate, _ request: SiteRequest) async -> SiteAnswer? {
        switch await gate.judge(request.authorization) {
        case .admitted: return nil
        case .unknown: return .text(503, "the cluster could not be asked about the token; try again\n")
        case .refused:
            var answer = SiteAnswer.text(401, "send a bearer token that this cluster knows, such as that of kubectl create token\n")
            answer.headers = [("WWW-Authenticate", "Bearer")]
            return answer
        }
    }

    private func content(_ request: SiteRequest) -> SiteAnswer {
        switch request.path {
        case "/": return page()
        case "/style.css": return SiteAnswer(200, "text/css; charset=utf-8", Array(StyleSheet.text.utf8))
        case "/app.js": return SiteAnswer(200, "text/javascript; charset=utf-8", Array(Script.text.utf8))
        case "/explain": return explanation(request)
        case "/api/v1/status": return status(request)
        case "/api/v1/explain": return explanationAsData(request)
        case "/api/v1/history":
            var answer = SiteAnswer(200, "application/x-ndjson", history())
            answer.headers += leader(board.snapshot)
            return answer
        case "/api/v1/plan": return plan(request)
        case "/api/v1/events": return .events
        case "/metrics": return metrics.answer(accept: request.accept)
        default: return .text(404, "there is nothing here; the page is at /\n")
        }
    }

    private func page() -> SiteAnswer {
        // Before the snapshot: what changes in between is shown, and asked for once more.
        let revision = board.revision
        return SiteAnswer(200, SiteAnswer.html, Array(StatusPage(StatusReport(board.snapshot), revision: revision).html.utf8))
    }

    private func status(_ request: SiteRequest) -> SiteAnswer {
        let snapshot = board.snapshot
        var answer: SiteAnswer
        switch request.value("format") {
        case nil, "json": answer = SiteAnswer(200, SiteAnswer.json, StatusDocument(snapshot).json)
        case "text": answer = .text(200, StatusReport(snapshot).text(colored: false))
        default: return .text(400, "format is json or text\n")
        }
        answer.headers += leader(snapshot)
        return answer
    }

    /// Whom to ask instead, of a replica that knows little.
    private func leader(_ snapshot: ControllerSnapshot) -> [(name: String, value: String)] {
        guard case .standingBy(let holder) = snapshot.role, holder.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return [] }
        return [(Self.leaderHeader, holder)]
    }

    static let leaderHeader = "Drawbridge-Leader"

    private func plan(_ request: SiteRequest) -> SiteAnswer {
        let snapshot = board.snapshot
        var answer = Self.plan(snapshot.policies.compactMap(\.plan), request.value("format"))
        answer.headers += leader(snapshot)
        return answer
    }

    private static func plan(_ plans: [Plan], _ format: String?) -> SiteAnswer {
        switch format {
        case nil, "json": return SiteAnswer(200, SiteAnswer.json, Array(PlanDocument(plans).json.utf8))
        case "text": return .text(200, plans.map { PlanReport($0).text(colored: false) }.joined(separator: "\n"))
        case "markdown":
            return SiteAnswer(
                200, "text/markdown; charset=utf-8", Array(plans.map { PlanReport($0).markdown }.joined(separator: "\n").utf8))
        case "html":
            var answer = SiteAnswer(200, SiteAnswer.html, Array(PlanPage(plans).html.utf8))
            // One file with its style in it, fit to be kept: nothing else runs or loads.
            answer.headers = [("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")]
            return answer
        default: return .text(400, "format is json, text, markdown or html\n")
        }
    }

    private func explanation(_ request: SiteRequest) -> SiteAnswer {
        guard let subject = request.value("subject"), subject.utf8.count <= Explainer.subjectBytes else {
            return .text(400, "say what to explain: /explain?subject=ADDRESS, NODE or RULE\n")
        }
        let revision = board.revision
        let snapshot = board.snapshot
        let explanation = Explainer(snapshot).explain(subject)
        let page = ExplanationPage(explanation, at: snapshot.at, revision: revision)
        return SiteAnswer(explanation.isFound ? 200 : 404, SiteAnswer.html, Array(page.html.utf8))
    }

    private func explanationAsData(_ request: SiteRequest) -> SiteAnswer {
        guard let subject = request.value("subject"), subject.utf8.count <= Explainer.subjectBytes else {
            return .text(400, "say what to explain: ?subject=ADDRESS, NODE or RULE\n")
        }
        let snapshot = board.snapshot
        let explanation = Explainer(snapshot).explain(subject)
        var answer: SiteAnswer
        switch request.value("format") {
        // 200 in either case: the API server's proxy keeps the body of an error to itself.
        case nil, "json": answer = SiteAnswer(200, SiteAnswer.json, explanation.json)
        case "text": answer = .text(200, explanation.text(colored: false))
        default: return .text(400, "format is json or text\n")
        }
        answer.headers += leader(snapshot) + [(Self.answersHeader, "\(explanation.answers.count)")]
        return answer
    }

    /// How many answers an explanation has; none for what is not known.
    static let answersHeader = "Drawbridge-Answers"
}
