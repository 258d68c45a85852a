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
            let openings = Openings(table.columns)
            var times: [Chronology.Since: String] = [:]
            for item in table.rows { row(item, openings, &times, &page) }
            page += "</tbody>\n</table>\n</div>\n"
            if table.more > 0 { page += "<p class=\"faint\">and \(table.more) more</p>\n" }
        }
        for note in table.notes { page += "<p class=\"note\">\(HTML.escaped(note))</p>\n" }
        page += "</section>\n"
    }

    /// The beginnings of a table's cells, the same for each row: of a heading, of a sentence, of all else.
    private struct Openings {
        let head: [String]
        let prose: [String]
        let plain: [String]
        let headIndex: Int

        init(_ columns: [String]) {
            // What a row is about heads it: assistive technology says it with each cell.
            headIndex = columns.first == "When" ? 1 : 0
            let isProse = columns.map(StatusPage.prose.contains)
            prose = columns.map { "<td data-label=\"\($0)\" class=\"prose\">" }
            plain = columns.indices.map {
                isProse[$0] ? "<td data-label=\"\(columns[$0])\" class=\"prose\">" : "<td data-label=\"\(columns[$0])\">"
            }
            head = columns.map { "<th scope=\"row\" data-label=\"\($0)\">" }
        }
    }

    /// Columns of sentences; the others are names and numbers, which are not broken into lines.
    private static let prose: Set<String> = ["Why", "What", "What, and what to do", "In the groups"]

    private func row(_ row: StatusReport.Row, _ openings: Openings, _ times: inout [Chronology.Since: String], _ page: inout String) {
        page += "<tr class=\""
        page += row.sign.style
        page += "\" data-key=\""
        page += HTML.escaped(row.key)
        page += "\"><td class=\"state\"><span class=\"sign\" aria-hidden=\"true\">"
        page += row.sign.rawValue
        page += "</span> "
        page += HTML.escaped(row.word)
        page += "</td>"
        for (index, cell) in row.cells.enumerated() where index < openings.plain.count {
            let isHead = index == openings.headIndex
            page += isHead ? openings.head[index] : cell.text.utf8.count > 64 ? openings.prose[index] : openings.plain[index]
            content(cell, &times, &page)
            page += isHead ? "</th>" : "</td>"
        }
        page += "</tr>\n"
    }

    private func content(_ cell: StatusReport.Cell, _ times: inout [Chronology.Since: String], _ page: inout String) {
        if let since = cell.since {
            if let known = times[since] {
                page += known
            } else {
                let text = time(since)
                times[since] = text
                page += text
            }
        } else if let subject = cell.subject, !cell.text.isEmpty {
            page += "<a href=\"explain?subject="
            page += Self.encoded(subject)
            page += "\">"
            page += HTML.escaped(cell.text)
            page += "</a>"
        } else {
            page += HTML.escaped(cell.text)
        }
    }

    private func time(_ since: Chronology.Since) -> String {
        let (at, isAtLeast) = (since.at.rfc3339, since.isAtLeast)
        return
            "<time datetime=\"\(at)\" title=\"\(isAtLeast ? "at least since " : "")\(at)\"\(isAtLeast ? " data-over=\"\"" : "")>\(report.age(since))</time>"
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

    /// For a URL's query, which may hold slashes and colons. Source: RFC 3986, sections 2.3 and 3.4.
    static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x2D...0x3A, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x7E: true
            default: false
            }
        }
        return isPlain ? text : text.percentEncoded(lowercase: false)
    }
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
