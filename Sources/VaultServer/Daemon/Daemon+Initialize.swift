import SecretMemory
import VaultEngine

extension Daemon {
  /// Makes the state directory, the vault in it, and the root key where there is none.
  ///
  /// An existing vault is refused and left as it is; an existing root key is used. Where root finds a
  /// state directory of another account, the daemon's, key and vault become that account's.
  public static func initialize(configuration path: String) -> Int32 {
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      _ = try RunningDaemon.bootID.get()
      let owner = try VaultOwner.of(configuration.stateDirectory)
      var made: String?
      try owner?.enter()
      try VaultEngine.create(
        directory: configuration.stateDirectory, now: RunningDaemon.reading()
      ) {
        let (key, path) = try rootKey(configuration, owner)
        made = path
        try owner?.become()
        return key
      }
      say("made a vault in \(configuration.stateDirectory)")
      if let made {
        say("made the root key \(made): whoever has it and the state directory has every secret,")
        say("and without it nobody has any. Keep a copy offline.")
      }
      if made == nil { say("its root key is the one that was there before") }
      if let owner { say("both are uid \(owner.uid)'s, as the state directory was") }
      return 0
    } catch { return report(error) }
  }

  /// The key that is there, which its account must be able to read, or a new one.
  private static func rootKey(
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
