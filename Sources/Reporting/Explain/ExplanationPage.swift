package import Model

/// An explanation as a page beside the status page.
package struct ExplanationPage: Sendable {
    private let explanation: Explanation
    private let at: Timestamp
    private let revision: String

    package init(_ explanation: Explanation, at: Timestamp, revision: String) {
        self.explanation = explanation
        self.at = at
        self.revision = revision
    }

    package var html: String {
        StatusPage.head(title: "\(explanation.subject) explained") + """
            <body data-revision="\(HTML.escaped(revision))" data-at="\(at.rfc3339)">
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <h1>Drawbridge</h1>
            <p><a href="./">All of the status</a></p>
            <p class="faint" id="asof">as of \(StatusPage.clock(at)) UTC</p>
            <p id="live" role="status" aria-live="polite"><noscript>Reload the page to see it anew.</noscript></p>
            </header>
            <main id="main" tabindex="-1">
            \(explanation.isFound ? explanation.answers.map(answer).joined() : nothing)</main>
            </body>
            </html>

            """
    }

    private func answer(_ answer: Explanation.Answer) -> String {
        var html = "<section class=\"answer\">\n<h2>\(HTML.escaped(answer.title))</h2>\n"
        if !answer.policy.isEmpty {
            html += "<p class=\"faint\">by the policy <span class=\"mono\">\(HTML.escaped(answer.policy))</span></p>\n"
        }
        html += "<p class=\"sum\">\(HTML.escaped(answer.verdict))</p>\n<ol class=\"steps\">\n"
        for step in answer.steps {
            let since = step.since.map { since in
                " <span class=\"faint\">for <time datetime=\"\(since.at.rfc3339)\"\(since.isAtLeast ? " data-over=\"\"" : "")>\(since.isAtLeast ? "over " : "")\(max(.zero, at - since.at).roughly)</time></span>"
            }
            html +=
                "<li class=\"\(step.sign.style)\"><span class=\"sign\" aria-hidden=\"true\">\(step.sign.rawValue)</span> \(HTML.escaped(step.text))\(since ?? "")</li>\n"
        }
        html += "</ol>\n"
        if !answer.commands.isEmpty {
            html += "<p>What to type, after a look:</p>\n" + answer.commands.map { "<p><code>\(HTML.escaped($0))</code></p>\n" }.joined()
        }
        return html + "</section>\n"
    }

    private var nothing: String {
        var html = "<section class=\"answer\">\n<h2>Not found</h2>\n<p class=\"sum\">\(HTML.escaped(explanation.message))</p>\n"
        if !explanation.near.isEmpty {
            html += "<p>Did you mean:</p>\n<ul>\n"
            for subject in explanation.near {
                html += "<li><a href=\"explain?subject=\(StatusPage.encoded(subject))\">\(HTML.escaped(subject))</a></li>\n"
            }
            html += "</ul>\n"
        }
        return html + "</section>\n"
    }
}
