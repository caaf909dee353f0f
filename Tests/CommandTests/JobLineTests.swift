import ArgumentParser
import Testing

@testable import envgate

/// The lines of jobs are read twice, by us and by the parser, and must mean one thing.
@Suite struct JobLineTests {
  @Test(arguments: [
    ["--mask=github", "-s", "KEY"], ["-s", "KEY", "--mask=github"],
    ["--mask=github", "--as", "fd"],
    ["--mask=github"], ["--mask", "github"],
    ["--replace", "--mask=github", "--field", "x", "-s", "K"],
    ["--mask=github", "--replace"],
  ])
  func `who is to hide what was released is read whatever stands behind it`(options: [String])
    throws
  {
    for tail in [["-e", "dev"], []] {
      let line =
        ["exec"] + (tail.isEmpty ? ["-e", "dev"] : []) + options + tail + ["--", "env", "--mask=x"]
      let command = try #require(try Envgate.command(line) as? Exec)
      #expect(command.masking.mask == .github && command.command == ["env", "--mask=x"])
    }
  }

  @Test(arguments: ["--mask=", "--mask=-s", "--mask=other"])
  func `a word that names nobody is refused`(word: String) {
    #expect(throws: (any Error).self) {
      try Envgate.command(["exec", "-e", "dev", word, "-s", "KEY", "--", "true"])
    }
  }

  @Test(arguments: [
    "secret get KEY -e dev",
    "secret get -e dev KEY",
    "secret get KEY --environment dev --field clientId --socket /run/x.sock",
    "secret get KEY -e dev --reason why --timeout 10m",
    "exec -e dev -- true",
    "exec --environment dev -- ./deploy.sh --flag -x -- more",
    "exec -e dev -s A --secret B -- make",
    "exec -e dev --as azure --mask -- az login",
    "exec --mask -e dev --as fd --reason why --timeout 90s --socket s -- make all",
  ])
  func `what is read here is what the parser reads`(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let quick = try #require(JobLine.job(words), "it is left to the parser")
    let parsed: JobLine.Job? =
      switch try Envgate.parseAsRoot(words) {
      case let command as Exec: .exec(command.job)
      case let command as SecretGetCommand: .secretGet(command.job)
      default: nil
      }
    #expect(parsed == quick)
  }

  @Test func `what the parser alone reads is of the job, too`() throws {
    let line =
      "exec -e dev -s A --as fd --field f --override --replace --status-file s "
      + "--request 4 --ticket-file t --host h --mask=github -- make"
    let exec = try #require(try Self.exec(line))
    #expect(
      exec.delivery
        == Delivery(form: .fd, field: "f", isOverriding: true, isReplacing: true, statusFile: "s"))
    #expect(exec.mask == .github && exec.address == DaemonAddress(host: "h"))
    #expect(exec.request == RequestTerms(earlier: .init(id: 4, ticketFile: "t")))
    let new = try #require(
      try Self.exec("exec -e dev --ref r --commit c --run-url u --key k -- make"))
    #expect(
      new.request.claims == RequestClaims(ref: "r", commit: "c", runURL: "u", key: "k"))
    let get = try #require(
      try Envgate.parseAsRoot(
        "secret get K -e dev --format json --reveal".split(separator: " ").map(String.init))
        as? SecretGetCommand)
    #expect(
      get.job == SecretGetJob(name: "K", environment: "dev", format: .json, reveals: true))
  }

  @Test(arguments: [
    "secret get KEY", "secret get -e dev", "secret get KEY -e", "secret get KEY -e dev -e dev",
    "secret get KEY -e dev more", "secret get KEY -e=dev", "secret get KEY --environment=dev",
    "secret get KEY -e --reveal", "secret get KEY -e dev --timeout soon",
    "secret get KEY -e dev --",
    "secret get KEY -e dev --field -x", "secret get --help", "secret get KEY -e dev --request 4",
    "secret list -e dev", "exec", "exec -e dev", "exec -e dev --", "exec -- true",
    "exec -e dev true",
    "exec -e dev --mask github -- true", "exec -e dev --mask=github -- true",
    "exec -e dev -sA -- true",
    "exec -e dev --as other -- true", "exec -e dev --replace -- true", "exec -e dev -h -- true",
    "exec -e dev --as env --as fd -- true", "exec -e dev --mask", "--version", "",
  ])
  func `all else is the parser's`(line: String) {
    #expect(JobLine.job(line.split(separator: " ").map(String.init)) == nil)
  }

  @Test func `an empty word is the parser's, and a command's words are its own`() throws {
    #expect(JobLine.job(["secret", "get", "", "-e", "dev"]) == nil)
    #expect(JobLine.job(["exec", "-e", "", "--", "true"]) == nil)
    let line = ["exec", "-e", "dev", "--", "", "--", "-e", "x y"]
    let command = ["", "--", "-e", "x y"]
    #expect(JobLine.job(line) == .exec(ExecJob(environment: "dev", command: command)))
  }

  private static func exec(_ line: String) throws -> ExecJob? {
    (try Envgate.parseAsRoot(line.split(separator: " ").map(String.init)) as? Exec)?.job
  }
}
