import Glibc
import StrictJSON
import Testing

@testable import VaultProtocol

/// The article Protocol.md says what the code does.
@Suite struct ArticleTests {
  struct Exchange: Sendable, CustomStringConvertible {
    let call: String
    let answer: String
    var description: String { call }
  }

  static let article: String = {
    let folders = "\(#filePath)".split(separator: "/").dropLast(3)
    let path =
      "/" + folders.joined(separator: "/") + "/Sources/VaultProtocol/VaultProtocol.docc/Protocol.md"
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }()

  /// The conversation, with plain values in place of what varies.
  static let exchanges: [Exchange] = {
    var exchanges: [Exchange] = []
    var call: String?
    for line in article.split(separator: "\n") {
      if line.hasPrefix("> ") {
        call = String(line.dropFirst(2).replacing("sha256:…", with: zeroDigest))
      } else if line.hasPrefix("< "), let asked = call {
        exchanges.append(Exchange(call: asked, answer: plain(line.dropFirst(2))))
        call = nil
      }
    }
    return exchanges
  }()

  static let zeroDigest = "sha256:" + String(repeating: "0", count: 64)

  static func plain(_ line: Substring) -> String {
    String(
      line.replacing("sha256:…", with: zeroDigest).replacing("0…", with: "0")
        .replacing("[…]", with: "[]").replacing("{…}", with: "{}").replacing(":…", with: ":true")
    )
  }

  @Test func `every method has an example`() {
    for method in Method.allCases {
      #expect(Self.article.contains("\n### \(method.rawValue)\n"))
      #expect(Self.exchanges.contains { $0.call.contains("\"method\":\"\(method.rawValue)\"") })
    }
  }

  @Test(arguments: exchanges)
  func `an example is a call that the code reads, and its answer carries its id`(
    _ exchange: Exchange
  ) throws {
    var reader = JSONReader()
    let incoming = Wire.incoming(exchange.call)
    try Array(exchange.answer.utf8).withUnsafeBytes { bytes in
      try Reply.decode(bytes, reader: &reader) { id, reply in
        switch (incoming, reply) {
        case (.call(let asked, let call), .result):
          #expect(id == asked)
          #expect(exchange.call.contains("\"\(call.method.rawValue)\""))
        case (.call(let asked, _), .error(let error)):
          #expect(id == asked)
          #expect(error.known?.code == error.code)
        case (.malformed(let asked, let found), .error(let said)):
          #expect(id == asked)
          #expect(found.known == said.known && found.code == said.code)
          if case .fault(let fault, let offset) = said.details, offset != 0, !fault.contains("…") {
            #expect(found.details == said.details)
          }
        default: Issue.record("\(exchange) is answered otherwise")
        }
      }
    }
  }

  @Test func `the table of errors is the code's own`() {
    var rows: [String: Int64] = [:]
    for line in Self.article.split(separator: "\n") where line.hasPrefix("| -") {
      let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      guard cells.count == 3, let code = Int64(cells[0]) else {
        Issue.record("\(line)")
        continue
      }
      rows[String(cells[1].filter { $0 != "`" })] = code
      #expect(cells[2].count > 5)
    }
    let expected = Dictionary(uniqueKeysWithValues: Reason.allCases.map { ($0.rawValue, $0.code) })
    #expect(rows == expected)
  }
}
