import Glibc
import Promises
import Testing

/// `secret get --format`, with the programs that ship.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct SecretFormatCommandTests {
  @Test func `each format goes with a member of the value, and with a gate`() throws {
    let daemon = try TestDaemon()
    try MainJobTests.furnished(daemon)
    let clientSecret = #"s3cr3t~with"quotes\and/slashes"#
    let get = [
      "secret", "get", "AZURE_CREDENTIALS", "-e", "development", "--field", "clientSecret",
    ]
    func printed(_ format: String) throws -> String {
      try daemon.must(get + ["--format", format], as: TestDaemon.runner.uid)
    }
    #expect(try printed("raw") == clientSecret)
    #expect(
      try printed("json")
        == #"{"environment":"development","name":"AZURE_CREDENTIALS","version":1,"#
        + #""value":"s3cr3t~with\"quotes\\and/slashes"}"# + "\n")
    #expect(try printed("shell") == "AZURE_CREDENTIALS='\(clientSecret)'\n")
    #expect(try printed("dotenv") == "AZURE_CREDENTIALS='\(clientSecret)'\n")
    #expect(
      try SecretFormatReaders.githubPairs(try printed("github-env")).map(\.value) == [clientSecret])

    let job = try daemon.startEnvgate(
      ["secret", "get", "AZURE_CREDENTIALS", "-e", "production", "--format", "json"],
      as: TestDaemon.runner.uid)
    try daemon.must(
      ["approve", try MainJobTests.waitingRequest(job), "--yes", "--accept-new"],
      as: TestDaemon.bob.uid)
    let done = job.finish()
    #expect(done.code == 0, "\(done.stderr)")
    #expect(
      try SecretFormatReaders.json(done.stdout) == Array(MainJobTests.credentials.utf8))
  }

  @Test(arguments: ["shell", "dotenv", "github-env"])
  func `a value that a format cannot carry is refused, and nothing is printed`(format: String)
    throws
  {
    let daemon = try HandOverTests.stage(["KEY": "CANARY\0of\r\\\\'\"$x"])
    let done = try daemon.envgate(
      ["secret", "get", "KEY", "-e", "dev", "--format", format], as: TestDaemon.runner.uid)
    #expect(done.code == 65)
    #expect(done.stdout.isEmpty)
    #expect(done.stderr.hasPrefix("envgate: value.nul: ") && !done.stderr.contains("CANARY"))
  }

  @Test(.promise(.terminalIsAsked), arguments: ["raw", "json", "shell", "dotenv", "github-env"])
  func `a terminal gets no format of a value unless it is told to`(format: String) throws {
    let daemon = try HandOverTests.stage(["KEY": "CANARY"])
    let command = "\(try Programs.path("envgate")) secret get KEY -e dev --format \(format)"
    for (option, isShown) in [("", false), (" --reveal", true)] {
      let done = try Programs.run(
        ["/usr/bin/script", "-qec", command + option, "/dev/null"],
        environment: ["ENVGATE_SOCKET": daemon.socket], uid: TestDaemon.runner.uid)
      #expect(done.code == (isShown ? 0 : 64), "\(done.text)")
      #expect(done.text.contains("CANARY") == isShown, "\(done.text)")
    }
  }
}
