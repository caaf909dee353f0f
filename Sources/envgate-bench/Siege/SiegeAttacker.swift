import ArgumentParser
import Glibc

/// One round of one attack, in a process of its own.
struct SiegeAttacker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "siege-attacker", shouldDisplay: false)

  @OptionGroup var role: SiegeRole
  @Option var attack: String

  /// The reports' word for when the attack ended.
  static let ended = "ended"

  func run() throws {
    guard let type = attacks.first(where: { $0.name == attack }) else {
      throw ValidationError("there is no attack \(attack)")
    }
    try Account.become(role.uid)
    type.prepare()
    // What the bystander waits for is then the daemon's queue, not a turn on a processor.
    // SCHED_IDLE (sched(7)): it runs where nobody else wants to, and gives way at once. At nice 19 it would
    // be left its slice of some milliseconds at each turn, and be measured for that.
    var parameter = sched_param()
    _ = unsafe sched_setscheduler(0, 5, &parameter)
    var swarm = Swarm(type.init(), socketPath: role.socket)
    sleep(until: role.from)
    swarm.run(until: role.until)
    HelperProcess.write(
      ["\(Self.ended)\t\(nanoseconds())"] + swarm.tally.counts.map { "\($0.key)\t\($0.value)" },
      to: role.report)
    // The end of the process closes its connections all at once.
  }
}

/// What each process of a siege is told.
struct SiegeRole: ParsableArguments {
  @Option var socket: String
  @Option(help: "The account that it acts as.") var uid: UInt32
  @Option(help: "CLOCK_MONOTONIC in nanoseconds.") var from: UInt64
  @Option(help: "The same.") var until: UInt64
  @Option(help: "The descriptor that takes the report.") var report: Int32
}
