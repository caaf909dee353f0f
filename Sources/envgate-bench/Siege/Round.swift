import Glibc

/// A stretch of time with the bystander at work, under an attack or in calm.
struct Round {
  let socket: String
  let daemon: DaemonWatch
  let attacker: UInt32
  let bystander: UInt32
  let seconds: Double

  /// What it brought.
  struct Outcome {
    var samples: [Sample] = []
    var tally = Tally()
    var peakBytes = 0
    /// When the attack ended.
    var ended = UInt64.max
  }

  /// How often the daemon's memory is looked at.
  private static let lookEvery: Int32 = 50
  /// How long after its end a process may still report.
  private static let patience: UInt64 = 6_000_000_000

  /// - Parameter attack: nil for calm.
  func run(_ attack: (any Attack.Type)?) throws(HelperProcess.Fault) -> Outcome {
    let from = nanoseconds() + UInt64((attack?.headStart ?? 0.2) * 1e9)
    let until = from + UInt64(seconds * 1e9)
    func role(_ uid: UInt32) -> [String] {
      ["--socket", socket, "--uid", "\(uid)", "--from", "\(from)", "--until", "\(until)"]
    }
    var helpers = [try HelperProcess(["siege-bystander"] + role(bystander))]
    if let attack {
      do throws(HelperProcess.Fault) {
        helpers.append(
          try HelperProcess(["siege-attacker"] + role(attacker) + ["--attack", attack.name]))
      } catch {
        helpers[0].finish(force: true)
        throw error
      }
    }
    var outcome = Outcome()
    let reports = gather(helpers.map(\.report), until: until + Self.patience, &outcome)
    for (helper, report) in zip(helpers, reports) { helper.finish(force: report == nil) }
    if reports.contains(where: { $0 == nil }) {
      throw HelperProcess.Fault(description: "a process of the siege did not report in time")
    }
    read(reports, &outcome)
    return outcome
  }

  /// Reads all reports to their ends, looking at the daemon meanwhile; nil for one that does not end.
  private func gather(
    _ pipes: [Int32], until: UInt64, _ outcome: inout Outcome
  ) -> [[UInt8]?] {
    var polled = pipes.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var texts = pipes.map { _ in [UInt8]() }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while polled.contains(where: { $0.fd >= 0 }) && nanoseconds() < until {
      unsafe poll(&polled, nfds_t(polled.count), Self.lookEvery)
      outcome.peakBytes = max(outcome.peakBytes, daemon.residentBytes ?? 0)
      for index in polled.indices where polled[index].revents != 0 {
        let count = unsafe Glibc.read(polled[index].fd, &buffer, buffer.count)
        if count > 0 { texts[index] += buffer[..<count] } else { polled[index].fd = -1 }
      }
    }
    return zip(texts, polled).map { $1.fd < 0 ? $0 : nil }
  }

  private func read(_ reports: [[UInt8]?], _ outcome: inout Outcome) {
    let lines = reports.map {
      String(decoding: $0 ?? [], as: UTF8.self).split(separator: "\n")
    }
    for line in lines.dropFirst().joined() {
      let parts = line.split(separator: "\t")
      guard parts.count == 2 else { continue }
      if parts[0] == SiegeAttacker.ended {
        outcome.ended = UInt64(parts[1]) ?? .max
      } else {
        outcome.tally.add(String(parts[0]), Int(parts[1]) ?? 0)
      }
    }
    // An attack that has all it may have ends early; what comes after it is calm again.
    outcome.samples = (lines.first ?? []).compactMap { Sample(text: $0) }
      .filter { $0.start < outcome.ended }
  }
}
