import Glibc
import Testing

/// A pipe gets whole rows, whatever stands in them.
@Suite(.serialized, .enabled(if: Programs.isThere, needsPrograms))
struct WholeListTests {
  @Test func `nothing of a list is cut in a pipe`() throws {
    let daemon = try TestDaemon()
    let requesters = (3_001...3_040).flatMap { ["--requester", "uid:\($0)"] }
    try daemon.must(["environment", "create", "dev", "--unprotected"] + requesters)
    let long = String(repeating: "v", count: 3_000)
    try daemon.must(["variable", "set", "LONG", "-e", "dev", "--value", long])
    #expect(try daemon.must(["variable", "list", "-e", "dev"]).contains("\"\(long)\""))
    let audit = try daemon.must(["audit", "list"])
    #expect(audit.contains("uid:3001") && audit.contains("uid:3040"))
    #expect(!audit.contains("more characters"))
  }
}
