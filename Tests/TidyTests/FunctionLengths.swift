/// The functions of a file, by counting braces.
struct FunctionLength: Sendable {
    let path: String
    let line: Int
    /// From the line of `func` or `init` to the closing brace.
    let lineCount: Int
}

enum FunctionLengths {
    static let lineCountMax = 70
    static let lineCountUsual = 30

    static func all(in file: SourceFile) -> [FunctionLength] {
        let code = file.code
        return code.indices.filter { isStart(code[$0]) }.compactMap { start in
            guard let end = end(of: start, in: code) else { return nil }
            return FunctionLength(path: file.path, line: start + 1, lineCount: end - start + 1)
        }
    }

    private static func isStart(_ line: String) -> Bool {
        let words = line.split { $0 == " " || $0 == "(" || $0 == "<" || $0 == "?" }
        return words.contains("func") || words.contains("init") || words.contains("deinit")
            || words.contains("subscript")
    }

    /// The line of the brace that closes what `start` begins; nil for what has no body, such as
    /// a protocol's demand or a call of an initializer.
    private static func end(of start: Int, in code: [String]) -> Int? {
        var depth = 0
        var parentheses = 0
        for index in start..<code.count {
            for character in code[index] {
                switch character {
                case "(": parentheses += 1
                case ")": parentheses -= 1
                case "{": depth += 1
                case "}":
                    depth -= 1
                    if depth == 0 { return index }
                    if depth < 0 { return nil }
                default: break
                }
            }
            // The head is over and no body has begun.
            let isContinued = code[index].hasSuffix("->") || code[index].hasSuffix(",")
            if depth == 0, parentheses <= 0, !isContinued, !headGoesOn(code, index + 1) {
                return nil
            }
        }
        return nil
    }

    private static func headGoesOn(_ code: [String], _ index: Int) -> Bool {
        guard index < code.count else { return false }
        let next = code[index].drop { $0 == " " }
        return ["{", ")", "where ", "->", "throws", "async"].contains { next.hasPrefix($0) }
    }
}
