/// Rows under headings, as wide as what is in them.
struct Table {
    let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: [String]) { self.headings = headings }

    var isEmpty: Bool { rows.isEmpty }

    mutating func append(_ row: [String]) { rows.append(row.map(Text.printable)) }

    /// One line each, without blanks at the end.
    var lines: [String] {
        let widths = Self.widths([headings] + rows)
        return ([headings] + rows).map { Self.line($0, widths) }
    }

    /// Names and values, one pair a line.
    static func pairs(_ pairs: [(name: String, value: String)], indent: Int = 0) -> [String] {
        let width = pairs.map { Text.width($0.name) }.max() ?? 0
        let blank = String(repeating: " ", count: indent)
        return pairs.map { pair in
            blank + Text.padded(Text.printable(pair.name), to: width) + "  "
                + Text.printable(pair.value)
        }
    }

    private static func widths(_ rows: [[String]]) -> [Int] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], Text.width(cell))
            }
        }
        return widths
    }

    private static func line(_ row: [String], _ widths: [Int]) -> String {
        let cells = row.enumerated().map { column, cell in
            column == row.count - 1 ? cell : Text.padded(cell, to: widths[column])
        }
        return cells.joined(separator: "  ")
    }
}
