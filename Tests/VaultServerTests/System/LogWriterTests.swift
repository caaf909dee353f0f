import Glibc
import Logging
import Promises
import Testing

@testable import VaultServer

@Suite struct `the log's writer` {
  @Test(.promise(.stuckLog))
  func `lines that find no room are dropped and counted, what is written stays whole and in order`()
    throws
  {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let writer = try LogWriter(ends[1], limit: 8_192)
    let log = DaemonLog(Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) })
    // A pipe holds 64 KiB, and the writer's hand and its store 8 KiB each.
    let sent = 3_000
    for number in 0..<sent { log.info("line", metadata: [.sequence: "\(number)"]) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var entry = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, 1_000) == 1 {
      let count = read(ends[0], &chunk, chunk.count)
      bytes += chunk[..<max(0, count)]
    }
    log.info("line", metadata: [.sequence: "last"])
    #expect(writer.finish(milliseconds: 20_000))
    let count = read(ends[0], &chunk, chunk.count)
    bytes += chunk[..<max(0, count)]
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    var next = 0
    var dropped = 0
    for line in lines {
      #expect(line.hasPrefix("{\"time\":") && line.hasSuffix("}"), "\(line)")
      if line.contains("were dropped") {
        let digits = line.split(separator: "\"count\":\"").last?.prefix { $0.isNumber }
        let missing = try #require(digits.flatMap { Int($0) })
        dropped += missing
        next += missing
      } else if !line.contains("\"last\"") {
        #expect(line.contains("\"sequence\":\"\(next)\""), "\(line) is not number \(next)")
        next += 1
      }
    }
    #expect(dropped > 0 && next == sent)
    #expect(writer.lostLately == dropped)
    #expect(lines.last?.contains("\"last\"") == true)
  }

  @Test func `an end waits for a reader so long and no longer`() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    defer { close(ends[1]) }
    let writer = try LogWriter(ends[1], limit: 1 << 20)
    let log = DaemonLog(Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) })
    for _ in 0..<2_000 { log.info("line") }
    #expect(!writer.finish(milliseconds: 50))
    // The writer's thread ends with its reader.
    signal(SIGPIPE, SIG_IGN)
    close(ends[0])
    #expect(writer.finish(milliseconds: 20_000))
  }

  @Test func `lines that cannot be written are counted, and told for an hour after the last`()
    throws
  {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(full) }
    let clock = HandClock()
    let writer = try LogWriter(full, clock: clock.now)
    #expect(writer.lostLately == nil)
    let log = DaemonLog(Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) })
    for _ in 0..<3 { log.info("line") }
    #expect(writer.finish(milliseconds: 20_000))
    #expect(writer.lostLately == 3)
    clock.pass(3_599_000)
    #expect(writer.lostLately == 3)
    clock.pass(1_000)
    #expect(writer.lostLately == nil)
  }

  @Test func `every fact that the code can name is written`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("", to: "log")
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    defer { close(descriptor) }
    let writer = try LogWriter(descriptor)
    let log = DaemonLog(Logger(label: "test") { JSONLogHandler(label: $0, writer: writer) })
    for fact in LogFact.allCases { log.notice("fact", metadata: [fact: "told"]) }
    #expect(writer.finish(milliseconds: 20_000))
    let text = String(decoding: try OpenFile(path).bytes(path, limit: 1 << 20), as: UTF8.self)
    for fact in LogFact.allCases { #expect(text.contains("\"\(fact.rawValue)\":\"told\"")) }
  }
}
