import Glibc
import VaultCore
import VaultEngine

extension Daemon {
  /// Has the vault go by the host's clock as it is now, and ends every live request and grant.
  ///
  /// The daemon must be stopped. Where root asks, it works as the account that the state directory belongs to.
  public static func resetClock(configuration path: String) -> Int32 {
    do {
      try HardenProcess.apply()
      let configuration = try ConfigurationReader().read(path)
      _ = try RunningDaemon.bootID.get()
      let uid = getuid()
      try VaultOwner.of(configuration.stateDirectory)?.become()
      let engine = try VaultEngine(
        directory: configuration.stateDirectory, rootKey: RootKeyFile.read(configuration.rootKey),
        configuration: configuration.engine, now: RunningDaemon.reading(), onTampering: { _ in })
      defer { engine.close() }
      let now = RunningDaemon.reading()
      let reset = try engine.resetClock(by: uid, now: now)
      say(
        "the vault now uses \(Timestamp.text(milliseconds: now.wall)); before, it had "
          + "reached \(Timestamp.text(milliseconds: reset.highest))")
      say("requests and grants ended: \(reset.ended)")
      return DaemonExit.stopped.rawValue
    } catch { return report(error) }
  }
}
