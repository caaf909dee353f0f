import NIOCore
import Testing

@testable import VaultServer

@Suite struct LineFramerTests {
  private func lines(_ framer: LineFramer) -> [String] {
    var lines: [String] = []
    while case .line(let length) = framer.cut() {
      lines.append(framer.consume(length: length) { String(decoding: $0, as: UTF8.self) })
    }
    return lines
  }

  @Test func `lines come out whole, wherever the reads cut them`() {
    let text = "first\n\nthird line\nlast without end"
    for first in 0...text.utf8.count {
      let framer = LineFramer(limit: 100)
      var all: [String] = []
      for part in [text.utf8.prefix(first), text.utf8.dropFirst(first)] {
        framer.append(ByteBuffer(bytes: part))
        all += lines(framer)
      }
      #expect(all == ["first", "", "third line"], "cut at \(first)")
      #expect(framer.waiting == "last without end".utf8.count)
    }
  }

  @Test
  func `a line of the limit is too long, one byte less is not, and nothing is parsed to know it`() {
    for (count, isTooLong) in [(15, false), (16, true)] {
      let framer = LineFramer(limit: 16)
      framer.append(ByteBuffer(repeating: 0x61, count: count))
      framer.append(ByteBuffer(string: "\n"))
      if case .tooLong = framer.cut() {
        #expect(isTooLong)
      } else {
        #expect(!isTooLong)
      }
    }
    let endless = LineFramer(limit: 16)
    endless.append(ByteBuffer(repeating: 0x61, count: 17))
    guard case .tooLong = endless.cut() else {
      Issue.record("a line without an end was waited for")
      return
    }
  }

  @Test func `no-echo: what was read is overwritten where it was`() {
    let buffer = ByteBuffer(string: "canary\nhalf a canary")
    let framer = LineFramer(limit: 100)
    framer.append(buffer)
    #expect(buffer.readableBytesView.allSatisfy { $0 == 0 })
    #expect(lines(framer) == ["canary"])
    framer.discard()
    #expect(framer.waiting == 0)
  }

  @Test func `a thousand one-byte reads are one line`() {
    let framer = LineFramer(limit: 2_000)
    for _ in 0..<1_000 {
      framer.append(ByteBuffer(string: "x"))
      guard case .incomplete = framer.cut() else {
        Issue.record("a line without its newline")
        return
      }
    }
    framer.append(ByteBuffer(string: "\n"))
    #expect(lines(framer) == [String(repeating: "x", count: 1_000)])
  }
}
