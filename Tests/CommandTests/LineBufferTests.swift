import Testing

@testable import VaultClient

/// Where replies lie until they are read: they may hold values.
@Suite struct LineBufferTests {
  private func fill(_ buffer: inout LineBuffer, _ text: String) throws {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      try buffer.fill { room throws(ClientFault) in
        // Without room it would be tried for ever.
        if room.isEmpty { throw .connectionLost }
        let count = min(room.count, bytes.count - sent)
        room.copyBytes(from: bytes[sent..<sent + count])
        sent += count
        return count
      }
    }
  }

  private func line(_ buffer: inout LineBuffer) -> String? {
    guard let length = buffer.lineLength() else { return nil }
    return buffer.consume(length) { String(decoding: $0, as: UTF8.self) }
  }

  /// The free room holds nothing.
  private func isWiped(_ buffer: inout LineBuffer, _ count: Int) throws -> Bool {
    var isWiped = false
    try buffer.fill { room throws(ClientFault) in
      isWiped = room.prefix(count).allSatisfy { $0 == 0 }
      return 0
    }
    return isWiped
  }

  @Test func `lines come whole and in order, however they are cut`() throws {
    var buffer = LineBuffer(limit: 64)
    try fill(&buffer, "one\ntw")
    #expect(line(&buffer) == "one")
    #expect(line(&buffer) == nil)
    try fill(&buffer, "o\n\nthree")
    #expect(line(&buffer) == "two")
    #expect(line(&buffer) == "")
    #expect(line(&buffer) == nil)
    try fill(&buffer, "\n")
    #expect(line(&buffer) == "three")
  }

  @Test func `a line that was read is wiped where it lay`() throws {
    var buffer = LineBuffer(limit: 64)
    try fill(&buffer, "a secret value\nrest")
    #expect(line(&buffer) == "a secret value")
    #expect(try isWiped(&buffer, 15))
    try fill(&buffer, "\n")
    #expect(line(&buffer) == "rest")
    #expect(try isWiped(&buffer, 20))
  }

  @Test(arguments: [16, 8_192, 20_000])
  func `a line is as long as the limit and no longer`(limit: Int) throws {
    var buffer = LineBuffer(limit: limit)
    let text = String(repeating: "x", count: limit - 1)
    try fill(&buffer, text + "\n")
    #expect(line(&buffer) == text)
    try fill(&buffer, text + "x")
    #expect(line(&buffer) == nil)
    #expect(throws: ClientFault.replyTooLong(limit: limit)) { try fill(&buffer, "\n") }
  }
}
