import Glibc
import SecretMemory
import VaultCore
import VaultEngine

extension Daemon {
  /// Puts a backup in the place of a vault that is lost.
  ///
  /// The daemon must be stopped. Where root asks, it works as the account that the state directory belongs to.
  /// - Parameters:
  ///   - configuration: the configuration file.
  ///   - backup: the backup file.
  ///   - recovery: the file with the recovery key.
  ///   - accepted: the day whose gates the operator accepts.
  public static func restore(
    configuration path: String, backup: String, recovery: String?, asOf accepted: String?
  ) -> Int32 {
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      _ = try RunningDaemon.bootID.get()
      let uid = getuid()
      let owner = try VaultOwner.of(configuration.stateDirectory)
      let recovery = try recovery.map { try RecoveryKeyFile.read($0) }
      let source = try BackupSource(backup)
      let place = try RestorePlace(configuration.stateDirectory, owner: owner)
      if let left = try place.begin() {
        say("an earlier restore was killed; the vault that it left is kept in \(left)")
      }
      let kept: String?
      do {
        try owner?.enter()
        let restore = Restore(
          source: source, place: place, root: try existingRootKey(configuration),
          recovery: recovery, uid: uid, configuration: configuration, owner: owner)
        let isDone = try place.holdsVault ? restore.intoLiving() : restore.intoEmpty(accepted)
        try owner?.leave()
        guard isDone else {
          place.discard()
          return DaemonExit.usage.rawValue
        }
        kept = try place.finish(at: RunningDaemon.reading().wall)
      } catch {
        try? owner?.leave()
        place.discard()
        throw error
      }
      say("restored the vault in \(configuration.stateDirectory)")
      if let kept { say("the vault that was there is kept in \(kept)") }
      if owner == nil, uid == 0 {
        say(
          "it belongs to root: if envgated runs as another account, give that account the state directory"
        )
      }
      say("every request, grant and ticket in it has ended")
      return DaemonExit.stopped.rawValue
    } catch { return report(error) }
  }

  /// One restore, up to the rename.
  private struct Restore {
    let source: BackupSource
    let place: RestorePlace
    let root: SecretBuffer?
    let recovery: SecretBuffer?
    let uid: UInt32
    let configuration: Configuration
    let owner: VaultOwner?

    /// Where the vault is lost, and the operator has said which day's gates come back.
    /// - Returns: whether they have.
    func intoEmpty(_ accepted: String?) throws -> Bool {
      let hold = try place.hold()
      defer { hold?.release() }
      let unpacked = try UnpackedBackup(
        source, into: place.folder, root: root, recovery: recovery, now: RunningDaemon.reading())
      tell(unpacked.proof)
      let changed = ChangedPrincipals.lines(of: unpacked.proof.environments)
      if !changed.isEmpty {
        say("no rule is met by these accounts and groups until an admin names them again:")
        for line in changed { say("  " + line) }
      }
      guard isAccepted(unpacked.proof, accepted) else { return false }
      try unpacked.restore(under: key(), by: uid, now: RunningDaemon.reading())
      say(
        "start envgated, look at each protected environment, then confirm its gate: "
          + "envgate environment edit NAME --revision N")
      return true
    }

    /// Where the vault is there, which keeps its gates, people, deletions and numbers.
    func intoLiving() throws -> Bool {
      let living = try LivingVault(
        place.target, for: source, copyingTo: place.folder, root: root, recovery: recovery)
      defer { living.release() }
      let unpacked = try UnpackedBackup(
        source, into: place.unpacked, root: root, recovery: recovery, now: RunningDaemon.reading())
      tell(unpacked.proof)
      let merge = try living.accept(
        unpacked, under: key(), by: uid, now: RunningDaemon.reading())
      say(
        "the vault keeps its gates, people and deletions; \(merge.restored) secrets and variables have the backup's value "
          + "again, and \(merge.left) do not, because that value was destroyed, disabled or deleted since"
      )
      return true
    }

    /// The root key that is there, or a new one.
    private func key() throws -> SecretBuffer {
      if let root { return root }
      let (key, made) = try rootKey(configuration, owner)
      if let made {
        try owner?.enter()
        sayRootKey(made)
      }
      return key
    }
  }

  /// Proves a backup and changes nothing.
  /// - Parameters:
  ///   - configuration: the configuration file, which says where the root key is.
  ///   - backup: the backup file.
  ///   - recovery: the file with the recovery key.
  public static func verify(
    configuration path: String?, backup: String, recovery: String?
  ) -> Int32 {
    do {
      try HardenProcess.apply()
      _ = try RunningDaemon.bootID.get()
      let recovery = try recovery.map { try RecoveryKeyFile.read($0) }
      let root = try path.flatMap { try ownersRootKey(ConfigurationReader().read($0)) }
      let source = try BackupSource(backup)
      let place = try RestorePlace(try temporaryFolder() + "/vault", owner: nil)
      defer {
        place.discard()
        unsafe rmdir(String(place.target.dropLast("/vault".count)))
      }
      try place.begin()
      let unpacked = try UnpackedBackup(
        source, into: place.folder, root: root, recovery: recovery, now: RunningDaemon.reading())
      tell(unpacked.proof)
      say("the backup is whole: every record in it verifies, and every version opens")
      return DaemonExit.stopped.rawValue
    } catch { return report(error) }
  }

  /// The root key where there is one; nil where the backup brings its vault to a new host.
  private static func existingRootKey(_ configuration: Configuration) throws -> SecretBuffer? {
    do { return try RootKeyFile.read(configuration.rootKey) } catch RootKeyFault.missing {
      return nil
    }
  }

  /// The same, read as the account that it was made for.
  private static func ownersRootKey(_ configuration: Configuration) throws -> SecretBuffer? {
    guard let owner = try VaultOwner.of(configuration.stateDirectory) else {
      return try existingRootKey(configuration)
    }
    try owner.enter()
    let key = Result { try existingRootKey(configuration) }
    try owner.leave()
    return try key.get()
  }

  private static func temporaryFolder() throws(RestoreFault) -> String {
    // Safety: the environment is not changed while this runs; the string is copied.
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
    var template = Array((base + "/envgate-verify.XXXXXX").utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
      throw .system(SystemFault("create a folder in", base))
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// What is in a backup, and from when.
  private static func tell(_ proof: BackupProof) {
    let time = Timestamp.text(milliseconds: proof.time)
    say("the backup is of \(time), of the vault \(proof.vault)")
    say(
      "environments: \(proof.environments.count), secrets: \(proof.secrets), versions: \(proof.versions), "
        + "requests: \(proof.requests), audit records: \(proof.records)")
    say("its audit head is sha256:\(proof.head)")
    if !proof.hasRecoveryKey { say("no recovery key opens it, only the root key of its vault") }
  }

  /// Whether the operator has said which day's gates come back; else says so, and what these gates are.
  private static func isAccepted(_ proof: BackupProof, _ accepted: String?) -> Bool {
    let time = Timestamp.text(milliseconds: proof.time)
    if let accepted, accepted.utf8.count >= 10, time.hasPrefix(accepted) { return true }
    for environment in proof.environments {
      say("environment \(environment.name), revision \(environment.revision):")
      for line in environment.gate { say("  " + line) }
    }
    say(
      "error: these gates, their people and every deletion are as of \(time): people who were removed since have their rights "
        + "again; to accept that, add --as-of \(time)")
    return false
  }
}
