/// A line that shows how a command is typed, in 80 columns: ArgumentParser breaks its help, but not this.
enum UsageLine {
  private static let width = 80

  /// A help text, or what is said of a usage error, with those lines broken that are too long.
  static func wrapped(in text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { $0.lowercased().hasPrefix("usage: ") ? broken($0) : [String($0)] }
      .joined(separator: "\n")
  }

  private static func broken(_ line: Substring) -> [String] {
    var lines: [String] = []
    var current = ""
    for part in parts(of: line) {
      if current.isEmpty {
        current = part
      } else if current.count + 1 + part.count <= width {
        current += " " + part
      } else {
        lines.append(current)
        current = String(repeating: " ", count: "usage: envgate ".count) + part
      }
    }
    return lines + [current]
  }

  /// Words, an option with its value in brackets being one, and one without brackets too.
  private static func parts(of line: Substring) -> [String] {
    var parts: [String] = []
    var depth = 0
    for word in line.split(separator: " ") {
      let isValue = word.hasPrefix("<") && parts.last?.hasPrefix("--") == true
      if depth > 0 || isValue, let last = parts.popLast() {
        parts.append(last + " " + word)
      } else {
        parts.append(String(word))
      }
      depth += word.count { $0 == "[" } - word.count { $0 == "]" }
    }
    return parts
  }
}
