import Glibc
import Promises
import SecretMemory
import Testing
import VaultCalls
import VaultCore
import VaultCrypto
@testable import VaultEngine
import VaultStore

/// A backup from its opening to a vault that goes on from it.
@Suite struct BackupTests {
  // MARK: Making

  @Test func `a backup holds the whole vault, and every part of it verifies`() throws {
    let vault = try furnished()
    let folder = try Folder()
    let unpacked = try folder.unpack(vault.backup(), at: vault.now)
    let proof = unpacked.proof
    #expect(proof.environments.map(\.name) == ["development", "production"])
    #expect(proof.environments.map(\.isProtected) == [false, true])
    #expect(proof.secrets == 2 && proof.versions == 3 && proof.requests == 2)
    #expect(proof.liveRequests == 1 && !proof.hasRecoveryKey)
    #expect(proof.vault == vault.engine.vault.hex && proof.time == vault.now.wall)
    #expect(access(folder.path + "/backup.copy", F_OK) != 0)
  }

  @Test(.promise(.backupIsRecorded))
  func
    `audit-before-release: a backup is on the record before its first byte, and with its hash before its last`()
    throws
  {
    let vault = try furnished()
    let admin = vault.caller(Fixture.admin)
    let warrant = try vault.openBackup(admin)
    #expect(try vault.events().last == "backup.opened")
    let maker = vault.engine.place.backupMaker()
    let opened = try maker.open(warrant)
    #expect(opened.sequence == vault.engine.trail.sequence)
    let bytes = try vault.read(maker, by: admin, atMost: 50_000)
    #expect(Int64(bytes.count) == opened.size)
    #expect(try vault.events().last == "backup.done")
    #expect(vault.engine.trail.head.lastBackup == vault.now.wall)
    try vault.restart()
    #expect(vault.engine.trail.head.lastBackup == vault.now.wall)
  }

