import Glibc
import Testing

@testable import envgate

/// Why a script that is there does not run.
@Suite struct ScriptInterpreterTests {
  private static let gone = "/no/such/interpreter"

  private static func script(_ text: String) throws -> (folder: Folder, path: String) {
    let folder = try Folder()
    let path = folder.path + "/script"
    try write(text, path)
    chmod(path, 0o700)
    return (folder, path)
  }

  @Test(arguments: [
    ("#!\(gone)\n", true), ("#! \t\(gone) -e\n", true), ("#!/bin/sh\n", false), ("#!\n", false),
    ("#!\(gone)", false), ("\(gone)\n", false), ("", false),
  ])
  func `the interpreter that a script names is told where it is missing`(
    text: String, isMissing: Bool
  ) throws {
    let (folder, path) = try Self.script(text)
    defer { folder.remove() }
    #expect(ScriptInterpreter.missing(of: path) == (isMissing ? Self.gone : nil))
    let command = [Array(path.utf8CString)]
    func found() throws { try CommandCall(command).requireFound() }
    guard isMissing else { return try found() }
    let fault = #expect(throws: CommandFault.self) { try found() }
    #expect(fault?.status == .notFound)
    #expect(fault?.sentence == "\(path): its interpreter \(Self.gone) is missing")
  }

  @Test func `no command at all is not found, as env(1) has it`() throws {
    let fault = #expect(throws: CommandFault.self) { try CommandCall([[0]]).requireFound() }
    #expect(fault?.status == .notFound && fault?.sentence == "'': not found")
  }
}
