import Foundation
import Linux

/// A bar on standard error while long work goes on; silent where nobody looks.
struct ProgressLine {
    private let isShown: Bool
    private let noun: String
    private var shownAt: UInt64 = 0
    private var hasLine = false

    private static let cellCount = 30
    /// People cannot read faster.
    private static let intervalNanoseconds: UInt64 = 100_000_000

    init(_ output: Output, _ noun: String) {
        isShown = !output.isQuiet && Terminal.isTerminal(2)
        self.noun = noun
    }

    mutating func show(_ count: UInt64, of total: UInt64?) {
        let now = SystemTime.monotonicNanoseconds()
        guard isShown, now - shownAt >= Self.intervalNanoseconds else { return }
        shownAt = now
        hasLine = true
        write("\r" + Self.bar(count, total) + "\(count) \(noun)")
    }

    /// Takes the bar away.
    mutating func end() {
        if hasLine { write("\r\u{1B}[K") }
        hasLine = false
    }

    private static func bar(_ count: UInt64, _ total: UInt64?) -> String {
        guard let total, total > 0 else { return "" }
        let full = Int(Double(min(count, total)) / Double(total) * Double(cellCount))
        let cells = String(repeating: "#", count: full)
        return "[" + cells + String(repeating: ".", count: cellCount - full) + "] "
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
