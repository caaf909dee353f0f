import ArgumentParser
import Glibc
import Promises
import SecretMemory
import Testing

@testable import envgate

@Suite struct TicketFileTests {
  static let ticket = "egr1_" + String(repeating: "k", count: 49)

  @Test(.promise(.ticketFilesAreOurs))
  func `a ticket comes back as it was written, from a file of ours alone`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try TicketFile(creating: path).write(try SecretBuffer(text: Self.ticket))
    #expect(try readFile(path) == Array((Self.ticket + "\n").utf8))
    #expect(mode(path) == 0o600)
    #expect(try TicketFile.read(path).text == Self.ticket)
    let options = try TicketOptions.parse(["--ticket-file", path])
    #expect(try options.ticket()?.text == Self.ticket)
    #expect(try TicketOptions.parse([]).ticket() == nil)
  }

  @Test func `a umask takes nothing of our own rights to it`() async throws {
    let folder = try Folder()
    defer { folder.remove() }
    // A umask is the process's, so it is another's.
    await #expect(processExitsWith: .success) { [path = folder.path + "/file" as String] in
      umask(0o777)
      try TicketFile(creating: path).write(try SecretBuffer(text: TicketFileTests.ticket))
    }
    #expect(mode(folder.path + "/file") == 0o600)
  }

  @Test func `a file that no ticket was written to goes away`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    do {
      let file = try TicketFile(creating: path)
      #expect(mode(path) == 0o600, "made before the request is")
      _ = consume file
    }
    #expect(access(path, F_OK) != 0)
  }

  @Test func `one ticket takes another's place whole, or leaves it as it is`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    let older = "egr1_" + String(repeating: "o", count: 49)
    try TicketFile(creating: path).write(try SecretBuffer(text: older))
    do {
      let file = try TicketFile(replacing: path)
      #expect(try TicketFile.read(path).text == older)
      _ = consume file
    }
    #expect(try TicketFile.read(path).text == older)
    #expect(access(path + ".new", F_OK) != 0)
    try TicketFile(replacing: path).write(try SecretBuffer(text: Self.ticket))
    #expect(try TicketFile.read(path).text == Self.ticket)
    #expect(mode(path) == 0o600 && access(path + ".new", F_OK) != 0)
  }

  @Test(.promise(.ticketFilesAreOurs))
  func `what exists is left as it is, a link to nowhere included`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write("kept", path)
    let fault = try #require(throws: CommandFault.self) { try create(path) }
    #expect(fault.reason == "ticket.file")
    #expect(fault.status == .badData)
    #expect(fault.sentence.contains("exists already"))
    #expect(try readFile(path) == Array("kept".utf8))

    let link = folder.path + "/out"
    symlink(folder.path + "/stale", link)
    #expect(throws: CommandFault.self) { try create(link) }
    #expect(access(folder.path + "/stale", F_OK) != 0)
    var status = stat()
    #expect(lstat(link, &status) == 0, "the link is not ours to remove")
    let nowhere = try #require(throws: CommandFault.self) { try create(folder.path + "/none/file") }
    #expect(nowhere.sentence.contains("No such file"))
  }

  @Test func `a ticket that cannot be written leaves no file`() async throws {
    let folder = try Folder()
    defer { folder.remove() }
    // A limit on files is the process's, so it is another's.
    await #expect(processExitsWith: .success) { [path = folder.path + "/file" as String] in
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 20, rlim_max: 20)
      try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let ticket = try SecretBuffer(text: TicketFileTests.ticket)
      let fault = try #require(throws: CommandFault.self) {
        try TicketFile(creating: path).write(ticket)
      }
      #expect(fault.reason == "ticket.file")
      #expect(!fault.sentence.contains("egr1_"))
    }
    #expect(access(folder.path + "/file", F_OK) != 0)
  }

  @Test(arguments: [ticket, String(repeating: "x", count: 128)])
  func `one newline at the end is dropped`(word: String) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    for end in ["", "\n"] {
      try write(word + end, path)
      #expect(try TicketFile.read(path).text == word)
    }
  }

  @Test(arguments: [
    "", "\n", "egr1_k\n\n", "egr1_k\r\n", "egr1_k k", "\u{FEFF}egr1_k", "egr1_\0",
    String(repeating: "x", count: 129), String(repeating: "x", count: 5_000),
  ])
  func `a file that holds anything but one word is not read`(text: String) throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write(text, path)
    let sentence = try refusal(path)
    #expect(sentence.contains("does not hold a ticket"))
    #expect(!sentence.contains("egr1_"))
  }

  @Test(.promise(.ticketFilesAreOurs))
  func `what is no plain file, or open to others, is not read`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write(Self.ticket, path)
    let link = folder.path + "/out"
    symlink(path, link)
    #expect(try refusal(link).contains("symbolic link"))
    #expect(try refusal(folder.path).contains("not a regular file"))
    #expect(try refusal(folder.path + "/none").contains("No such file"))
    let pipe = folder.path + "/socket"
    mkfifo(pipe, 0o600)
    #expect(try refusal(pipe).contains("not a regular file"), "and without waiting for a writer")
    for open: mode_t in [0o640, 0o604, 0o620, 0o602, 0o610] {
      chmod(path, open)
      #expect(try refusal(path).contains("open to other accounts"))
    }
    chmod(path, 0o400)
    #expect(try TicketFile.read(path).text == Self.ticket)
  }

  @Test(.enabled(if: Programs.isRoot, "only root can give files away"))
  func `a file of somebody else is not read`() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/file"
    try write(Self.ticket, path)
    chown(path, 1_234, 0)
    #expect(try refusal(path).contains("uid 1234"))
  }

  private func create(_ path: String) throws { _ = try TicketFile(creating: path) }

  private func refusal(_ path: String) throws -> String {
    let fault = try #require(throws: CommandFault.self) { _ = try TicketFile.read(path) }
    #expect(fault.reason == "ticket.file")
    return fault.sentence
  }

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }
}
