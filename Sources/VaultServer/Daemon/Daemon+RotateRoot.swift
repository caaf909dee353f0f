import SecretMemory
import VaultEngine

/// The root's part of a new root key: the key is made here, never by the client, and never shown.
extension Daemon {
  /// Makes a new root key beside the present one, which stays the vault's.
  public static func makeNextRootKey(configuration path: String) -> Int32 {
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      let next = try nextRootKey(of: configuration)
      guard VaultEngine.isThere(directory: configuration.stateDirectory) else {
        throw EngineFault.notInitialized
      }
      _ = try RootKeyFile.create(
        next.beside, owner: try VaultOwner.of(configuration.stateDirectory))
      say("created the next root key \(next.beside); the vault still uses \(next.path)")
      say(
        "keep a copy of it offline; then, with the daemon running, an admin runs: envgate key rotate --root"
      )
      return DaemonExit.stopped.rawValue
    } catch { return report(error) }
  }

  /// Puts the new root key into its place, once it opens everything.
  ///
  /// The daemon must be stopped. Its next start deletes what the old key opened.
  public static func finishRootKey(configuration path: String) -> Int32 {
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      _ = try RunningDaemon.bootID.get()
      let next = try nextRootKey(of: configuration)
      let owner = try VaultOwner.of(configuration.stateDirectory)
      try owner?.enter()
      let engine = try VaultEngine(
        directory: configuration.stateDirectory, rootKey: RootKeyFile.read(configuration.rootKey),
        rootKeys: RootKeySource(configuration.rootKey), configuration: configuration.engine,
        now: RunningDaemon.reading(), onTampering: { _ in })
      defer { engine.close() }
      let isDue = try engine.mayFinishRootRotation()
      try owner?.leave()
      guard isDue else {
        say("the root key is in its place already, and no other is to follow; start envgated")
        return DaemonExit.stopped.rawValue
      }
      let old = next.path + ".old"
      try RootKeyFile.replace(next.path, by: next.beside, keeping: old)
      say(
        "\(next.path) is the new root key; start envgated, which then deletes what the old one opened"
      )
      say("the old key is in \(old): it still opens the backups made until now")
      say("move it to your copies, off this host, or delete it")
      return DaemonExit.stopped.rawValue
    } catch { return report(error) }
  }

  /// The files of the present root key and of the one beside it.
  private static func nextRootKey(
    of configuration: Configuration
  ) throws(RootKeyFault) -> (path: String, beside: String) {
    switch (configuration.rootKey, configuration.rootKey.next) {
    case (.file(let path), .file(let beside)): return (path, beside)
    case (.credential(let name), _), (.file, .credential(let name)): throw .passed(name: name)
    }
  }
}
