import Glibc
import Promises
import Testing
import VaultClient
import VaultCore
import VaultProtocol

@testable import envgate

/// An export of the audit record, as an auditor has it: lines, and a public key.
@Suite struct AuditExportTests {
  private static let vault = [UInt8](repeating: 7, count: 16)
  private static let key = AuditKeyFile(
    words: ["vault", Hexadecimal.text(vault), "ed25519:" + String(repeating: "ab", count: 32)])

  /// An export of `count` records behind record `after`, whose head is signed by nobody.
  private static func lines(_ count: Int64, after: Int64 = 0) throws -> [[UInt8]] {
    var hash = [UInt8](repeating: UInt8(after), count: 32)
    var lines: [[UInt8]] = []
    let previous = hash
    for sequence in after + 1...after + count {
      let record = AuditRecord(
        sequence: sequence, time: 1_900_000_000_000 + sequence, boot: sequence,
        event: .secretReleased, subject: .account(998), account: "ci", environment: "production",
        request: sequence == 3 ? 4 : nil,
        secrets: [PinnedSecret(name: try SecretName("TOKEN"), version: sequence)],
        details: [.init("reason", "x"), .init("reason", "y")])
      hash = ExportWalk.link(vault, sequence, hash, record.canonicalBytes)
      lines.append(
        ExportLine.text(
          AuditRecordView(record: record, hash: hash, canonical: record.canonicalBytes)))
    }
    let signed = ChainSignature(
      vault: vault, sequence: after + count, hash: hash, time: 1_900_000_100_000,
      signature: [UInt8](repeating: 9, count: 64))
    let view = AuditKeyView(
      vault: vault, publicKey: [UInt8](repeating: 0xAB, count: 32), signature: signed)
    let head = try #require(view.head)
    return [ExportLine.text(AuditExportView(view, head, after: after, previous: previous))] + lines
  }

  private static func walk(
    _ lines: [[UInt8]], isSigned: Bool = true
  ) throws -> AuditVerificationView {
    let key = try #require(key)
    var walk = try ExportWalk(lines.first, key: key) { _, _ in isSigned }
    for line in lines.dropFirst() { _ = walk.take(line) }
    return walk.finish()
  }

