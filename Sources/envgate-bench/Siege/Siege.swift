import ArgumentParser
import Glibc

/// `envgate-bench siege`: what one hostile account does to another that does nothing wrong.
struct Siege: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures what one hostile account does to a bystander.",
    discussion: """
      Calm and attack take turns. Runs as root, since it acts as two accounts; .ci/siege makes the vault
      that it expects: AZURE_CREDENTIALS and LARGE in the unprotected environment development, and a
      protected one, production, whose requesters include the attacker.
      """)

  @Option(help: "The socket of envgated.") var socket: String
  @Option(help: "The process of envgated.") var pid: Int32
  @Option(help: "Its state directory.") var state: String
  @Option(help: "An attack, by name; all of them without one.") var attack: [String] = []
  @Option(help: "The attacker's uid.") var attacker: UInt32 = 61_001
  @Option(help: "The bystander's uid.") var bystander: UInt32 = 61_002
  @Option(help: "Seconds of one round.") var seconds = 2.0
  @Option(help: "Rounds of calm and attack.") var rounds = 3
  @Flag(help: "Without the lines above the rows.") var noHeader = false

  /// How long the daemon has to recover before its memory is looked at, and before the next calm.
  private static let recovery: UInt32 = 2_000_000

  func validate() throws {
    for name in attack where !attacks.contains(where: { $0.name == name }) {
      let known = attacks.map { $0.name }.joined(separator: " ")
      throw ValidationError("there is no attack \(name); there are: \(known)")
    }
    guard seconds > 0, seconds <= 60, (1...100).contains(rounds) else {
      throw ValidationError("a siege has 1 to 100 rounds of at most 60 seconds")
    }
  }

  func run() throws {
    if geteuid() != 0 { throw ValidationError("a siege acts as two accounts, so it runs as root") }
    if !noHeader { print("\(SiegeTable.preface)\n\n\(SiegeTable.header)") }
    for type in attacks where attack.isEmpty || attack.contains(type.name) {
      print(SiegeTable.rows(try besiege(type)))
      // Rows appear as they are made, into a pipe as well.
      fflush(nil)
    }
  }

  private func besiege(_ type: any Attack.Type) throws -> SiegeResult {
    let daemon = DaemonWatch(pid: pid, stateDirectory: state)
    let round = Round(
      socket: socket, daemon: daemon, attacker: attacker, bystander: bystander, seconds: seconds)
    var result = SiegeResult(name: type.name, tried: type.tried)
    for number in 0..<rounds {
      let start = daemon.stateBytes
      result.calm += try round.run(nil).samples
      let middle = daemon.stateBytes
      if number == 0 {
        result.beforeBytes = try resident(daemon, type.name)
        result.load = Self.load
      }
      let attacked = try round.run(type)
      result.attacked += attacked.samples
      result.tally.add(attacked.tally)
      result.calmGrowth += middle - start
      result.attackedGrowth += daemon.stateBytes - middle
      result.peakBytes = max(result.peakBytes, attacked.peakBytes)
      usleep(Self.recovery)
      result.afterBytes = try resident(daemon, type.name)
    }
    return result
  }

  /// Of the last minute (proc(5)).
  private static var load: String {
    var averages = [0.0]
    return unsafe getloadavg(&averages, 1) == 1 ? decimal(averages[0]) : "unknown"
  }

  private func resident(_ daemon: DaemonWatch, _ name: String) throws(DaemonGone) -> Int {
    guard let bytes = daemon.residentBytes else { throw DaemonGone(attack: name) }
    return bytes
  }
}

/// The attack has ended the daemon.
struct DaemonGone: Error, CustomStringConvertible {
  let attack: String
  var description: String { "\(attack): the daemon is gone" }
}
