import SecretMemory
import Testing
import VaultClient
import VaultCore
import VaultProtocol

@testable import envgate

@Suite struct ConsoleSecretScreenTests {
  static let time: Int64 = 1_769_862_896_789

  @Test func `a version that came alone has nothing beside it`() throws {
    let view = SecretSetView(environment: "production", name: try SecretName("A"), version: 1)
    #expect(view.notes().isEmpty)
  }

  @Test func `the same value elsewhere and what was dropped are told`() throws {
    let view = SecretSetView(
      environment: "production", name: try SecretName("A"), version: 12,
      sameValue: ["development/A", "staging/B\u{1B}"], pruned: [1, 2])
    #expect(
      view.notes() == [
        "the same value is in development/A, staging/B\\u{1B}: if one leaks, all leak",
        "dropped versions 1, 2",
      ])
  }

  @Test func `a leak is told whole: what is disabled, what is revoked, who has read`() throws {
    let reader = ReaderView(
      version: 2, uid: 998, account: "runner", first: Self.time, last: Self.time, count: 3)
    let view = SecretSetView(
      environment: "production", name: try SecretName("A"), version: 3,
      revocation: .init(disabled: [2], revoked: [41, 42], readers: [reader]))
    #expect(
      view.notes() == [
        "disabled version 2", "revoked the grants of requests 41, 42",
        "accounts that had read an older version:",
      ])
    #expect(
      reader.sentence
        == "runner (uid 998) read version 2 3 times, last at 2026-01-31 12:34:56Z")
  }

  @Test func `a leak of nothing is told too`() throws {
    let view = SecretSetView(
      environment: "production", name: try SecretName("A"), version: 1,
      revocation: .init(disabled: [], revoked: [], readers: []))
    #expect(
      view.notes() == [
        "there was no older version to disable", "no account had read an older version",
      ])
  }

  @Test func `a secret is listed with what may be done with its version`() throws {
    let secret = Secret(
      environment: 3, name: try SecretName("A"), revision: 1, current: 3, updated: Self.time,
      updater: 0)
    let table = SecretView.table(of: [
      SecretView(environment: "dev", secret: secret, state: .enabled),
      SecretView(
        environment: "dev", secret: secret, state: .disabled, rotationPeriod: 86_400_000),
      SecretView(
        environment: "dev", secret: secret, state: nil,
        reservation: ReservedNames.reservation(of: "GIT_TOKEN")),
    ])
    #expect(
      table.lines(aligned: false, colours: false) == [
        "A\t3\tenabled\t2026-01-31 12:34:56Z\t-\tuid 0",
        "A\t3\tdisabled\t2026-01-31 12:34:56Z\t2026-02-01 12:34:56Z\tuid 0",
        "A\t-\tempty, reserved: controls a tool that moves code or data\t2026-01-31 12:34:56Z\t-\tuid 0",
      ])
  }

  @Test func `a secret of several environments is listed with its place and when it is due`() throws
  {
    let secret = Secret(
      environment: 3, name: try SecretName("A"), revision: 1, current: 3, updated: Self.time,
      updater: 0)
    let day: Int64 = 86_400_000
    let table = SecretView.table(
      of: [30, 90].map {
        SecretView(environment: "p\($0)", secret: secret, state: .enabled, rotationPeriod: $0 * day)
      }, areOfAll: true, now: Self.time + 40 * day)
    #expect(
      table.lines(aligned: true, colours: false, width: 80) == [
        "ENVIRONMENT  NAME  VERSION  STATE    UPDATED  DUE          BY",
        "p30          A           3  enabled  40d ago  10d overdue  uid 0",
        "p90          A           3  enabled  40d ago  in 50d       uid 0",
      ])
  }

  @Test func `versions are listed with their readers, who are many or none`() throws {
    let readers = [
      ReaderView(
        version: 2, uid: 998, account: "runner", first: Self.time, last: Self.time, count: 3),
      ReaderView(version: 2, uid: 7, account: nil, first: Self.time, last: Self.time, count: 1),
    ]
    let table = SecretVersionView.table(of: [
      SecretVersionView(
        version: try Self.version(1, .destroyed), isCurrent: false, pinned: 0, readers: [],
        moreReaders: 0),
      SecretVersionView(
        version: try Self.version(2, .enabled), isCurrent: true, pinned: 4, readers: readers,
        moreReaders: 5),
    ])
    #expect(
      table.lines(aligned: false, colours: false) == [
        "1\tdestroyed\t2026-01-31 12:34:56Z\tuid 0\t-\t-",
        "2 (current)\tenabled\t2026-01-31 12:34:56Z\tuid 0\t4\trunner (uid 998) x3, uid 7 x1 "
          + "and 5 more",
      ])
  }

  @Test(
    arguments: [
      (.disabled, nil, nil), (.enabled, nil, nil),
      (
        .destroyed, true,
        "the ciphertext is removed from the live database and its log; backups and storage media are not "
          + "erased"
      ),
      (
        .destroyed, false,
        "the value can no longer be read, but its ciphertext may still be in the database or its "
          + "log; the daemon keeps trying to remove it; run this again to confirm it"
      ),
    ] as [(SecretVersion.State, Bool?, String?)])
  func `a version that changed says how it is, and whether it is gone`(
    state: SecretVersion.State, isErased: Bool?, sentence: String?
  ) throws {
    let view = SecretChangedView(
      environment: "production", version: try Self.version(2, state), isErased: isErased)
    #expect(
      view.lines()
        == ["version 2 of A in production is \(state.text)"] + (sentence.map { [$0] } ?? []))
  }

  @Test func `a secret that is deleted goes with its versions`() throws {
    let view = SecretDeletedView(
      environment: "production", name: try SecretName("A"), versions: 1, isErased: true)
    #expect(view.lines().first == "deleted A of production with 1 version")
  }

  @Test func `an import tells what is new, changed and the same, and warns of what counts`() throws
  {
    let entries = try ImportFile.read(SecretBuffer(text: "A=topsecret\nB=true\nC=3\n")).batches[0]
      .entries
    func view(dryRun: Bool) -> SecretImportedView {
      SecretImportedView(
        environment: "dev", dryRun: dryRun, new: 1, changed: 1, same: 1,
        items: [
          ImportedSecretView(
            environment: "dev", name: "A", version: 1, change: "new",
            sameValue: ["production/A", "staging/B"]),
          ImportedSecretView(
            environment: "dev", name: "B", version: 12, change: "changed",
            sameValue: ["production/B"], pruned: [2]),
          ImportedSecretView(environment: "dev", name: "C", version: 3, change: "same"),
        ])
    }
    #expect(view(dryRun: false).lines() == ["A 1", "B 12", "C 3"])
    #expect(
      view(dryRun: false).notes(about: entries) == [
        "imported into dev: 1 new, 1 changed, 1 same",
        "A: the same value is in production/A, staging/B: if one leaks, all leak",
        "B: dropped version 2",
      ])
    #expect(view(dryRun: true).lines() == ["A new", "B changed", "C same"])
    #expect(
      view(dryRun: true).notes(about: entries).first
        == "nothing was set; the file has 1 new, 1 changed, 1 same")
    let text = String(decoding: SecretImportedView.json([view(dryRun: false)]), as: UTF8.self)
    #expect(text.hasPrefix(#"[{"environment":"dev","name":"A","version":1,"change":"new""#))
    #expect(text.hasSuffix("}]\n"))
  }

  @Test func `an import that is refused names the lines that the refusal is about`() throws {
    let entries = try ImportFile.read(SecretBuffer(text: "A=1\n\nB=topsecret\nC=3\n")).batches[0]
      .entries
    let refusal = WireError(Refusal.namesNew(environment: "production", names: ["B", "C"]))
    #expect(
      ImportRound.nothing(of: entries, because: refusal)
        == "nothing was imported; see line 3 (B), line 4 (C)")
    #expect(
      ImportRound.nothing(of: entries, because: WireError(Refusal.secretLimit))
        == "nothing was imported")
    #expect(
      ImportRound.nothing(of: entries, because: ClientFault.connectionLost)
        == "nothing was imported")
  }

  private static func version(
    _ number: Int64, _ state: SecretVersion.State
  ) throws -> SecretVersion {
    SecretVersion(
      environment: 3, name: try SecretName("A"), version: number, revision: 1, state: state,
      recordDigest: [], fingerprint: [], created: time, creator: 0)
  }
}
