import CLinux
import Glibc
import NIOCore
import NIOPosix
import SecretMemory
import VaultCore
import VaultEngine
import VaultProtocol

/// The daemon, from its configuration to its end.
///
/// Six threads of its own beside the event loop: the one that accepts, the commit, the audit desk, the backup desk,
/// the checkpointer, and the main thread, which waits for signals.
final class RunningDaemon: Sendable {
  /// How long a stop may take; what is still open then is cut.
  static let patience: TimeAmount = .seconds(4)

  private let group: MultiThreadedEventLoopGroup
  let hub: Hub
  private let queue: CommitQueue
  private let doorkeeper: Doorkeeper
  private let watch: SocketWatch
  private let credentials: CredentialService?
  private let metrics: MetricsExporter?
  let status: StatusTeller
  private let auditDesk: AuditDesk
  private let backupDesk: BackupDesk
  private let logger: DaemonLog
  private let timing: Hub.Timing
  private let ended: Latch
  /// Opened once nothing writes to the database any more.
  private let left: Latch

  /// - Parameters:
  ///   - jobSockets: the sockets for containers, by the names that whoever comes through them has.
  ///   - credentials: the socket that the service manager reads.
  ///   - metrics: the socket that scrapers read.
  ///   - rootKey: is empty once this returns.
  ///   - manager: is told that the daemon lives, where it wants to hear that.
  ///   - accountSource: the host's account database.
  ///   - hasPeerDescriptors: whether the kernel hands out what stands for the process of a peer.
  ///   - clock: reads both clocks, on the commit thread.
  ///   - lostLines: how many lines of the log were lost, where that was lately.
  init(
    configuration: Configuration, socket: ListeningSocket,
    jobSockets: [(rule: JobEntrance, file: SocketFile)] = [],
    credentials: ListeningSocket? = nil, metrics: SocketFile? = nil, rootKey: RootKeyHandOver,
    manager: ServiceManager, timing: Hub.Timing = Hub.Timing(),
    looks: LookThreads = LookThreads(), accountSource: AccountSource = .system,
    hasPeerDescriptors: Bool = PeerProcess.hasDescriptors,
    clock: @escaping @Sendable () -> ClockReading = RunningDaemon.reading,
    lostLines: @escaping @Sendable () -> Int? = { nil },
    logger: DaemonLog
  ) throws {
    _ = try Self.bootID.get()
    let queue = CommitQueue(capacity: 8_192)
    let ended = Latch()
    let left = Latch()
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let eventLoop = group.next()
    let opened = OpenedVault()
    let hubBox = HubBox()
    let warnings = Warnings()
    let meters = Meters()
    let status = StatusTeller(manager)
    try CommitThread.start(
      queue: queue,
      make: { () throws(EngineFault) in
        try Self.open(configuration, rootKey, opened, warnings, clock, logger)
      },
      opened: { opened.finish($0) }, clock: clock, measured: { meters.committed(in: $0) },
      deliver: { delivery in
        eventLoop.execute {
          hubBox.watchdog?.committed()
          hubBox.hub?.deliver(delivery)
        }
      }, ended: { ended.open() })
    let vault = try opened.wait()
    let auditDesk = try AuditDesk { try vault.auditReader() }
    let backupDesk = try BackupDesk { vault.backupMaker() }
    try CheckpointThread.start(vault, until: ended, left: left, logger: logger)
    let subordinates = SubordinateIDs()
    try subordinates.keepUp(until: ended)
    let accounts = AccountDatabase(
      source: accountSource, subordinates: subordinates, sockets: Set(jobSockets.map(\.rule.name)),
      timer: { milliseconds, fire in
        eventLoop.scheduleTask(in: .milliseconds(milliseconds), fire)
      })
    let limits = Self.limits(configuration.limits, timing, logger)
    let admission = Admission(limits.shares)
    let facts = ServerStatusFacts(warnings: warnings, accounts: accounts, lostLines: lostLines)
    let hub = try eventLoop.submit {
      Hub(
        eventLoop: eventLoop, limits: limits, admission: admission,
        valueBytes: configuration.limits.valueBytes, accounts: accounts, looks: looks,
        queue: queue,
        auditDesk: auditDesk, backupDesk: backupDesk,
        status: facts, meters: meters, logger: logger)
    }.wait()
    try eventLoop.submit {
      hubBox.hub = hub
      hub.note(.serverStarted)
      eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
        hub.tick()
        status.tell(meters.counted, facts)
      }
      hubBox.watchdog = Self.watchdog(manager, hub)
      hubBox.watchdog?.start()
    }.wait()
    let reception = Reception(hub)
    let place = socket.place
    let main = Doorkeeper.Door.main(.ofKernel())
    var doors = [(descriptor: socket.listening, door: main)]
    doors += jobSockets.map { ($0.file.listener?.descriptor, .job($0.rule)) }
    let doorkeeper = try Doorkeeper(
      doors.compactMap { entry in entry.descriptor.map { ($0, entry.door) } },
      admission: admission, residents: Residents(accounts), looks: looks,
      hasPeerDescriptors: hasPeerDescriptors
    ) { reception.takeIn($0) }
    let service = try credentials?.listening.map { descriptor in
      try CredentialService(descriptor, configuration.credentials, logger: logger) {
        try CredentialProvider(
          $0, $1, pace: looks.pace, hasDescriptors: hasPeerDescriptors, meters: meters,
          logger: logger,
          ask: { credential, source, process, answered in
            hub.eventLoop.execute {
              hub.loadCredential(credential, source, process: process, answered: answered)
            }
          },
          noteRefused: { uid, refusal in
            hub.eventLoop.execute { hub.noteCredentialRefused(uid, refusal) }
          })
      }
    }
    let endGuests: @Sendable (SocketName?) -> Void = { name in
      hub.eventLoop.execute { hub.endGuests(of: name) }
    }
    var watched = [socket.watched(doorkeeper.attendant(main, endGuests: endGuests), at: place)]
    watched += jobSockets.map {
      SocketWatch.Watched(doorkeeper.attendant(.job($0.rule), endGuests: endGuests), $0.file)
    }
    if let credentials, let service {
      watched.append(credentials.watched(service.attendant, at: credentials.presumedPlace))
    }
    watch = try SocketWatch(watched, warnings: warnings, logger: logger)
    self.doorkeeper = doorkeeper
    self.credentials = service
    let started = clock().wall
    self.metrics =
      try configuration.metrics.file == nil && metrics == nil
      ? nil
      : MetricsExporter(configuration.metrics, socket: metrics, logger: logger) {
        let counted = meters.counted
        return MetricsText(
          counted: counted,
          now: MetricsText.Now(
            queue: queue.depth, connections: admission.open,
            warnings: Set(facts.all(counted.clock).map(\.reason)), started: started),
          namesEnvironments: configuration.metrics.group != nil
        ).text
      }
    self.status = status
    self.logger = logger
    self.timing = timing
    self.group = group
    self.hub = hub
    self.queue = queue
    self.auditDesk = auditDesk
    self.backupDesk = backupDesk
    self.ended = ended
    self.left = left
  }

  /// Applies what of a configuration can change while the daemon runs; for good once its record is
  /// durable.
  ///
  /// Waits for the commit; not to be called on the event loop.
  /// - Returns: why it could not be applied; what was in force before is in force then.
  func reconfigure(_ configuration: Configuration) -> WireError? {
    let fault = Locked<WireError?>(nil)
    let done = Latch()
    let limits = Self.limits(configuration.limits, timing, logger)
    hub.eventLoop.execute { [hub] in
      hub.reconfigure(configuration.engine, limits) { why in
        fault.withLock { $0 = why }
        done.open()
      }
    }
    done.wait()
    let why = fault.withLock { $0 }
    if why == nil { credentials?.adopt(configuration.credentials) }
    return why
  }

  /// Looks after the files of the sockets no more.
  func stopWatching() { watch.stop() }

  /// Binds sockets that were replaced anew.
  func bindAnew() { watch.bindAnew() }

  /// Has the next signature of the audit head in the log.
  func logNextSignature() {
    hub.eventLoop.execute { [hub] in hub.logNextSignature() }
  }

  /// Finishes what was taken, refuses what is new, and returns within 13 seconds: the unit gives 15.
  func stop() {
    watch.stop()
    doorkeeper.stop()
    credentials?.stop()
    metrics?.stop()
    let closed = Latch()
    hub.eventLoop.execute { [hub] in
      hub.stop { closed.open() }
      hub.eventLoop.scheduleTask(in: Self.patience) {
        hub.cut()
        closed.open()
      }
    }
    closed.wait()
    hub.eventLoop.execute { [hub, queue] in
      hub.note(.serverStopped)
      queue.close()
    }
    // The signature of the last record comes with the last batch, and belongs in the journal.
    if ended.wait(milliseconds: 8_000) {
      try? hub.eventLoop.submit {}.wait()
      // Whoever opens the vault next must not meet our checkpoint.
      left.wait(milliseconds: 2_000)
    }
    auditDesk.stop()
    backupDesk.stop()
  }

  /// The limits, as far as this process has descriptors for them.
  private static func limits(
    _ configured: Configuration.Limits, _ timing: Hub.Timing, _ logger: DaemonLog
  ) -> Hub.Limits {
    let descriptors = DescriptorLimit.raise(
      to: configured.connections + DescriptorLimit.reserve)
    var limits = Hub.Limits(configured)
    limits.timing = timing
    limits.shares.connections = DescriptorLimit.connections(
      configured.connections, of: descriptors)
    if limits.shares.connections < configured.connections {
      logger.warning(
        "fewer connections than configured: the limit of open files is too low",
        metadata: [
          .connections: "\(limits.shares.connections)", .openFiles: "\(descriptors)",
        ])
    }
    return limits
  }

  private static func watchdog(_ manager: ServiceManager, _ hub: Hub) -> Watchdog? {
    guard let patience = manager.watchdog else { return nil }
    return Watchdog(
      eventLoop: hub.eventLoop, patience: .microseconds(patience),
      probe: { hub.submitOwn(.tick) }, tell: { manager.tell(.alive) })
  }

  private static func open(
    _ configuration: Configuration, _ rootKey: RootKeyHandOver, _ opened: OpenedVault,
    _ warnings: Warnings, _ clock: () -> ClockReading, _ logger: DaemonLog
  ) throws(EngineFault) -> VaultEngine {
    guard let key = rootKey.take() else { throw EngineFault.wrongRootKey }
    let engine = try VaultEngine(
      directory: configuration.stateDirectory, rootKey: key,
      rootKeys: RootKeySource(configuration.rootKey), configuration: configuration.engine,
      now: clock()
    ) { what in
      logger.critical("storage.tampered", metadata: [.fault: "\(what)"])
      warnings.set(
        .storageTampered, "\(what)",
        "something other than envgated edited the database: \(what); values that depend on it do not open"
      )
    }
    opened.vault = engine.place
    return engine
  }

  /// Both clocks, now.
  @Sendable static func reading() -> ClockReading {
    var wall: Int64 = 0
    var boot: Int64 = 0
    _ = unsafe envgate_walltime_ms(&wall)
    _ = unsafe envgate_boottime_ms(&boot)
    return ClockReading(
      wall: wall, boot: boot, bootID: (try? Self.bootID.get()) ?? BootID(high: 0, low: 0))
  }

  /// The id of this boot, without which nothing could be ended by the time since then.
  static let bootID: Result<BootID, SystemFault> = {
    var bytes = [UInt8](repeating: 0, count: 16)
    let code = unsafe envgate_boot_id(&bytes)
    guard code == 0 else {
      return .failure(SystemFault("read", "/proc/sys/kernel/random/boot_id", code: code))
    }
    let words = (bytes[..<8], bytes[8...])
    return .success(
      BootID(
        high: words.0.reduce(0) { $0 << 8 | UInt64($1) },
        low: words.1.reduce(0) { $0 << 8 | UInt64($1) }))
  }()
}

/// The hub, for the closure that is made before it; touched on the event loop alone.
private final class HubBox: @unchecked Sendable {
  var hub: Hub?
  var watchdog: Watchdog?
}

/// What the commit thread found when it opened the vault, for the thread that waits for it.
///
/// Sendable: written by the commit thread before the latch opens, read by the other after it.
private final class OpenedVault: @unchecked Sendable {
  var vault: VaultPlace?
  private var fault: EngineFault?
  private let latch = Latch()

  func finish(_ fault: EngineFault?) {
    self.fault = fault
    latch.open()
  }

  func wait() throws -> VaultPlace {
    latch.wait()
    if let fault { throw fault }
    guard let vault else { throw EngineFault.notInitialized }
    return vault
  }
}
