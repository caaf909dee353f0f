import Glibc
import Promises
import SecretMemory
import Testing

@testable import envgate

extension MaskedStreamsTests {
  @Test(.promise(.maskedOutputOnly))
  func `on a terminal the command has one too: colours stay, and newlines are made once`()
    throws
  {
    let terminal = try TestTerminal(rows: 33, columns: 101)
    let script = #"""
      test -t 1 && test -t 2 || exit 9
      printf '\033[31ms3cr3t value\033[0m\n'; stty size <&1; stty size <&2; echo s3cr3t value >&2
      """#
    #expect(try Self.run(script, to: terminal.far, terminal.far) == .exited(0))
    #expect(terminal.text() == "\u{1b}[31m***\u{1b}[0m\r\n33 101\r\n33 101\r\n***\r\n")
  }

  @Test func `a terminal and a file stay a terminal and a file`() throws {
    let (terminal, output) = (try TestTerminal(), try Pipe())
    let script = "test -t 2 && ! test -t 1 && echo s3cr3t value && echo s3cr3t value >&2"
    #expect(try Self.run(script, to: output.far, terminal.far) == .exited(0))
    #expect(output.rest() == "***\n")
    #expect(terminal.text() == "***\r\n")
  }

  @Test func `a window that changes its size has the new one for the command`() throws {
    let (terminal, folder) = (try TestTerminal(rows: 24, columns: 80), try Folder())
    defer { folder.remove() }
    let gate = try Gate(folder.path + "/file")
    let script = "stty size <&1; read x <\(gate.path); stty size <&1"
    let end = try Self.run(script, to: terminal.far, terminal.far) { streams in
      #expect(terminal.read(until: "\n") == "24 80\r\n")
      terminal.resize(rows: 50, columns: 132)
      streams.windowChanged()
      gate.open()
    }
    #expect(end == .exited(0))
    #expect(terminal.text() == "50 132\r\n")
  }

  @Test func `what a command writes right before its end comes through the terminal whole`() throws
  {
    let terminal = try TestTerminal()
    let script = "seq 2000; printf 's3cr3t value'"
    let end = try Self.run(script, to: terminal.far, terminal.far) { _ in
      #expect(
        terminal.read(until: "***") == (1...2_000).map { "\($0)\r\n" }.joined() + "***")
    }
    #expect(end == .exited(0))
  }
}

/// A pipe that a filter writes to.
final class Pipe {
  let far: Int32
  fileprivate let near: Int32
  private var isOpen = true

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    (near, far) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    closeNear()
    close(far)
  }

  func closeNear() {
    if isOpen { close(near) }
    isOpen = false
  }

  /// What comes until a text has come; it must be the last of it.
  func read(until text: String) -> String { Descriptor.read(near, until: text) }

  /// What has come already.
  func rest() -> String { Descriptor.rest(near) }
}

/// A terminal like one that somebody sits at; `far` is what a program of theirs has.
final class TestTerminal {
  let far: Int32
  private let near: Int32
  private var isOpen = true

  init(rows: UInt16 = 24, columns: UInt16 = 80) throws {
    near = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number): (Int32, Int32) = (0, 0)
    // TIOCSPTLCK and TIOCGPTN, whose values Swift does not see.
    try #require(ioctl(near, UInt(0x4004_5431), &locked) == 0)
    try #require(ioctl(near, UInt(0x8004_5430), &number) == 0)
    far = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(far >= 0)
    resize(rows: rows, columns: columns)
  }

  deinit {
    closeNear()
    close(far)
  }

  func closeNear() {
    if isOpen { close(near) }
    isOpen = false
  }

  func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(near, UInt(TIOCSWINSZ), &size)
  }

  func read(until text: String) -> String { Descriptor.read(near, until: text) }
  func text() -> String { Descriptor.rest(near) }
}

private enum Descriptor {
  static func read(_ descriptor: Int32, until text: String) -> String {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let end = Array(text.utf8)
    while !all.suffix(end.count).elementsEqual(end) {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count <= 0 { break }
      all += chunk[..<count]
    }
    return String(decoding: all, as: UTF8.self)
  }

  static func rest(_ descriptor: Int32) -> String {
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(descriptor, F_SETFL, flags) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = Glibc.read(descriptor, &chunk, chunk.count), count > 0 {
      all += chunk[..<count]
    }
    return String(decoding: all, as: UTF8.self)
  }
}
