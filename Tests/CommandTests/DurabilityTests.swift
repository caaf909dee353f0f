import Glibc
import Promises
import Testing

/// `acknowledged-is-durable`: what was answered survives `kill -9`.
@Suite(.serialized, .enabled(if: Programs.isThere, needsPrograms))
struct DurabilityTests {
  @Test(.promise(.survivesKillAndPowerCut))
  func `acknowledged-is-durable: twenty SIGKILLs under load lose nothing that was acknowledged`()
    throws
  {
    let daemon = try TestDaemon(start: false)
    try daemon.start()
    try daemon.must([
      "environment", "create", "development", "--requester", "uid:\(geteuid())", "--unprotected",
    ])
    var acknowledged: Int64 = 0
    var sent: Int64 = 0
    for round in 1...20 {
      let client = try LineClient(daemon.socket)
      // A pipeline keeps commits on their way when the kill comes.
      for _ in 0..<(20 + round) {
        sent += 1
        try client.send(
          #"{"jsonrpc":"2.0","id":\#(sent),"method":"secret.set","params":{"environment":"development","name":"COUNTER","value":"\#(sent)"}}"#
            + "\n")
      }
      for _ in 0..<(5 + round % 7) {
        guard let line = try client.line(), let version = number("\"version\":", line) else {
          break
        }
        acknowledged = version
      }
      daemon.crash()
      try daemon.start()
      let value = try daemon.must(["secret", "get", "COUNTER", "-e", "development"])
      let list = try daemon.must(["secret", "list", "-e", "development", "--json"])
      let version = number("\"version\":", list) ?? 0
      #expect(
        version >= acknowledged, "round \(round): \(acknowledged) was answered, \(version) is there"
      )
      #expect(Int64(value) != nil)
      acknowledged = version
    }
    #expect(try daemon.must(["audit", "verify", "--json"]).contains("\"verified\":true"))
  }

  @Test(.promise(.survivesKillAndPowerCut))
  func `every commit that is answered has been synced: one fdatasync a call, by strace`()
    throws
  {
    let daemon = try TestDaemon(start: false)
    let trace = daemon.folder + "/strace"
    let process = try RunningProcess([
      "/usr/bin/strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", trace,
      Programs.path("envgated"), "--config", daemon.configurationPath,
    ])
    _ = try process.readErrors(until: "listening")
    let client = try LineClient(daemon.socket)
    _ = try client.call(
      #"{"jsonrpc":"2.0","id":0,"method":"environment.create","params":{"name":"development","requesters":["uid:\#(geteuid())"],"unprotected":true}}"#
    )
    func syncs() throws -> Int {
      String(decoding: try readFile(trace), as: UTF8.self).split(separator: "\n")
        .filter { $0.contains("sync(") }.count
    }
    let before = try syncs()
    for id in 1...50 {
      let answer = try client.call(
        #"{"jsonrpc":"2.0","id":\#(id),"method":"secret.set","params":{"environment":"development","name":"S","value":"v"}}"#
      )
      #expect(answer.contains("version"))
      #expect(try syncs() - before >= id, "answer \(id) came before its sync")
    }
    _ = try Programs.run(["/usr/bin/pkill", "-TERM", "-P", "\(process.pid)"])
    process.signal(SIGTERM)
    _ = process.finish()
  }

  private func number(_ key: String, _ text: String) -> Int64? {
    guard let range = text.firstRange(of: key) else { return nil }
    return Int64(text[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber })
  }
}
