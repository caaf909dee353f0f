import Glibc
import Logging
import Promises
import Testing

@testable import VaultServer

/// journald's native protocol, on a datagram socket that a test reads.
@Suite struct `the journal` {
  /// What one entry has, field by field.
  private func fields(_ bytes: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let end = rest.firstIndex(where: { $0 == 0x3D || $0 == 0x0A }) else { return [:] }
      let name = String(decoding: rest[..<end], as: UTF8.self)
      let isText = rest[end] == 0x3D
      rest = rest[(end + 1)...]
      let length: Int
      if isText {
        length = rest.firstIndex(of: 0x0A).map { $0 - rest.startIndex } ?? rest.count
      } else {
        length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(8)
      }
      fields[name] = String(decoding: rest.prefix(length), as: UTF8.self)
      rest = rest.dropFirst(length)
      guard rest.first == 0x0A else { return [:] }
      rest = rest.dropFirst()
    }
    return fields
  }

  private func log(_ journal: JournalSocket?, _ descriptor: Int32, _ tell: (DaemonLog) -> Void)
    throws
  {
    let writer = try LogWriter(descriptor, journal: journal)
    tell(DaemonLog(Logger(label: "envgated") { JSONLogHandler(label: $0, writer: writer) }))
    #expect(writer.finish(milliseconds: 20_000))
  }

  @Test func `gets the message for people, its urgency, and each fact as a field`() throws {
    let scratch = try Scratch()
    let socket = try NoticeSocket(scratch.file("journal"))
    try log(JournalSocket(path: scratch.file("journal")), -1) { log in
      log.error("not reloaded", metadata: [.path: "/etc/a b", .sequence: "12"])
      log.critical("gone")
    }
    #expect(
      fields(socket.bytes()) == [
        "MESSAGE": #"not reloaded path="/etc/a b" sequence=12"#, "PRIORITY": "3",
        "SYSLOG_IDENTIFIER": "envgated", "ENVGATE_PATH": "/etc/a b", "ENVGATE_SEQUENCE": "12",
      ])
    #expect(
      fields(socket.bytes()) == [
        "MESSAGE": "gone", "PRIORITY": "2", "SYSLOG_IDENTIFIER": "envgated",
      ])
  }

  @Test(.promise(.logLinesAreWhole))
  func `no-echo: gets no field that a text of somebody else made up`() throws {
    let scratch = try Scratch()
    let socket = try NoticeSocket(scratch.file("journal"))
    let hostile = "a\nPRIORITY=0\nMESSAGE=forged\n\u{202E}"
    try log(JournalSocket(path: scratch.file("journal")), -1) { log in
      log.info("refused", metadata: [.environment: hostile])
      log.info("refused", metadata: [.fault: String(repeating: "é", count: 100_000)])
    }
    let first = fields(socket.bytes())
    #expect(first["ENVGATE_ENVIRONMENT"] == hostile)
    #expect(first["PRIORITY"] == "6")
    #expect(first["MESSAGE"]?.hasPrefix("refused environment=") == true)
    #expect(first["MESSAGE"]?.contains { $0.isNewline || $0 == "\u{202E}" } == false)
    #expect(first.count == 4)
    #expect(fields(socket.bytes())["ENVGATE_FAULT"]?.count == 1_000)
  }

  @Test func `that is gone loses nothing: the line goes to stderr`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("", to: "log")
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    defer { close(descriptor) }
    try log(JournalSocket(path: scratch.file("none")), descriptor) { log in
      log.info("one")
      log.info("two")
    }
    let text = String(decoding: try OpenFile(path).bytes(path, limit: 1 << 20), as: UTF8.self)
    #expect(text.split(separator: "\n").count == 2)
    #expect(text.contains(#""message":"two""#))
  }

  @Test func `is written to only where stderr goes there`() throws {
    let scratch = try Scratch()
    let path = try scratch.write("", to: "log")
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var found = stat()
    try #require(fstat(descriptor, &found) == 0)
    func journal(_ stream: String?) -> JournalSocket? {
      JournalSocket({ $0 == "JOURNAL_STREAM" ? stream : nil }, stream: descriptor)
    }
    #expect(journal("\(found.st_dev):\(found.st_ino)") != nil)
    for other in ["\(found.st_dev):\(found.st_ino + 1)", "1:2", "", nil] {
      #expect(journal(other) == nil)
    }
  }
}
