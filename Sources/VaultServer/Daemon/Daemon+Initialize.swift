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
      say("created a vault in \(configuration.stateDirectory)")
      if let made {
        say(
          "created the root key \(made). With it and the state directory anybody can read every secret;"
        )
        say("without it nobody can. Keep a copy offline.")
      }
      if made == nil { say("the vault uses the root key that was already there") }
      if let owner { say("both belong to uid \(owner.uid), the owner of the state directory") }
      return DaemonExit.stopped.rawValue
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
