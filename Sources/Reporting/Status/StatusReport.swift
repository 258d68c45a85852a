package import Model
import Planning

/// What a person sees of a controller: who writes, what to look at, what is being done, and where everything stands. The status page and
/// `drawbridge status` show the same.
///
/// Pure; the same snapshot gives the same report. All of its texts are printable.
package struct StatusReport: Hashable, Sendable {
    /// How a row stands, told by sign and word; colour only repeats it.
    package enum Sign: String, Hashable, Sendable, CaseIterable {
        /// Someone should look.
        case attention = "!"
        case change = "~"
        case unknown = "?"
        case keep = "="

        fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    package struct Cell: Hashable, Sendable {
        package var text: String
        /// What `explain` is asked for this.
        package var subject: String?
        /// With `since`, the text says what happened then, if anything.
        package var since: Chronology.Since?

        init(_ text: String, explains subject: String? = nil, since: Chronology.Since? = nil) {
            self.text = Printable.line(text)
            self.subject = subject
            self.since = since
        }

        init(since: Chronology.Since?) { self.init("", since: since) }
    }

    package struct Row: Hashable, Sendable {
        package var sign: Sign
        /// The sign in words.
        package var word: String
        package var cells: [Cell]
        /// The same thing has the same key in the next report.
        package var key: String

        init(_ sign: Sign, _ word: String, key: String, _ cells: [Cell]) {
            self.sign = sign
            self.word = word
            self.cells = cells
            self.key = Printable.line(key)
        }
    }

    package struct Table: Hashable, Sendable {
        /// Unique in a report; letters, digits and hyphens.
        package var id: String
        package var title: String
        /// Of the cells; the first column, of signs and words, has none of these.
        package var columns: [String]
        package var rows: [Row]
        /// Rows that are not shown.
        package var more: Int
        /// Said when there are no rows.
        package var empty: String
        package var notes: [String]

        /// What needs attention comes first; else in the order given.
        init(_ id: String, _ title: String, _ columns: [String], _ rows: [Row], empty: String, notes: [String] = [], isSorted: Bool = true)
        {
            self.id = id
            self.title = Printable.line(title)
            self.columns = columns
            let sorted = isSorted ? Sign.allCases.flatMap { sign in rows.filter { $0.sign == sign } } : rows
            self.rows = Array(sorted.prefix(StatusReport.rowLimit))
            more = rows.count - self.rows.count
            self.empty = empty
            self.notes = notes.map { Printable.line($0) }
        }
    }

    package struct Policy: Hashable, Sendable {
        package var name: String
        package var summary: String
        package var advice: [String]
        /// The last pass, and the last that knew everything and met no trouble.
        package var passedAt: Timestamp?
        package var succeededAt: Timestamp?
        package var tables: [Table]
    }

    /// Rows of a table at most; the JSON has them all.
    package static let rowLimit = 5000

    package let version: String
    package let replica: String
    /// Who writes, in a sentence.
    package let role: String
    package let roleSign: Sign
    package let holder: String?
    package let startedAt: Timestamp
    package let at: Timestamp
    package let alerts: Table
    package let activity: Table
    package let policies: [Policy]
    package let changes: Table

    package init(_ snapshot: ControllerSnapshot) {
        version = snapshot.version
        replica = Printable.line(snapshot.replica)
        (role, roleSign, holder) = Self.role(snapshot.role)
        startedAt = snapshot.startedAt
        at = snapshot.at
        alerts = Self.alerts(snapshot)
        activity = Self.activity(snapshot)
        policies = snapshot.policies.enumerated().map { Self.policy($1, index: $0) }
        changes = Self.changes(snapshot)
    }

    private static func role(_ role: ControllerSnapshot.Role) -> (String, Sign, String?) {
        switch role {
        case .leading: ("leads: it is the one writer", .keep, nil)
        case .standingBy(let holder): ("stands by: \(Printable.line(holder)) writes, and knows more", .unknown, Printable.line(holder))
        case .electing: ("waits: nobody is known to hold the lease", .attention, nil)
        case .dryRun: ("dry run: it observes and writes nothing", .keep, nil)
        }
    }

    private static func policy(_ snapshot: PolicySnapshot, index: Int) -> Policy {
        guard let plan = snapshot.plan else {
            return Policy(
                name: Printable.line(snapshot.policy.name), summary: "No pass yet.", advice: [], passedAt: nil, succeededAt: nil, tables: []
            )
        }
        let advice = PlanReport.advice(plan) + snapshot.troubles.map { "Went wrong just now: \($0)" }
        return Policy(
            name: Printable.line(snapshot.policy.name), summary: Printable.line(PlanReport.summary(plan)),
            advice: advice.map { Printable.line($0) }, passedAt: snapshot.passedAt, succeededAt: snapshot.succeededAt,
            tables: [addresses(plan, snapshot, index)] + (plan.hasNodes ? [nodes(plan, snapshot, index)] : [])
                + plan.groups.enumerated().map { group($1, plan, snapshot, "group-\(index)-\($0)") })
    }
}
