import Glibc
import Logging
import StrictJSON
import Testing

@testable import VaultServer

@Suite struct `a line of the log` {
  /// What a logger writes, line by line, each as its members.
  private func lines(_ log: (inout Logger) -> Void) throws -> [[String: String]] {
    let scratch = try Scratch()
    let path = try scratch.write("", to: "log")
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let writer = try LogWriter(descriptor)
    var logger = Logger(label: "envgated") { label in
      JSONLogHandler(label: label, writer: writer, clock: { 1_769_862_896_789 })
    }
    log(&logger)
    #expect(writer.finish(milliseconds: 20_000))
    let text = try OpenFile(path).bytes(path, limit: 1 << 20)
    #expect(text.isEmpty || text.last == 0x0A)
    var reader = JSONReader()
    return try text.split(separator: 0x0A).map { line in
      try Array(line).withUnsafeBytes { bytes in
        try reader.read(bytes) { root in
          var members: [String: String] = [:]
          for (key, value) in try root.object() { members[key] = try value.string() }
          return members
        }
      }
    }
  }

  @Test func `is one object with its time, level, label and message`() throws {
    let found = try lines { $0.info("listening", metadata: ["socket": "/run/s", "uid": "\(7)"]) }
    #expect(
      found == [
        [
          "time": "2026-01-31T12:34:56.789Z", "level": "info", "label": "envgated",
          "message": "listening", "socket": "/run/s", "uid": "7",
        ]
      ])
  }

  @Test(arguments: [
    "x\n{\"level\":\"critical\",\"message\":\"forged\"}", "\",\"level\":\"critical",
    "a\u{0}b\u{1B}[2J",
    "\u{202E}drawkcab", "\u{9B}31m", "\\", "\u{2028}",
  ])
  func `cannot be forged by what it tells`(text: String) throws {
    let found = try lines { $0.warning("\(text)", metadata: ["account": "\(text)"]) }
    #expect(found.count == 1)
    #expect(found.first?["level"] == "warning")
    for key in ["message", "account"] {
      let shown = try #require(found.first?[key])
      #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) })
      #expect(!shown.unicodeScalars.contains { [0x202E, 0x2028].contains($0.value) })
    }
  }

  @Test func `no-echo: metadata that is on no list is not written, nor what an error holds`() throws
  {
    struct Leak: Error { let value = "hunter2" }
    let found = try lines { logger in
      logger[metadataKey: "value"] = "hunter2"
      logger.error("failed", error: Leak(), metadata: ["params": "hunter2", "request": "42"])
    }
    #expect(found.first?["request"] == "42")
    #expect(found.first?["error"] == "Leak")
    #expect(found.first?.values.contains { $0.contains("hunter2") } == false)
  }

  @Test func `a text is cut, and no metadata takes the place of a member`() throws {
    let found = try lines { logger in
      logger.info(
        "\(String(repeating: "a", count: 5_000))", metadata: ["level": "trace", "message": "other"])
    }
    #expect(found.first?["message"]?.unicodeScalars.count == 1_001)
    #expect(found.first?["level"] == "info")
  }

  @Test func `below the level is not written`() throws {
    let found = try lines { logger in
      logger.debug("unseen")
      logger.logLevel = .debug
      logger.debug("seen")
    }
    #expect(found.map { $0["message"] } == ["seen"])
  }
}
