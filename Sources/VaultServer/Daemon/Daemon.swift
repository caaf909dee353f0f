import Glibc
import Logging
import SecretMemory
import VaultCalls
import VaultCore
import VaultEngine

/// What `envgated` does, each to its end; the exit codes are those of sysexits.h.
public enum Daemon {
  /// The version of this build, as `envgated --version` prints it.
  public static let version = EnvgateVersion.text

  /// Milliseconds that whoever reads the log has at the end.
  private static let logPatience = 500

  /// Reads a configuration file and says what is wrong with it.
  public static func check(configuration path: String) -> Int32 {
    do {
      _ = try ConfigurationReader().read(path)
      return DaemonExit.stopped.rawValue
    } catch { return refuse("\(error)", .configuration) }
  }

  /// Runs until SIGTERM or SIGINT; SIGHUP reads the configuration again.
  public static func run(configuration path: String) -> Int32 {
    let manager = ServiceManager(LaunchEnvironment.take)
    do {
      try HardenProcess.apply()
      try Signals.block()
      let lines = try LogWriter(
        STDERR_FILENO, journal: JournalSocket(LaunchEnvironment.take))
      defer { lines.finish(milliseconds: logPatience) }
      let logger = DaemonLog(
        Logger(label: "envgated") { JSONLogHandler(label: $0, writer: lines) })
      let configuration = try ConfigurationReader().read(path)
      // First of what needs procfs, so that a root without it is told as what it is.
      _ = try RunningDaemon.bootID.get()
      try VaultOwner.check(configuration.stateDirectory)
      let key = RootKeyHandOver(try rootKey(of: configuration))
      let inherited = try ListeningSocket.take(
        InheritedSockets(LaunchEnvironment.take), for: configuration)
      let socket = try ListeningSocket(
        configuration.socket, inherited: inherited[ListeningSocket.name])
      defer { socket.remove() }
      let credentials = try ListeningSocket(
        credentials: configuration.credentials, inherited: inherited[ListeningSocket.credentials])
      defer { credentials?.remove() }
      let jobs = try configuration.jobSockets.map {
        (rule: JobEntrance($0), file: try SocketFile($0))
      }
      defer { for job in jobs { job.file.remove() } }
      let metrics = try configuration.metrics.socket.map {
        try SocketFile(
          path: $0, mode: configuration.metrics.group == nil ? 0o600 : 0o660,
          group: configuration.metrics.group)
      }
      let daemon = try RunningDaemon(
        configuration: configuration, socket: socket, jobSockets: jobs, credentials: credentials,
        metrics: metrics,
        rootKey: key, manager: manager, lostLines: { lines.lostLately }, logger: logger)
      let reloader = try Reloader(
        path: path, started: configuration, daemon: daemon, manager: manager, logger: logger)
      if !HostProcess.showsOthers {
        logger.warning(
          """
          procfs hides the namespaces of envgated or its callers, so no caller has a role but requester: mount it without \
          hidepid, and run envgated in a root that is a mount
          """
        )
      }
      logger.notice("listening", metadata: [.socket: "\(configuration.socket.path)"])
      for job in jobs {
        logger.notice(
          "listening",
          metadata: [.socket: "\(job.file.path)", .identity: "socket:\(job.rule.name.text)"])
      }
      if credentials != nil {
        logger.notice("listening", metadata: [.socket: configuration.credentials.path])
      }
      if let fault = manager.tell(.ready, .status("serving")) {
        logger.warning(
          "the service manager does not receive messages", metadata: [.errno: "\(fault.code)"])
      }
      let signal = waitForStop { reloader.ask() }
      logger.notice("stopping", metadata: [.signal: "\(signal)"])
      manager.tell(.stopping, .status("stopping"))
      daemon.stopWatching()
      socket.remove()
      credentials?.remove()
      for job in jobs { job.file.remove() }
      reloader.stop()
      daemon.stop()
      logger.notice("stopped")
      return DaemonExit.stopped.rawValue
    } catch {
      manager.tell(.status("not started: \(error)"))
      return report(error)
    }
  }

  /// The root key; where it is gone and the vault is not, no new one helps.
  private static func rootKey(of configuration: Configuration) throws(RootKeyFault) -> SecretBuffer
  {
    do { return try RootKeyFile.read(configuration.rootKey) } catch {
      guard case .missing(let path) = error,
        VaultEngine.isThere(directory: configuration.stateDirectory)
      else { throw error }
      throw .lost(path: path, vault: configuration.stateDirectory)
    }
  }

  /// The signal that ends the daemon.
  private static func waitForStop(_ reload: () -> Void) -> Int32 {
    while true {
      switch Signals.next() {
      case .reload: reload()
      case .stop(let signal): return signal
      }
    }
  }

  static func report(_ error: any Error) -> Int32 {
    switch error {
    case let fault as ConfigurationFault: return refuse(fault.description, .configuration)
    case let fault as SecretFileFault: return refuse(fault.description, .configuration)
    case let fault as RootKeyFault: return refuse(fault.description, .configuration)
    case let fault as RecoveryKeyFault: return refuse(fault.description, .configuration)
    case let fault as RestoreFault: return refuse(fault.description, .configuration)
    case let fault as VaultOwnerFault: return refuse(fault.description, .configuration)
    case let fault as InheritedSocketFault: return refuse(fault.description, .configuration)
    case let fault as SocketFault: return refuse(fault.description, .unavailable)
    case let fault as SystemFault: return refuse(fault.description, .unavailable)
    case let fault as EngineFault: return refuse(fault.description, code(of: fault.kind))
    default: return refuse("internal error: \(error)", .software)
    }
  }

  private static func code(of kind: EngineFault.Kind) -> DaemonExit {
    switch kind {
    case .configuration: .configuration
    case .data: .data
    case .unavailable: .unavailable
    case .software: .software
    }
  }

  private static func refuse(_ sentence: String, _ code: DaemonExit) -> Int32 {
    say("error: \(sentence)")
    return code.rawValue
  }

  /// A line for whoever started the program; the log begins when the daemon runs.
  static func say(_ line: String) {
    let bytes = Array("envgated: \(line)\n".utf8)
    // Safety: the array is lent for this call.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

extension Configuration {
  /// What of it the engine decides by.
  var engine: EngineConfiguration {
    var engine = EngineConfiguration(
      standing: standing, people: people, serviceAccounts: serviceAccounts,
      valueBytes: limits.valueBytes, waitingPerEnvironment: limits.waitingPerEnvironment,
      waitingPerRequester: limits.waitingPerRequesterAndEnvironment,
      directReadsPerDay: limits.directReadsPerDay,
      pageBytes: limits.lineBytes - 2_048)
    engine.credentials = credentials.sources
    return engine
  }
}

extension Hub.Limits {
  init(_ limits: Configuration.Limits) {
    self.init(
      line: limits.lineBytes, inFlight: limits.inFlight,
      shares: Shares.Limits(
        connections: limits.connections, connectionsPerLane: limits.connectionsPerUID,
        releases: TokenBucket.Rate(
          perSecond: Double(limits.releasesPerSecond), burst: Double(limits.releaseBurst)),
        changes: TokenBucket.Rate(
          perSecond: Double(limits.changesPerSecond), burst: Double(limits.changeBurst))))
  }
}