  @Test func `only an admin opens one, one at a time, and reads only their own`() throws {
    let vault = try furnished()
    let (admin, other) = (vault.caller(Fixture.admin), vault.caller(Fixture.admin))
    guard case .refused(.accessDenied) = vault.run(vault.caller(Fixture.bob), .call(.backupOpen))
    else { throw Unexpected("bob opened a backup") }
    let maker = vault.engine.place.backupMaker()
    _ = try maker.open(try vault.openBackup(admin))
    #expect(vault.run(other, .call(.backupOpen)).refusal == .backupBusy)
    #expect(throws: Refusal.backupEnded) {
      _ = try maker.page(at: 0, for: other.connection, atMost: 1_000)
    }
    #expect(throws: Refusal.backupEnded) {
      _ = try maker.page(at: 1, for: admin.connection, atMost: 1_000)
    }
    // It goes with its connection.
    _ = vault.run(admin, .connectionEnded)
    #expect(throws: Refusal.backupEnded) {
      _ = try maker.page(at: 0, for: admin.connection, atMost: 200_000)
    }
    _ = try maker.open(try vault.openBackup(other))
  }

  @Test func `a connection that ends before its copy is made has none made`() throws {
    let vault = try furnished()
    let (gone, other) = (vault.caller(Fixture.admin), vault.caller(Fixture.admin))
    let maker = vault.engine.place.backupMaker()
    let warrant = try vault.openBackup(gone)
    _ = vault.run(gone, .connectionEnded)
    #expect(throws: Refusal.backupEnded) { _ = try maker.open(warrant) }
    #expect(try vault.engine.copy.read(at: 0, count: 1) == nil)
    // Nor does it take another's place.
    _ = try maker.open(try vault.openBackup(other))
  }

  @Test(.promise(.destroyedLeavesTheCopy))
  func `a value that is destroyed leaves the copy of a backup before the answer`() throws {
    let vault = try furnished()
    let admin = vault.caller(Fixture.admin)
    let maker = vault.engine.place.backupMaker()
    _ = try maker.open(try vault.openBackup(admin))
    _ = try maker.page(at: 0, for: admin.connection, atMost: 100)
    #expect(try vault.change("production", "AZURE_CREDENTIALS", 1, .destroyed).isErased == true)
    #expect(throws: Refusal.backupEnded) {
      _ = try maker.page(at: 100, for: admin.connection, atMost: 1 << 20)
    }
    // The next one has it no more.
    let folder = try Folder()
    _ = vault.run(admin, .connectionEnded)
    let proof = try folder.unpack(vault.backup(), at: vault.now).proof
    #expect(proof.versions == 3)
  }

  @Test func `no copy is made where it would leave the disk without room`() throws {
    guard let disk = try? SmallFolder(bytes: 3 << 20) else { return }
    let store = try Store(directory: disk.path, create: true)
    defer { store.close() }
    let copy = disk.path + "/copy"
    try DatabaseCopy(of: store.location).write(to: copy)
    #expect(access(copy, F_OK) == 0)
    try disk.fill(leaving: 64 << 10)
    let thrown = #expect(throws: StoreFault.self) {
      let copy = DatabaseCopy(of: store.location)
      _ = try copy.make(copy.permit())
    }
    guard case .noRoom? = thrown else { throw Unexpected("\(thrown as Any)") }
  }

  // MARK: Refusing

  @Test(.promise(.backupIsWhole))
  func `sealed-in-place: a backup that was cut or changed is refused, and nothing of it is used`()
    throws
  {
    let vault = try furnished()
    let whole = try vault.backup()
    var changed = whole
    changed[whole.count / 2] ^= 1
    for wrong in [Array(whole.dropLast()), Array(whole.prefix(70_000)), changed, whole + [0]] {
      let folder = try Folder()
      let fault = #expect(throws: EngineFault.self) { _ = try folder.unpack(wrong, at: vault.now) }
      #expect(fault?.description.contains("was cut or changed") == true, "\(fault as Any)")
    }
    let folder = try Folder()
    let fault = #expect(throws: EngineFault.self) {
      _ = try folder.unpack(Array("SQLite format 3".utf8), at: vault.now)
    }
    #expect(fault?.description.contains("is not a backup") == true)
  }

  @Test func `the key of another vault is told, and a recovery key opens where there is one`()
    throws
  {
    let recovery = try RecoveryKey.generate(random: .seeded(5))
    let vault = try furnished(recovery)
    let bytes = try vault.backup()
    let other = try vault.bytes([UInt8](repeating: 8, count: 32))
    let fault = #expect(throws: EngineFault.self) {
      _ = try Folder().unpack(bytes, root: other, at: vault.now)
    }
    #expect(fault?.description.contains("--recovery-key-file") == true, "\(fault as Any)")
    let wrong = #expect(throws: EngineFault.self) {
      _ = try Folder().unpack(
        bytes, root: nil, recovery: RecoveryKey.generate(random: .seeded(6)), at: vault.now)
    }
    #expect(wrong?.description.contains("another recovery key") == true, "\(wrong as Any)")
    let folder = try Folder()
    let unpacked = try folder.unpack(bytes, root: other, recovery: recovery, at: vault.now)
    #expect(unpacked.proof.hasRecoveryKey)
    // A new host: its own root key becomes the vault's.
    try unpacked.restore(under: other, by: 0, now: vault.now)
    let restored = try folder.open(other, vault)
    defer { restored.close() }
    #expect(restored.trail.head.restored?.epoch == 1)
  }

  // MARK: Restoring

  @Test(.promise(.restoreEndsAll))
  func `a restore is on the record first, ends every request, and never gives a number again`()
    throws
  {
    let vault = try furnished()
    let head = vault.engine.trail.head
    let folder = try Folder()
    let root = try vault.bytes([UInt8](repeating: 7, count: 32))
    let unpacked = try folder.unpack(vault.backup(), at: vault.now)
    vault.advance(86_400_000)
    try unpacked.restore(under: root, by: 0, now: vault.now)
    let restored = try folder.open(root, vault)
    defer { restored.close() }
    let records = try restored.place.auditReader().list(
      after: unpacked.proof.records, limit: 10
    ).records.map(\.record)
    #expect(records.first?.event == .vaultRestored)
    #expect(records.first?.details.contains(.init("head", unpacked.proof.head)) == true)
    #expect(records.dropFirst().map(\.event) == [.requestRevoked])
    #expect(restored.live.entries.isEmpty)
    #expect(restored.trail.head.nextRequest == head.nextRequest + 1_000_000)
    #expect(restored.trail.head.nextEnvironment == head.nextEnvironment + 1_000_000)
    #expect(try restored.place.auditReader().verify().isVerified)
  }

  @Test(.promise(.restoredGateWaits))
  func
    `closed-by-default: nothing is activated under a gate of an earlier day until an admin confirms it`()
    throws
  {
    let vault = try furnished()
    let folder = try Folder()
    let root = try vault.bytes([UInt8](repeating: 7, count: 32))
    let unpacked = try folder.unpack(vault.backup(), at: vault.now)
    try unpacked.restore(under: root, by: 0, now: vault.now)
    vault.engine.close()
    vault.engine = try folder.open(root, vault)
    let runner = vault.caller(Fixture.runner)
    let request = try vault.approvedRequest(by: runner).request
    func activate() -> CommandReply {
      vault.run(runner, .activate(request: request.id, ticket: nil))
    }
    guard case .refused(.gateUnconfirmed("production", let revision, _)) = activate() else {
      throw Unexpected("activated")
    }
    #expect(try vault.engine.unconfirmedGates()?.names == ["production"])
    // What was unprotected then is read as before.
    #expect(vault.run(runner, try vault.getAction("development")).released != nil)
    // Without its revision it is no look at it, and with another one neither.
    try vault.edit("production") { _ in }
    try vault.edit("production", revision: revision + 1) { _ in }
    guard case .refused(.gateUnconfirmed) = activate() else { throw Unexpected("activated") }
    try vault.edit("production", revision: revision) { _ in }
    #expect(try vault.events().last == "environment.confirmed")
    #expect(activate().state == "active")
    #expect(try vault.engine.unconfirmedGates() == nil)
  }

  @Test func `values that come back beside the gates of an earlier restore leave them their day`()
    throws
  {
    let vault = try furnished()
    let (first, second) = (try Folder(), try Folder())
    let root = try vault.bytes([UInt8](repeating: 7, count: 32))
    let lost = try first.unpack(vault.backup(), at: vault.now)
    try lost.restore(under: root, by: 0, now: vault.now)
    vault.engine.close()
    vault.engine = try first.open(root, vault)
    vault.advance(86_400_000)
    let later = try second.unpack(vault.backup(), at: vault.now)
    #expect(later.proof.time > lost.proof.time)
    _ = try later.open(by: root, vault.now) { try vault.engine.accept($0, by: 0, now: vault.now) }
    #expect(try vault.engine.unconfirmedGates()?.asOf == lost.proof.time)
  }

  // MARK: Helpers

  /// A vault with two environments, three versions and two requests, one of which is live.
  private func furnished(_ recovery: SecretBuffer? = nil) throws -> Fixture {
    let vault = try Fixture(recoveryKey: recovery)
    try vault.furnish()
    try vault.set("production", "AZURE_CREDENTIALS", "newer")
    let runner = vault.caller(Fixture.runner)
    let ended = try vault.request(by: runner).request
    _ = vault.run(runner, .cancelRequest(ended.id, ticket: nil))
    _ = try vault.approvedRequest(by: runner)
    return vault
  }
}

