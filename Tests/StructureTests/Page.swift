/// A page of Markdown, read as far as its checks need it.
struct Page {
  /// Where it lies below the root of the checkout.
  let path: String
  /// Its lines, each with the language of the block of code that it stands in; nil outside of one.
  let lines: [(number: Int, text: Substring, code: Substring?)]

  /// What people read: the pages at the top, and every article.
  static let all: [Page] = (top + Checkout.files(under: "Sources", endings: [".md"]))
    .map { Page($0, Checkout.text($0) ?? "") }
  private static let top = ["README.md", "SECURITY.md", "CHANGELOG.md"]

  /// Where the guides lie.
  static let guides = "Sources/envgate/envgate.docc/"

  static func guide(_ name: String) -> Page? { all.first { $0.path == guides + name } }

  init(_ path: String, _ text: String) {
    self.path = path
    var code: Substring?
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      let isFence = $1.hasPrefix("```")
      if isFence { code = code == nil ? $1.dropFirst(3) : nil }
      return ($0 + 1, $1, isFence ? "" : code)
    }
  }

  var text: String { lines.map { String($0.text) }.joined(separator: "\n") }

  /// Where its links lead, as they are written; what stands in code is no link.
  var links: [(line: Int, target: String)] {
    lines.filter { $0.code == nil }.flatMap { line in
      // What stands between back-ticks is at the odd places.
      let prose = line.text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
        .map { $0.offset % 2 == 0 ? $0.element : "" }.joined(separator: "`")
      return prose.split(separator: "](", omittingEmptySubsequences: false).dropFirst()
        .map { (line.number, String($0.prefix { $0 != ")" })) }
    }
  }

  /// By which names a link finds the headings, as a forge makes them.
  var anchors: Set<String> {
    Set(
      lines.filter { $0.code == nil && $0.text.hasPrefix("#") }.map { line in
        line.text.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
          .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
          .map { $0 == " " ? "-" : String($0) }.joined()
      })
  }

  /// The rows of its tables that begin with a name in back-ticks: the cells.
  var rows: [(line: Int, cells: [String])] {
    lines.filter { $0.code == nil && $0.text.hasPrefix("| `") }.map { line in
      let cells = line.text.dropFirst(2).split(separator: " |").map { cell in
        String(cell.drop { $0 == " " })
      }
      return (line.number, cells)
    }
  }

  /// Whether a link to another host is by https, names a host with a dot, and has nothing that Markdown or a shell
  /// would cut it at.
  private static func isAddress(_ target: String) -> Bool {
    guard target.hasPrefix("https://") else { return false }
    let rest = target.dropFirst("https://".count)
    let host = rest.prefix { $0 != "/" }
    return host.contains(".") && !host.hasPrefix(".") && !host.hasSuffix(".")
      && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) }
      && rest.allSatisfy { $0.isASCII && !" <>\"'`\\".contains($0) }
  }

  /// What a link means, seen from this page: a file below the root and a heading in it. Nil where it
  /// leads out of the checkout, or is DocC's to follow.
  func place(of target: String) -> (file: String, anchor: String?)? {
    if target.contains(":") || target.hasPrefix("/") { return nil }
    let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let anchor = parts.count > 1 ? String(parts[1]) : nil
    guard let file = parts.first, !file.isEmpty else { return (path, anchor) }
    var names = path.split(separator: "/").dropLast()
    for name in file.split(separator: "/") where name != "." {
      if name == ".." { names = names.dropLast() } else { names.append(name) }
    }
    return (names.joined(separator: "/"), anchor)
  }

  /// What is wrong with its links, each with file and line. Of a link to another host only the form is looked at.
  func brokenLinks() -> [String] {
    links.compactMap { line, target in
      if target.hasPrefix("http"), !Self.isAddress(target) {
        return "\(path):\(line): \(target): this is no address: https://HOST/PATH"
      }
      guard let place = place(of: target) else { return nil }
      guard let text = Checkout.text(place.file) else {
        return "\(path):\(line): \(target): there is no such file"
      }
      guard let anchor = place.anchor, place.file.hasSuffix(".md") else { return nil }
      return Page(place.file, text).anchors.contains(anchor)
        ? nil : "\(path):\(line): \(target): there is no such heading"
    }
  }
}
