import ArgumentParser
import Glibc
import Testing

@testable import envgate

/// The manual pages beside the parsers: what is there is described, and what is described is there.
@Suite struct ManualPageTests {
  static let client = Result { try ParserShape(Array(Envgate._dumpHelp().utf8)) }
  static let clientPage = Result { try ManualPage("envgate/man/envgate.1") }

  @Test func `each command of envgate has its part in the page, and each part its command`() throws
  {
    let there = Set(try Self.client.get().commands.keys).subtracting([""])
    let described = Set(try Self.clientPage.get().commands.keys)
    #expect(there.count > 30)
    #expect(there.subtracting(described) == [], "not in envgate.1")
    #expect(described.subtracting(there) == [], "not in the parser")
  }

  @Test func `each option of a command is in its part or under OPTIONS, and none else`() throws {
    let page = try Self.clientPage.get()
    let parser = try Self.client.get().commands
    for (command, options) in parser where command != "" {
      let own = page.commands[command] ?? []
      #expect(
        options.subtracting(own).subtracting(page.shared) == [], "\(command): not in the page")
      #expect(own.subtracting(options) == [], "\(command): not in the parser")
    }
    // The program's own version is not the parser's to print.
    let all = parser.values.reduce(into: Set(["--version"])) { $0.formUnion($1) }
    #expect(page.shared.subtracting(all) == [], "OPTIONS")
  }

  @Test func `EXIT STATUS is the table of exit codes`() throws {
    let codes = try Self.clientPage.get().codes
    #expect(codes == envgate.ExitStatus.allCases.map(\.rawValue).sorted())
  }

  @Test func `each variable of ENVIRONMENT is read somewhere`() throws {
    let folder = ManualPage.path("envgate")
    let variables = try Self.clientPage.get().variables
    #expect(variables.count > 15)
    for variable in variables {
      // A name of its own, or one in the address of a run's page.
      let names = ["\"\(variable)\"", "${\(variable)}"].flatMap { ["-e", $0] }
      let found = try Programs.run(["/bin/grep", "-rqF"] + names + [folder])
      #expect(found.code == 0, "nothing reads \(variable)")
    }
  }

  @Test(.enabled(if: Programs.isThere, "needs ENVGATE_BIN"))
  func `envgated's page has its commands and options, and none else`() throws {
    let dump = try Programs.run([Programs.path("envgated"), "--experimental-dump-help"])
    let parser = try ParserShape(dump.stdout).commands
    let page = try ManualPage("envgated/man/envgated.8")
    #expect(Set(parser.keys).subtracting([""]) == Set(page.commands.keys))
    #expect(parser[""] == page.shared)
    for (command, options) in parser where command != "" {
      let own = page.commands[command] ?? []
      #expect(options.subtracting(own).subtracting(page.shared) == [], "\(command)")
      #expect(own.subtracting(options) == [], "\(command)")
    }
  }

  static let areReadersThere = ["mandoc", "man", "groff"].allSatisfy {
    access("/usr/bin/\($0)", X_OK) == 0
  }

  @Test(
    .enabled(if: areReadersThere, "needs the packages mandoc and man-db"),
    arguments: ["envgate/man/envgate.1", "envgated/man/envgated.8", "envgated/man/envgated.json.5"])
  func `a page is laid out by man and by mandoc without a warning`(name: String) throws {
    let path = ManualPage.path(name)
    for check in [
      "mandoc -T lint -W warning \(path)",
      "LC_ALL=C.UTF-8 MANROFFSEQ= MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z \(path) 2>&1 >/dev/null",
    ] {
      let done = try Programs.run(["/bin/sh", "-c", check])
      #expect(done.code == 0)
      #expect(done.text == "")
    }
  }
}
