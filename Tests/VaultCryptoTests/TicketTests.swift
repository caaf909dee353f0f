import SecretMemory
import Testing

@testable import VaultCrypto

@Suite struct `A ticket` {
  @Test func `has the form that scanners look for`() throws {
    for seed in 0..<50 as Range<UInt64> {
      let text = String(decoding: try Ticket.generate(random: .seeded(seed)).bytes, as: UTF8.self)
      #expect(text.utf8.count == 54)
      #expect(text.wholeMatch(of: /egr1_[0-9A-Za-z]{49}/) != nil)
    }
    #expect(Ticket.characterCount == 54)
  }

  @Test func `is another each time, and its hash is that of its text`() throws {
    let ticket = try Ticket.generate(random: .system)
    let other = try Ticket.generate(random: .system)
    #expect(!ticket.constantTimeEquals(other))
    #expect(try Ticket.hash(of: ticket) == sha256(ticket.bytes))
    #expect(try Ticket.hash(of: ticket) != Ticket.hash(of: other))
  }

  @Test func `draws all characters alike`() throws {
    var counts: [UInt8: Int] = [:]
    for seed in 0..<2_000 as Range<UInt64> {
      for byte in try Ticket.generate(random: .seeded(seed)).bytes[5..<48] {
        counts[byte, default: 0] += 1
      }
    }
    // 86,000 draws over 62: 1,387 each, with a standard deviation of 37.
    #expect(counts.count == 62)
    #expect(counts.values.allSatisfy { (1_170...1_610).contains($0) })
  }

  @Test func `with any character changed, missing or added is none`() throws {
    let ticket = try Ticket.generate(random: .seeded(1)).bytes
    for index in ticket.indices {
      for replacement in [UInt8(ascii: "0"), UInt8(ascii: "z"), UInt8(ascii: "-"), 0, 0xff]
      where replacement != ticket[index] {
        var changed = ticket
        changed[index] = replacement
        #expect(refuses(changed), "character \(index)")
      }
      #expect(refuses(Array(ticket[..<index])))
    }
    #expect(refuses(ticket + [UInt8(ascii: "0")]))
    #expect(refuses(ticket + [UInt8(ascii: "\n")]))
    #expect(!refuses(ticket))
  }

  private func refuses(_ text: [UInt8]) -> Bool {
    do {
      _ = try Ticket.hash(of: secret(text))
      return false
    } catch CryptoFault.malformedTicket {
      return true
    } catch {
      return false
    }
  }
}
