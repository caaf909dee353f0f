import Glibc
import Testing

/// A part of a page that follows from the code: the lines between its two marks, or a whole file.
///
/// With `ENVGATE_REGENERATE=1`, as `make generate` sets it, a part that differs is written instead of told.
struct GeneratedPart {
  let path: String
  /// What the marks call it; nil for a whole file.
  let name: String?

  init(_ path: String, _ name: String? = nil) {
    self.path = path
    self.name = name
  }

  static let isWriting = getenv("ENVGATE_REGENERATE") != nil

  private func mark(_ words: String) -> String {
    path.hasSuffix(".md") ? "<!-- \(words) -->" : ".\\\" \(words)"
  }

  /// The range of the part among the lines of its file; nil where a mark is missing.
  func range(in lines: [String]) -> Range<Int>? {
    guard let name else { return 0..<lines.count }
    guard let first = lines.firstIndex(of: mark("generated: \(name)")),
      let last = lines[first...].firstIndex(of: mark("end of \(name)"))
    else { return nil }
    return first + 1..<last
  }

  /// What is wrong with the part, with file and line; nil where it is as the code says.
  func difference(_ lines: [String], from wanted: [String]) -> String? {
    guard let range = range(in: lines) else {
      return "\(path): the marks of the part \(name ?? "") are missing"
    }
    let there = lines[range]
    if there.elementsEqual(wanted) { return nil }
    let offset = zip(there, wanted).prefix { $0 == $1 }.count
    let said = offset < wanted.count ? wanted[offset] : "nothing"
    return "\(path):\(range.lowerBound + offset + 1): the code says: \(said); run make generate"
  }

  /// Compares the part with what the code says, or writes it.
  func check(_ wanted: [String]) {
    let text = Checkout.text(path) ?? ""
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let difference = difference(lines, from: wanted) else { return }
    guard Self.isWriting, let range = range(in: lines) else {
      Issue.record("\(difference)")
      return
    }
    lines.replaceSubrange(range, with: wanted)
    guard let file = fopen(Checkout.root + "/" + path, "w") else {
      Issue.record("\(path) cannot be written")
      return
    }
    fputs(lines.joined(separator: "\n"), file)
    fclose(file)
  }
}
