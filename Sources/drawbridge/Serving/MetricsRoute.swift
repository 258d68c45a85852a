import Reporting

/// `/metrics`: what a controller tells of itself in numbers, in the format that the reader likes best.
struct MetricsRoute: Sendable {
    let board: Board
    let recorder: MetricsRecorder

    /// - Parameter accept: the request's header.
    func answer(accept: String?) -> SiteAnswer {
        let format = Exposition.Format(accept: accept)
        let families = Metrics.families(board.snapshot, recorder.counters, .current)
        var answer = SiteAnswer(200, format.contentType, Exposition.write(families, as: format))
        answer.headers = [("Vary", "Accept")]
        return answer
    }
}