  @Test func `a whole export verifies, and says which records are not in it`() throws {
    let found = try Self.walk(Self.lines(5))
    #expect(found.verified && found.records == 5 && found.signedThrough == 5 && found.after == nil)
    let later = try Self.walk(Self.lines(3, after: 4))
    #expect(later.verified && later.records == 7)
    #expect(
      later.sentence.hasPrefix(
        "verified records 5 to 7; records 1 to 4 are not in the file and were not looked at"))
  }

  /// One change of the lines of an export, the record that is named, and what is said.
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let record: Int64?
    let sentence: String
    let make: @Sendable (inout [[UInt8]]) -> Void

    init(
      _ name: String, _ record: Int64?, _ sentence: String,
      _ make: @escaping @Sendable (inout [[UInt8]]) -> Void
    ) {
      testDescription = name
      self.record = record
      self.sentence = sentence
      self.make = make
    }
  }

  private static func replacing(_ line: [UInt8], _ old: String, _ new: String) -> [UInt8] {
    Array(String(decoding: line, as: UTF8.self).replacing(old, with: new).utf8)
  }

  @Test(arguments: [
    Change("a record is missing", 3, "record 3 is not in its place; record 4 stands there") {
      $0.remove(at: 3)
    },
    Change("the first is missing", 1, "record 1 is not in its place") { $0.remove(at: 1) },
    Change("two are exchanged", 2, "record 2 is not in its place; record 3") { $0.swapAt(2, 3) },
    Change("one is there twice", 3, "record 3 is not in its place; record 2") {
      $0.insert($0[2], at: 3)
    },
    Change("one is added at the end", 6, "lines were added after record 5") { $0.append($0[5]) },
    Change("the end is cut off", nil, "records after 4 are missing; the signed head says 5") {
      $0.removeLast()
    },
    Change("a line is cut", 5, "the line of record 5 is cut or damaged") { $0[5].removeLast(9) },
    Change("a line is empty", 2, "the line of record 2 is cut or damaged") { $0[2] = [] },
    Change("plain text is changed", 4, "record 4 does not say what its canonical bytes say") {
      $0[4] = replacing($0[4], #""uid":998"#, #""uid":999"#)
    },
    Change("plain text is added", 4, "record 4 does not say what its canonical bytes say") {
      $0[4] = replacing($0[4], #""uid":998"#, #""uid":998,"approved_by":"alice""#)
    },
    Change("canonical bytes are changed", 3, "the hash in its line does not agree with record 3") {
      $0[3] = replacing($0[3], Hexadecimal.text(Array("production".utf8)), "70726f64756374696f00")
    },
    Change("a hash is changed", 2, "the hash in its line does not agree with record 2") {
      $0[2] = flippedHash($0[2])
    },
  ])
  func `every changed line is found, and its record named`(change: Change) throws {
    var lines = try Self.lines(5)
    change.make(&lines)
    let found = try Self.walk(lines)
    #expect(!found.verified && found.firstBad == change.record)
    #expect(found.sentence.contains(change.sentence), "\(found.sentence)")
  }

  /// The line with another first digit of its hash.
  private static func flippedHash(_ line: [UInt8]) -> [UInt8] {
    var line = line
    guard let start = String(decoding: line, as: UTF8.self).utf8.firstRange(of: "sha256:".utf8)
    else { return line }
    let text = String(decoding: line, as: UTF8.self)
    let place = text.utf8.distance(from: text.utf8.startIndex, to: start.upperBound)
    line[place] = line[place] == 0x30 ? 0x31 : 0x30
    return line
  }

  @Test func `a forged chain with hashes that fit ends at the signed head`() throws {
    var lines = try Self.lines(5)
    // Everything is made anew behind a changed beginning; only the head is as it was signed.
    let forged = try Self.lines(5, after: 1)
    lines = [lines[0]] + forged.dropFirst()
    let found = try Self.walk(lines)
    #expect(!found.verified)
    var other = try Self.lines(2)
    let head = try Self.lines(3)[0]
    other[0] = head
    #expect(try !Self.walk(other).verified)
    #expect(try Self.walk(Self.lines(2), isSigned: false).fault?.contains("signature") == true)
  }

  @Test
  func `a file of another vault, of another key, or that is none, is refused with a sentence`()
    throws
  {
    let lines = try Self.lines(2)
    for (first, sentence) in [
      (nil, "is not an export"), ([], "is not an export"), (lines[1], "is not an export"),
      (Self.replacing(lines[0], #""export":1"#, #""export":2"#), "format 2"),
      (Self.replacing(lines[0], #""vault":"07"#, #""vault":"08"#), "another vault"),
      (Self.replacing(lines[0], "ed25519:ab", "ed25519:ac"), "another key"),
      (Self.replacing(lines[0], #""after":0"#, #""after":3"#), "damaged first line"),
    ] as [([UInt8]?, String)] {
      let fault = #expect(throws: CommandFault.self) {
        _ = try ExportWalk(first, key: try #require(Self.key)) { _, _ in true }
      }
      #expect(fault?.sentence.contains(sentence) == true, "\(fault?.sentence ?? "")")
    }
  }

  @Test func `a record of a newer version is whole, though its word is unknown`() throws {
    let record = AuditRecord(sequence: 1, time: 1, boot: 1, event: .serverStarted)
    // The word is preceded by its length: one byte more.
    var bytes = Array(record.canonicalBytes)
    let start = try #require(bytes.firstRange(of: Array("server.started".utf8)))
    bytes[start.lowerBound - 1] += 1
    bytes.insert(contentsOf: Array("x".utf8), at: start.upperBound)
    let newer = try AuditRecord(canonical: bytes)
    #expect(newer.event == nil && newer.word == "server.startedx")
    #expect(newer.canonicalBytes == bytes && !newer.changesState)
    #expect(!AuditFilter(event: .serverStarted).matches(newer) && AuditFilter().matches(newer))
  }

  @Test func `the key is found in what audit key prints, as text and as JSON`() throws {
    let hex = String(repeating: "0f", count: 32)
    for text in [
      "public key: ed25519:\(hex)", #"{"vault":"0707","public_key":"ed25519:\#(hex)","head":null}"#,
      "ed25519:\(hex)",
    ] {
      let file = try #require(AuditKeyFile(words: AuditKeyFile.words(of: text)))
      #expect(file.key == [UInt8](repeating: 15, count: 32), "\(text)")
      #expect(file.vault == (text.first == "{" ? "0707" : nil))
    }
    for text in ["", "ed25519:", "ed25519:0f", "ed25519:\(hex) ed25519:\(hex.dropLast(2))00"] {
      #expect(AuditKeyFile(words: AuditKeyFile.words(of: text)) == nil, "\(text)")
    }
  }

  @Test(.enabled(if: access("/usr/lib/x86_64-linux-gnu/libcrypto.so.3", F_OK) == 0, "x86-64"))
  func `signatures verify as RFC 8032 has them, and a missing library is one sentence`() throws {
    // RFC 8032, 7.1, test 2.
    let key = try #require(
      Hexadecimal.bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"))
    var signature = try #require(
      Hexadecimal.bytes(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"))
    let verifier = try Ed25519Verifier(publicKey: key)
    var found = [verifier.verifies(signature, of: [0x72])]
    found += [verifier.verifies(signature, of: [0x73]), verifier.verifies([], of: [0x72])]
    signature[0] ^= 1
    found.append(verifier.verifies(signature, of: [0x72]))
    #expect(found == [true, false, false, false])
    let fault = #expect(throws: CommandFault.self) {
      _ = try Ed25519Verifier(publicKey: key, library: "libcrypto.so.none")
    }
    #expect(fault?.reason == "crypto.missing" && fault?.status == .configuration)
  }
}

/// The same with the real programs.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct AuditExportCommandTests {
  @Test(.promise(.exportVerifies))
  func `an export verifies without the daemon, and no byte of it can be changed`() throws {
    let daemon = try TestDaemon()
    let (file, keyFile) = (daemon.folder + "/audit.jsonl", daemon.folder + "/audit.key")
    try daemon.must([
      "environment", "create", "development", "--requester", "user:daemon", "--unprotected",
    ])
    try daemon.must(["secret", "set", "TOKEN", "-e", "development"], input: "value")
    for _ in 0..<3 {
      try daemon.must(["secret", "get", "TOKEN", "-e", "development"], as: TestDaemon.runner.uid)
    }
    try write(try daemon.must(["audit", "key"]), keyFile)
    try daemon.must(["audit", "export", file])
    #expect(try daemon.envgate(["audit", "export", file]).code == 65)
    let whole = try readFile(file)
    let part = try daemon.must(["audit", "export", "--since", "1m"])
    #expect(part.utf8.count == whole.count)
    try daemon.must(["audit", "export", file, "--since", "2030-01-01", "--overwrite"])
    let socket = daemon.folder + "/none.sock"
    func verify(_ bytes: [UInt8]) throws -> Finished {
      try write(bytes, to: file)
      return try Programs.run(
        [
          Programs.path("envgate"), "audit", "verify", "--file", file, "--public-key", keyFile,
          "--json",
        ], environment: ["ENVGATE_SOCKET": socket])
    }
    daemon.stop()
    let found = try verify(whole)
    #expect(found.code == 0 && found.text.contains(#""verified":true"#), "\(found.stderr)")
    // Every line, at its beginning and its end, and some places within.
    var place = 0
    for line in whole.split(separator: 0x0A) {
      for offset in [2, line.count / 3, line.count * 2 / 3, line.count - 3] {
        var changed = whole
        changed[place + offset] ^= 1
        let refused = try verify(changed)
        #expect([65, 74].contains(refused.code), "\(place + offset): \(refused.text)")
      }
      place += line.count + 1
    }
    #expect(try verify(Array(whole.dropLast(40))).code == 74)
    let other = try TestDaemon()
    try write(try other.must(["audit", "key"]), keyFile)
    let foreign = try verify(whole)
    #expect(foreign.code == 65 && foreign.stderr.contains("another vault"), "\(foreign.stderr)")
  }
}