extension Fixture {
  fileprivate func bytes(_ bytes: [UInt8]) throws -> SecretBuffer {
    try bytes.withUnsafeBytes { try SecretBuffer(copying: $0) }
  }

  fileprivate func openBackup(_ caller: Caller) throws -> BackupWarrant {
    let reply = run(caller, .call(.backupOpen))
    guard case .backupOpened(let warrant) = reply else { throw Unexpected("\(reply)") }
    return warrant
  }

  /// Reads all pages of a backup that is open.
  fileprivate func read(_ maker: BackupMaker, by caller: Caller, atMost count: Int) throws
    -> [UInt8]
  {
    var all: [UInt8] = []
    while true {
      let page = try maker.page(at: Int64(all.count), for: caller.connection, atMost: count)
      all += page.bytes
      guard let finished = page.finished else { continue }
      let reply = run(caller, .backupDone(finished))
      guard case .done = reply, page.digest == (try sha256(all).bytes) else {
        throw Unexpected("\(reply)")
      }
      return all
    }
  }

  /// The bytes of a whole backup.
  fileprivate func backup() throws -> [UInt8] {
    let admin = caller(Self.admin)
    let maker = engine.place.backupMaker()
    _ = try maker.open(try openBackup(admin))
    return try read(maker, by: admin, atMost: 96_000)
  }

  fileprivate func events() throws -> [String] {
    try engine.place.auditReader().list(after: 0, limit: 500).records
      .map(\.record.word)
  }
}

/// A folder for an unpacked backup, gone afterwards.
private final class Folder {
  let path: String

  init() throws {
    var template = Array("/tmp/envgate-backup-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Unexpected("no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["vault.sqlite3", "vault.sqlite3-wal", "vault.sqlite3-shm", "lock", "../" + file] {
      unlink(path + "/" + name)
    }
    rmdir(path)
  }

  private var file: String { "\(path.split(separator: "/").last ?? "").bak" }

  /// Writes a backup beside the folder and unpacks it there, by the root key of every fixture unless told otherwise.
  func unpack(
    _ bytes: [UInt8],
    root: SecretBuffer? = try? SecretBuffer(capacity: 32) {
      for index in 0..<32 { $0[index] = 7 }
      return 32
    }, recovery: SecretBuffer? = nil, at now: ClockReading
  ) throws -> UnpackedBackup {
    let name = path + "/../" + file
    let made = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(made) }
    guard write(made, bytes, bytes.count) == bytes.count else { throw Unexpected("not written") }
    return try UnpackedBackup(
      BackupSource(name), into: path, root: root, recovery: recovery, now: now)
  }

  func open(_ root: SecretBuffer, _ vault: Fixture) throws -> VaultEngine {
    try VaultEngine(
      directory: path, rootKey: root, configuration: vault.configuration, now: vault.now,
      onTampering: { _ in })
  }

  private func open(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    Glibc.open(path, flags, mode)
  }
}

/// A small file system of its own; only for root.
private final class SmallFolder {
  let path: String

  init(bytes: Int) throws {
    var template = Array("/tmp/envgate-small-XXXXXX".utf8CString)
    guard geteuid() == 0, mkdtemp(&template) != nil else { throw Unexpected("no folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard mount("none", path, "tmpfs", 0, "size=\(bytes),mode=0700") == 0 else {
      rmdir(path)
      throw Unexpected("no mount")
    }
  }

  func fill(leaving bytes: UInt) throws {
    var found = statvfs()
    guard statvfs(path, &found) == 0 else { throw Unexpected("no statvfs") }
    let file = open(path + "/filler", O_WRONLY | O_CREAT, 0o600)
    defer { close(file) }
    posix_fallocate(file, 0, off_t(found.f_bavail * found.f_frsize - bytes))
  }

  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }
}
