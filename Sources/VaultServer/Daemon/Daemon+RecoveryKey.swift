import Glibc
import SecretMemory
import VaultEngine

extension Daemon {
  /// Makes a recovery key, in place of the one that there may be.
  ///
  /// The daemon must be stopped. Where root asks, the vault is opened as the account that the state directory belongs to,
  /// and the key's file is root's.
  public static func makeRecoveryKey(
    configuration path: String, to place: RecoveryKeyPlace
  ) -> Int32 {
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      _ = try RunningDaemon.bootID.get()
      let uid = getuid()
      let owner = try VaultOwner.of(configuration.stateDirectory)
      try owner?.enter()
      let engine = try VaultEngine(
        directory: configuration.stateDirectory, rootKey: RootKeyFile.read(configuration.rootKey),
        rootKeys: RootKeySource(configuration.rootKey), configuration: configuration.engine,
        now: RunningDaemon.reading(), onTampering: { _ in })
      defer { engine.close() }
      let replaces = engine.hasRecoveryKey
      let key = try VaultEngine.newRecoveryKey()
      try owner?.leave()
      try place.keep(key)
      do {
        try owner?.enter()
        try engine.makeRecoveryKey(key, by: uid, now: RunningDaemon.reading())
      } catch {
        try? owner?.leave()
        place.drop()
        throw error
      }
      place.show(key)
      if replaces {
        say("the older recovery key opens the backups made until now, and none from here on")
      }
      return DaemonExit.stopped.rawValue
    } catch { return report(error) }
  }
}
