import Glibc
import Testing

/// The conversation of the protocol's article, word by word, with the real daemon.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct ProtocolArticleTests {
  @Test func `every example of the article is answered as the article says`() throws {
    let daemon = try TestDaemon(extra: ",\n  \"auditors\": [\"user:root\"]")
    let client = try LineClient(daemon.socket)
    var known: [String: String] = [:]
    var answer: String?
    var replayed = 0
    for line in try article() {
      if line.hasPrefix("> ") {
        answer = try client.call(filled(String(line.dropFirst(2)), known))
      } else if line.hasPrefix("< ") {
        let given = try #require(answer, "an answer without a call: \(line)")
        let expected = String(line.dropFirst(2))
        #expect(matches(given, expected), "the article: \(expected)\nthe daemon: \(given)")
        for name in ["digest", "ticket"] {
          if let value = text(of: name, in: given) { known[name] = value }
        }
        replayed += 1
        answer = nil
      }
    }
    #expect(replayed >= 30)
  }

  private func article() throws -> [String] {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = root + "/Sources/VaultProtocol/VaultProtocol.docc/Protocol.md"
    let all = String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n").map(
      String.init)
    let start = try #require(all.firstIndex { $0.contains("A conversation") })
    return Array(all[start...])
  }

  /// A call with what the last answer gave under the same name in place of its placeholders.
  private func filled(_ call: String, _ known: [String: String]) -> String {
    var call = call
    for (name, placeholder) in [("digest", "sha256:…"), ("ticket", "egr1_…")] {
      if let value = known[name] {
        call = call.replacing("\"\(name)\":\"\(placeholder)\"", with: "\"\(name)\":\"\(value)\"")
      }
    }
    return call
  }

  private func text(of name: String, in answer: String) -> String? {
    guard let start = answer.firstRange(of: "\"\(name)\":\"")?.upperBound else { return nil }
    return String(answer[start...].prefix { $0 != "\"" })
  }

  /// Whether the answer is the expected one, with anything where a placeholder stands.
  private func matches(_ answer: String, _ expected: String) -> Bool {
    var pattern = expected
    for placeholder in ["[…]", "{…}", "0…"] { pattern = pattern.replacing(placeholder, with: "…") }
    let parts = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard let first = parts.first, let last = parts.last, answer.hasPrefix(first),
      answer.hasSuffix(last)
    else { return false }
    if parts.count == 1 { return answer == expected }
    var rest = answer.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.count >= last.count
  }
}
