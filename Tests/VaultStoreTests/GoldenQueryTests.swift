import Glibc
import Testing

@testable import VaultStore

/// The text of each statement, as a reviewer last read it: a difference is meant, or is a mistake.
///
/// What made `Golden/queries.txt` is ``text``; write it there when a difference is meant.
@Suite struct GoldenQueryTests {
  private static let file =
    String(#filePath.dropLast("GoldenQueryTests.swift".count))
    + "Golden/queries.txt"

  private static var text: String {
    Query.allCases.map { query in
      "\(query): " + query.sql.split(whereSeparator: \.isWhitespace).joined(separator: " ") + "\n"
    }.joined()
  }

  @Test func `each statement is the one that was read last`() throws {
    let known = try #require(try contents(of: Self.file))
    let (old, new) = (known.split(separator: "\n"), Self.text.split(separator: "\n"))
    for line in new where !old.contains(line) { Issue.record("new: \(line)") }
    for line in old where !new.contains(line) { Issue.record("gone: \(line)") }
  }

  @Test func `each statement that deletes or changes names a row`() {
    for query in Query.allCases where query.sql.contains("DELETE") || query.sql.contains("UPDATE ")
    {
      #expect(query.sql.contains("WHERE") || query.sql.contains("DO UPDATE"))
    }
  }

  private func contents(of path: String) throws -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 18)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
