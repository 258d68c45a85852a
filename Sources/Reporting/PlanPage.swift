package import Planning

/// Plans as one HTML file that needs nothing else: no script, no font, no picture, no request to anywhere. Fit to be kept as an artifact of
/// a pipeline or sent by mail.
///
/// What other people wrote is text in it: everything is escaped, and its Content-Security-Policy lets nothing run or load.
package struct PlanPage: Sendable {
    private let reports: [PlanReport]

    package init(_ plans: [Plan]) { reports = plans.map(PlanReport.init) }

    package var html: String {
        let names = reports.map(\.policy).joined(separator: ", ")
        let nothing = reports.isEmpty ? "<p>No policy.</p>\n" : ""
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>Drawbridge plan: \(HTML.escaped(names))</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <main>
            <h1>Drawbridge plan</h1>
            <p class="legend">\(Self.legend)</p>
            \(nothing)\(reports.map(Self.policy).joined())</main>
            </body>
            </html>

            """
    }

    private static func policy(_ report: PlanReport) -> String {
        var html =
            "<section>\n<h2>Whitelist \(HTML.escaped(report.policy))</h2>\n<p class=\"summary\">\(HTML.escaped(report.summary))</p>\n"
        if !report.advice.isEmpty {
            html += "<ul class=\"advice\">\n" + report.advice.map { "<li>\(HTML.escaped($0))</li>\n" }.joined() + "</ul>\n"
        }
        return html + report.sections.map(section).joined() + "</section>\n"
    }

    private static func section(_ section: PlanReport.Section) -> String {
        var html = "<h3>\(HTML.escaped(section.title))</h3>\n"
        if section.lines.isEmpty {
            html += "<p>none</p>\n"
        } else {
            html +=
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(HTML.escaped(section.title))\">\n<table>\n<tbody>\n"
            let width = section.lines.map(\.columns.count).max() ?? 0
            html += section.lines.map { row($0, width) }.joined()
            html += "</tbody>\n</table>\n</div>\n"
        }
        return html + section.notes.map { "<p class=\"note\">\(HTML.escaped($0))</p>\n" }.joined()
    }

    private static func row(_ line: PlanLine, _ width: Int) -> String {
        var cells = "<th scope=\"row\"><span aria-hidden=\"true\">\(HTML.escaped(line.sign.rawValue))</span> \(word(line.sign))</th>"
        for index in 0..<width {
            cells += "<td class=\"what\">\(index < line.columns.count ? HTML.escaped(line.columns[index]) : "")</td>"
        }
        return "<tr class=\"\(word(line.sign))\">\(cells)<td>\(HTML.escaped(line.reason))</td></tr>\n"
    }

    /// A sign in words, for who can't see it or its colour.
    private static func word(_ sign: PlanLine.Sign) -> String {
        switch sign {
        case .add: "add"
        case .remove: "remove"
        case .change: "change"
        case .keep: "keep"
        case .attention: "look"
        }
    }

    private static let legend =
        "<b>+</b> is added, <b>-</b> is removed, <b>~</b> is changed, <b>=</b> stays, <b>!</b> is held or waits: someone should look."

    /// Every pair of colours has a contrast of 4.5 to 1 and more, in both schemes.
    private static let style = """
        :root{color-scheme:light dark;--back:#fff;--text:#1c2430;--faint:#566072;--line:#d5dae2;--add:#116329;--remove:#a40e26;--change:#0550ae;--look:#7a4a00;--strip:#fff6e0}
        @media (prefers-color-scheme:dark){:root{--back:#10151d;--text:#e4e9f1;--faint:#a3adbd;--line:#323b49;--add:#6fd58a;--remove:#ff8f98;--change:#7db8ff;--look:#f0b65a;--strip:#2a2213}}
        body{margin:0;background:var(--back);color:var(--text);font:15px/1.5 system-ui,sans-serif}
        main{max-width:80rem;margin:0 auto;padding:1.5rem 1rem}
        h1{font-size:1.4rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2rem 0 .25rem;border-top:1px solid var(--line);padding-top:1rem}h3{font-size:1rem;margin:1.5rem 0 .25rem}
        .legend,.note{color:var(--faint)}.note{margin:.25rem 0}.summary{font-weight:600}
        .advice{background:var(--strip);border-left:4px solid var(--look);padding:.5rem .75rem .5rem 2rem;overflow-wrap:anywhere}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.2rem .75rem .2rem 0;border-bottom:1px solid var(--line)}
        th{white-space:nowrap;font-weight:600}.what{font-family:ui-monospace,monospace;font-size:.9em;white-space:nowrap}td:last-child{min-width:16rem;overflow-wrap:anywhere}
        .add th{color:var(--add)}.remove th{color:var(--remove)}.change th{color:var(--change)}.look th{color:var(--look)}
        @media print{.scroll{overflow:visible}}
        """
}
