import Glibc
import Promises
import Testing
import VaultCore
import VaultProtocol

@testable import envgate

/// The signed heads of a log beside a chain.
@Suite struct JournalComparisonTests {
  private static let vault = [UInt8](repeating: 7, count: 16)

  private static func hash(_ sequence: Int64, _ life: UInt8 = 0) -> [UInt8] {
    [UInt8](repeating: UInt8(sequence), count: 31) + [life]
  }

  private static func head(_ sequence: Int64, at time: Int64, _ life: UInt8 = 0) -> ChainSignature {
    ChainSignature(
      vault: vault, sequence: sequence, hash: hash(sequence, life), time: time,
      signature: [UInt8](repeating: 9, count: 64))
  }

  private static func compare(
    _ heads: [ChainSignature], in looked: ClosedRange<Int64> = 1...20, isCut: Bool = false,
    restores: [HeadComparison.Restore] = []
  ) -> HeadComparison {
    HeadComparison(heads, in: looked, isCut: isCut, restores: restores) { hash($0) }
  }

  @Test func `heads agree, or the first record that was replaced or cut off is named`() {
    let good = Self.compare([Self.head(3, at: 1), Self.head(9, at: 2)])
    #expect(good.agreed == 2 && good.range == 3...9 && good.fault == nil && good.unseen == 0)
    let replaced = Self.compare([Self.head(9, at: 2, 1), Self.head(5, at: 2, 1)])
    #expect(replaced.firstBad == 5 && replaced.fault?.hasSuffix("was replaced") == true)
    let cut = Self.compare([Self.head(25, at: 2)])
    #expect(cut.firstBad == 21 && cut.fault?.hasSuffix("its end was cut off") == true)
  }

  @Test func `what is not in an export was not looked at, and is not said to agree`() {
    let found = Self.compare(
      [Self.head(3, at: 1), Self.head(12, at: 2), Self.head(30, at: 3)], in: 10...20, isCut: true)
    #expect(found.agreed == 1 && found.unseen == 2 && found.fault == nil)
  }

  @Test func `a head from before a restore is a fork and no forgery, and one from after it is not`()
  {
    let restores = [HeadComparison.Restore(record: 10, time: 1_000)]
    let found = Self.compare(
      [Self.head(8, at: 800), Self.head(12, at: 900, 1), Self.head(40, at: 950, 1)],
      restores: restores)
    #expect(found.agreed == 1 && found.forks == [restores[0]: 2] && found.fault == nil)
    // Signed after the restore, or of a record that the backup had: that is a forgery.
    #expect(Self.compare([Self.head(12, at: 1_001, 1)], restores: restores).firstBad == 12)
    #expect(Self.compare([Self.head(9, at: 900, 1)], restores: restores).firstBad == 9)
  }

  private static func journal(_ more: String) -> [UInt8] {
    let facts =
      #""ENVGATE_SEQUENCE":"3","ENVGATE_HASH":"sha256:\#(Hexadecimal.text(hash(3)))","ENVGATE_SIGNED":"2026-09-21T13:33:20.123Z","ENVGATE_SIGNATURE":"\#(String(repeating: "09", count: 64))""#
    return Array("{\(facts)\(more)}".utf8)
  }

