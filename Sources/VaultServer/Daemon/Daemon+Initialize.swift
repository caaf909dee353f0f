import SecretMemory
import VaultEngine

extension Daemon {
  /// Makes the state directory, the vault in it, and the root key where there is none.
  ///
  /// An existing vault is refused and left as it is; an existing root key is used. Where root finds a
  /// state directory of another account, the daemon's, key and vault become that account's.
  ///
  /// - Parameter place: where a recovery key goes; nil makes none.
  public static func initialize(
    configuration path: String, recoveryKey place: RecoveryKeyPlace? = nil
  ) -> Int32 {
    var recovery: SecretBuffer?
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      _ = try RunningDaemon.bootID.get()
      let owner = try VaultOwner.of(configuration.stateDirectory)
      var made: String?
      try owner?.enter()
      try VaultEngine.create(
        directory: configuration.stateDirectory, now: RunningDaemon.reading(),
        recoveryKey: { recovery }
      ) {
        let (key, path) = try rootKey(configuration, owner)
        made = path
        if let place {
          // Its file is not for the daemon's account.
          try owner?.leave()
          let key = try VaultEngine.newRecoveryKey()
          try place.keep(key)
          recovery = key
        }
        try owner?.become()
        return key
      }
      say("created a vault in \(configuration.stateDirectory)")
      if let made { sayRootKey(made) }
      if made == nil { say("the vault uses the root key that was already there") }
      if let place, let recovery {
        place.show(recovery)
      } else {
        say("no recovery key was made: a lost root key loses everything; see envgated recovery-key")
      }
      if let owner { say("both belong to uid \(owner.uid), the owner of the state directory") }
      return DaemonExit.stopped.rawValue
    } catch {
      if recovery != nil { place?.drop() }
      return report(error)
    }
  }

  static func sayRootKey(_ made: String) {
    say(
      "created the root key \(made). With it and the state directory anybody can read every secret;"
    )
    say("without it nobody can. Keep a copy offline.")
  }

  /// The key that is there, which its account must be able to read, or a new one.
  static func rootKey(
    _ configuration: Configuration, _ owner: VaultOwner?
  ) throws -> (SecretBuffer, made: String?) {
    do {
      return (try RootKeyFile.read(configuration.rootKey), nil)
    } catch RootKeyFault.missing(let path) {
      try owner?.leave()
      return (try RootKeyFile.create(path, owner: owner), path)
    }
  }
}
