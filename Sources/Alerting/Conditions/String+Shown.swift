extension StringProtocol {
    /// Foreign text as it can be shown anywhere: what steers a terminal or turns the direction of writing is spelled out, and no more
    /// than `limit` scalars of it are kept.
    package func shown(limit: Int = 300) -> String {
        var result = ""
        var count = 0
        for scalar in unicodeScalars {
            guard count < limit else { return result + "…" }
            count += 1
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