  @Test
  func `heads are read from the journal's fields, from its messages and from the daemon's log`() {
    let log =
      #"{"time":"x","message":"audit head signed","hash":"sha256:\#(Hexadecimal.text(Self.hash(3)))","sequence":"3","signature":"\#(String(repeating: "09", count: 64))","signed":"2026-09-21T13:33:20.123Z"}"#
    let escaped = log.replacing("\"", with: "\\\"")
    let lines = [
      Self.journal(#","_SYSTEMD_UNIT":"envgated.service","MESSAGE":"x","__CURSOR":[1,2]"#),
      Self.journal(""), Array(log.utf8), Array(#"{"MESSAGE":"\#(escaped)"}"#.utf8),
    ]
    for line in lines {
      var found = JournalHeads(vault: Self.vault)
      found.take(line) { signature, _ in signature.count == 64 }
      #expect(found.heads.map(\.sequence) == [3] && found.heads.first?.hash == Self.hash(3))
    }
  }

  @Test
  func `an entry of another unit is passed over, and one that the key has not signed is told`() {
    var found = JournalHeads(vault: Self.vault)
    found.take(Self.journal(#","_SYSTEMD_UNIT":"cron.service""#)) { _, _ in false }
    for line in ["", "{", "[]", #"{"MESSAGE":"hello"}"#, #"{"MESSAGE":"{\"sequence\":\"3\"}"}"#] {
      found.take(Array(line.utf8)) { _, _ in true }
    }
    #expect(found.heads.isEmpty && found.unsigned.isEmpty)
    found.take(Self.journal("")) { _, _ in false }
    #expect(found.heads.isEmpty && found.unsigned == [3])
  }
}

/// The same with the real programs.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct JournalComparisonCommandTests {
  @Test(.promise(.journalTellsRollback))
  func `an older copy of the state directory contradicts the log, and a restore is named as one`()
    throws
  {
    let daemon = try TestDaemon()
    let (log, backup) = (daemon.folder + "/log.jsonl", daemon.folder + "/envgate.bak")
    func verify(_ more: String...) throws -> Finished {
      try daemon.envgate(["audit", "verify", "--journal", log] + more)
    }
    try daemon.must([
      "environment", "create", "development", "--requester", "user:daemon", "--unprotected",
    ])
    try daemon.must(["backup", backup])
    let copy = daemon.folder + "/copy"
    var lines = Array((daemon.stop()?.stderr ?? "").utf8)
    _ = try Programs.run(["/bin/cp", "-a", daemon.stateDirectory, copy])
    lines += Array(try daemon.start().utf8)
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value")
    lines += Array((daemon.stop()?.stderr ?? "").utf8)
    try write(lines, to: log)
    try daemon.start()
    let good = try verify()
    #expect(good.code == 0 && good.text.contains("in the journal, of records"), "\(good.stderr)")
    let key = daemon.folder + "/audit.key"
    try write(try daemon.must(["audit", "key"]), key)
    let export = daemon.folder + "/audit.jsonl"
    try daemon.must(["audit", "export", export])
    let offline = try verify("--file", export, "--public-key", key)
    #expect(offline.code == 0 && offline.text.contains("in the journal"), "\(offline.stderr)")
    daemon.stop()

    // Lost, and restored from the backup: a fork.
    _ = try Programs.run(["/bin/rm", "-rf", daemon.stateDirectory])
    let restore = try [
      Programs.path("envgated"), "restore", "--config", daemon.configurationPath, backup,
    ]
    let asked = try Programs.run(restore).stderr.split(separator: "--as-of ").last?.prefix(10) ?? ""
    let restored = try Programs.run(restore + ["--as-of", String(asked)])
    #expect(restored.code == 0, "\(restored.stderr)")
    try daemon.start()
    let fork = try verify()
    #expect(fork.code == 0, "\(fork.stderr)")
    #expect(fork.text.contains("were lost when the vault was restored"), "\(fork.text)")
    daemon.stop()

    // An older copy of the whole directory says nothing of itself.
    _ = try Programs.run(["/bin/rm", "-rf", daemon.stateDirectory])
    _ = try Programs.run(["/bin/mv", copy, daemon.stateDirectory])
    try daemon.start()
    #expect(try daemon.envgate(["audit", "verify"]).code == 0)
    let older = try verify()
    #expect(older.code == 74, "\(older.text)")
    #expect(
      older.stderr.contains("cut off") || older.stderr.contains("replaced"), "\(older.stderr)")
    try write([UInt8](), to: log)
    #expect(try verify().stderr.contains("audit.journal"))
  }
}
