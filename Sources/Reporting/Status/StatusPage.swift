import Model

/// The status page: whole and readable as the server sends it; the script only renews it.
///
/// Links are relative, so that it works behind the API server's proxy too. What other people wrote is text: all of it is escaped, and in
/// `Printable`'s form.
package struct StatusPage: Sendable {
    private let report: StatusReport
    private let revision: String

    /// - Parameter revision: of what is shown; the script asks for what is newer.
    package init(_ report: StatusReport, revision: String) {
        self.report = report
        self.revision = revision
    }

    package var html: String {
        var page = Self.head(title: title)
        page.reserveCapacity(1 << 16)
        page += """
            <body data-revision="\(HTML.escaped(revision))" data-at="\(report.at.rfc3339)">
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <h1>Drawbridge</h1>
            <p id="role" class="\(report.roleSign.style)"><b>\(HTML.escaped(report.replica))</b> \(HTML.escaped(report.role))</p>
            <p class="faint" id="asof">version \(HTML.escaped(report.version)), up \((report.at - report.startedAt).roughly), as of \(Self.clock(report.at)) UTC</p>
            <p id="live" role="status" aria-live="polite"><noscript>Reload the page to see it anew.</noscript></p>
            </header>
            <main id="main" tabindex="-1">
            <p id="summary" role="status" aria-live="polite">\(HTML.escaped(headline))</p>

            """
        page += "<div class=\"duo\">\n"
        table(report.alerts, "h2", &page)
        table(report.activity, "h2", &page)
        page += "</div>\n"
        for policy in report.policies { section(policy, &page) }
        table(report.changes, "h2", &page)
        page += """
            </main>
            <footer>
            <p class="faint">The same as data: <a href="api/v1/status">status</a>, <a href="api/v1/history">history</a>, <a href="metrics">metrics</a>. This page is read-only.</p>
            </footer>
            </body>
            </html>

            """
        return page
    }

    private var title: String {
        let count = attention
        return (count > 0 ? "(\(count)) " : "") + "Drawbridge"
    }

    private var attention: Int {
        report.alerts.rows.count + report.policies.flatMap(\.tables).reduce(0) { $0 + $1.rows.count { $0.sign == .attention } }
    }

    /// What a screen reader says when it changes.
    private var headline: String {
        let firing = report.alerts.rows.count
        let look = attention - firing
        let busy = report.activity.rows.count
        let parts = [
            firing == 0 ? "No alerts" : firing == 1 ? "1 alert" : "\(firing) alerts",
            look == 0 ? "nothing to look at" : look == 1 ? "1 thing to look at" : "\(look) things to look at",
            busy == 0 ? "nothing under way" : "\(busy) under way",
        ]
        return parts.joined(separator: ", ") + "."
    }

    private func section(_ policy: StatusReport.Policy, _ page: inout String) {
        page +=
            "<section class=\"policy\" data-key=\"policy \(HTML.escaped(policy.name))\">\n<h2>Whitelist <span class=\"mono\">\(HTML.escaped(policy.name))</span></h2>\n"
        page += "<p class=\"faint\">\(HTML.escaped(report.passes(policy)))</p>\n<p class=\"sum\">\(HTML.escaped(policy.summary))</p>\n"
        if !policy.advice.isEmpty {
            page += "<ul class=\"advice\">\n" + policy.advice.map { "<li>\(HTML.escaped($0))</li>\n" }.joined() + "</ul>\n"
        }
        for item in policy.tables { table(item, "h3", &page) }
        page += "</section>\n"
    }

    private func table(_ table: StatusReport.Table, _ heading: String, _ page: inout String) {
        let count = table.rows.count + table.more
        page += "<section data-key=\"\(table.id)\" id=\"\(table.id)\" aria-labelledby=\"\(table.id)-title\">\n"
        page +=
            "<\(heading) id=\"\(table.id)-title\">\(HTML.escaped(table.title))\(count > 0 ? " <span class=\"count\">\(count)</span>" : "")</\(heading)>\n"
        if table.rows.isEmpty {
            page += "<p class=\"none\">\(HTML.escaped(table.empty))</p>\n"
        } else {
            page += "<div class=\"scroll\">\n"
            page += "<table>\n<caption>\(HTML.escaped(table.title))</caption>\n<thead><tr><th scope=\"col\">State</th>"
            for column in table.columns { page += "<th scope=\"col\">\(HTML.escaped(column))</th>" }
            page += "</tr></thead>\n<tbody>\n"
            for item in table.rows { row(item, table, &page) }
            page += "</tbody>\n</table>\n</div>\n"
            if table.more > 0 { page += "<p class=\"faint\">and \(table.more) more</p>\n" }
        }
        for note in table.notes { page += "<p class=\"note\">\(HTML.escaped(note))</p>\n" }
        page += "</section>\n"
    }

    private func row(_ row: StatusReport.Row, _ table: StatusReport.Table, _ page: inout String) {
        page += "<tr class=\"\(row.sign.style)\" data-key=\"\(HTML.escaped(row.key))\">"
        page += "<td class=\"state\"><span class=\"sign\" aria-hidden=\"true\">\(row.sign.rawValue)</span> \(HTML.escaped(row.word))</td>"
        for (index, cell) in row.cells.enumerated() {
            let label = index < table.columns.count ? table.columns[index] : ""
            // What a row is about heads it: assistive technology says it with each cell.
            let isHead = index == (table.columns.first == "When" ? 1 : 0)
            let style = Self.prose.contains(label) || cell.text.utf8.count > 64 ? " class=\"prose\"" : ""
            page += isHead ? "<th scope=\"row\" data-label=\"\(label)\"\(style)>" : "<td data-label=\"\(label)\"\(style)>"
            content(cell, &page)
            page += isHead ? "</th>" : "</td>"
        }
        page += "</tr>\n"
    }

    /// Columns of sentences; the others are names and numbers, which are not broken into lines.
    private static let prose: Set<String> = ["Why", "What", "What, and what to do", "In the groups"]

    private func content(_ cell: StatusReport.Cell, _ page: inout String) {
        if let since = cell.since {
            page +=
                "<time datetime=\"\(since.at.rfc3339)\" title=\"\(since.isAtLeast ? "at least since " : "")\(since.at.rfc3339)\"\(since.isAtLeast ? " data-over=\"\"" : "")>\(report.age(since))</time>"
        } else if let subject = cell.subject, !cell.text.isEmpty {
            page += "<a href=\"explain?subject=\(Self.encoded(subject))\">\(HTML.escaped(cell.text))</a>"
        } else {
            page += HTML.escaped(cell.text)
        }
    }

    // MARK: Shared with the page of an explanation

    static func head(title: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(HTML.escaped(title))</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="style.css">
        <script src="app.js" defer></script>
        </head>

        """
    }

    static func clock(_ time: Timestamp) -> String {
        let text = time.rfc3339
        return "<time datetime=\"\(text)\" class=\"fixed\">\(text.prefix(10)) \(text.dropFirst(11).prefix(8))</time>"
    }

    /// For a URL's query. Source: RFC 3986, section 2.3.
    static func encoded(_ text: String) -> String { text.percentEncoded(lowercase: false) }
}

extension StatusReport.Sign {
    /// Its name in the style sheet.
    var style: String {
        switch self {
        case .attention: "look"
        case .change: "change"
        case .unknown: "unknown"
        case .keep: "keep"
        }
    }
}
