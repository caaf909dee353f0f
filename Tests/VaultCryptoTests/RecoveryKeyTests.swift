import Testing

@testable import VaultCrypto

@Suite struct `A recovery key` {
  @Test func `is text with a prefix that scanners know, drawn anew each time`() throws {
    let texts = try (0..<4).map { seed in
      String(decoding: try RecoveryKey.generate(random: .seeded(UInt64(seed))).bytes, as: UTF8.self)
    }
    #expect(Set(texts).count == texts.count)
    for text in texts {
      #expect(text.hasPrefix("egk1_"))
      #expect(text.utf8.count == RecoveryKey.characterCount)
    }
  }

  @Test func `is refused with any character changed, cut or added, and a ticket is none`() throws {
    func refuses(_ text: [UInt8], _ why: String) {
      #expect(throws: CryptoFault.malformedKey, "\(why)") {
        _ = try RecoveryKey(secret(text)).wrapKey(for: vault(1), generation: 1).generation
      }
    }
    let key = try RecoveryKey.generate(random: .seeded(1)).bytes
    for index in key.indices {
      var changed = key
      changed[index] = changed[index] == UInt8(ascii: "a") ? UInt8(ascii: "b") : UInt8(ascii: "a")
      refuses(changed, "character \(index)")
    }
    refuses(Array(key.dropLast()), "cut")
    refuses(key + [10], "a newline")
    refuses(try Ticket.generate(random: .seeded(1)).bytes, "a ticket")
    refuses([], "nothing")
  }
}
