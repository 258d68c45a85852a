/// A Kubernetes label selector: every requirement must hold.
///
/// Source: Kubernetes API, meta/v1 LabelSelector.
package struct LabelSelector: Hashable, Sendable {
    package struct Requirement: Hashable, Sendable {
        package enum Operator: String, Hashable, Sendable, CaseIterable {
            case `in` = "In"
            case notIn = "NotIn"
            case exists = "Exists"
            case doesNotExist = "DoesNotExist"
        }

        package var key: String
        package var `operator`: Operator
        /// At least one for `in` and `notIn`, none for the others. Sorted.
        package var values: [String]

        package init(key: String, operator: Operator, values: [String]) {
            self.key = key
            self.operator = `operator`
            self.values = values.sorted()
        }

        package func matches(_ labels: [String: String]) -> Bool {
            switch `operator` {
            case .in: labels[key].map(values.contains) ?? false
            // A label that is absent matches NotIn. Source: Kubernetes documentation, Labels and Selectors.
            case .notIn: !(labels[key].map(values.contains) ?? false)
            case .exists: labels[key] != nil
            case .doesNotExist: labels[key] == nil
            }
        }
    }

    /// Sorted by key.
    package var requirements: [Requirement]

    package init(requirements: [Requirement]) {
        self.requirements = requirements.sorted { ($0.key, $0.operator.rawValue) < ($1.key, $1.operator.rawValue) }
    }

    package func matches(_ labels: [String: String]) -> Bool { requirements.allSatisfy { $0.matches(labels) } }

    /// The text of the `labelSelector` query parameter.
    package var query: String {
        requirements.map { requirement in
            let values = requirement.values.joined(separator: ",")
            return switch requirement.operator {
            case .in: "\(requirement.key) in (\(values))"
            case .notIn: "\(requirement.key) notin (\(values))"
            case .exists: requirement.key
            case .doesNotExist: "!\(requirement.key)"
            }
        }.joined(separator: ",")
    }

    /// The nodes of the named GKE node pools.
    package static func nodePools(_ pools: [String]) -> LabelSelector {
        LabelSelector(requirements: [Requirement(key: "cloud.google.com/gke-nodepool", operator: .in, values: pools)])
    }
}
