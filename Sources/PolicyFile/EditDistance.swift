/// How many characters must be inserted, deleted, replaced or swapped with their neighbour to make one text of the other.
///
/// Source: optimal string alignment, the restricted form of the Damerau-Levenshtein distance.
enum EditDistance {
    /// Texts longer than 64 characters are taken as wholly different.
    static func between(_ a: String, _ b: String) -> Int {
        guard a.utf8.count <= 64, b.utf8.count <= 64 else { return max(a.utf8.count, b.utf8.count) }
        let a = Array(a), b = Array(b)
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
