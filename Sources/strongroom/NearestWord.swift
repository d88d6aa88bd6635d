/// Finds what a mistyped word was meant to be.
enum NearestWord {
    /// The one that it is the beginning of; else nil when nothing is near enough to be a slip of the
    /// finger.
    static func of(_ word: String, in words: [String]) -> String? {
        if word.count > 2, let whole = words.first(where: { $0.hasPrefix(word) }) { return whole }
        let distances = words.map { (word: $0, distance: distance($0, word)) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(2, word.count / 3) ? best.word : nil
    }

    /// How many characters must be put in, left out, changed or swapped with their neighbour.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var rows = [Array(0...right.count)]
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var best = min(
                    current[column] + 1, rows[row][column + 1] + 1,
                    rows[row][column] + (isSame ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                current.append(best)
            }
            rows.append(current)
        }
        return rows[left.count][right.count]
    }
}
