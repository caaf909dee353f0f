import VaultCalls
import VaultCore
import VaultEngine
import VaultProtocol

/// All metrics as OpenMetrics text (version 1.0.0).
struct MetricsText {
  /// What is measured when it is asked for.
  struct Now {
    var queue = 0
    var connections = 0
    var warnings: Set<Warnings.Reason> = []
    /// When the daemon started, in milliseconds since 1970.
    var started: Int64 = 0
  }

  static let mediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  let counted: Meters.Counted
  let now: Now
  /// Whether readers may know the names of environments.
  let namesEnvironments: Bool

  var text: String {
    var text = ""
    for metric in Metric.allCases {
      let name = metric.rawValue
      text += "# TYPE \(name) \(metric.row.kind.rawValue)\n"
      if name.hasSuffix("_seconds") { text += "# UNIT \(name) seconds\n" }
      text += "# HELP \(name) \(metric.row.help)\n"
      for line in lines(metric) { text += line + "\n" }
    }
    return text + "# EOF\n"
  }

  private func lines(_ metric: Metric) -> [String] {
    let sample = metric.samples[0]
    func one(_ value: String) -> [String] { ["\(sample) \(value)"] }
    func each(_ values: [(String, some CustomStringConvertible)]) -> [String] {
      values.map { label, value in "\(sample){\(metric.row.label ?? "")=\"\(label)\"} \(value)" }
    }
    func ofSecrets(_ value: (SecretAge) -> String) -> [String] {
      let ages = counted.vault.secrets
      return namesEnvironments
        ? each(ages.map { ($0.key.text, value($0.value)) }.sorted { $0.0 < $1.0 })
        : one(value(SecretAge(of: ages.values)))
    }
    return switch metric {
    case .build: each([(EnvgateVersion.text, 1)])
    case .started: one(Self.seconds(milliseconds: now.started))
    case .released:
      namesEnvironments
        ? each(
          counted.released.map { ($0.key.text, $0.value) }.sorted { $0.0 < $1.0 })
        : one("\(counted.released.values.reduce(0, +))")
    case .refusals:
      each(Reason.allCases.map { ($0.rawValue, counted.refusals[$0] ?? 0) })
    case .credentials:
      each([
        ("released", counted.credentials.released), ("refused", counted.credentials.refused),
      ])
    case .waiting: one("\(counted.vault.waiting)")
    case .oldest: one(Self.seconds(milliseconds: counted.vault.oldestWaiting))
    case .secretAge: ofSecrets { Self.seconds(milliseconds: $0.oldest ?? 0) }
    case .overdue: ofSecrets { "\($0.overdue)" }
    case .backup: one(Self.seconds(milliseconds: counted.vault.lastBackup ?? 0))
    case .records: one("\(counted.vault.records)")
    case .commits: histogram(metric)
    case .queue: one("\(now.queue)")
    case .connections: one("\(now.connections)")
    case .disk:
      each(StorageTrouble.allCases.map { ($0.rawValue, $0 == counted.trouble ? 1 : 0) })
    case .warnings:
      each(Warnings.Reason.allCases.map { ($0.rawValue, now.warnings.contains($0) ? 1 : 0) })
    }
  }

  private func histogram(_ metric: Metric) -> [String] {
    var lines: [String] = []
    var sum = 0
    for (index, count) in counted.commits.enumerated() {
      sum += count
      let bound =
        index < Meters.bounds.count ? Self.seconds(microseconds: Meters.bounds[index]) : "+Inf"
      lines.append("\(metric.rawValue)_bucket{le=\"\(bound)\"} \(sum)")
    }
    return lines + [
      "\(metric.rawValue)_count \(sum)",
      "\(metric.rawValue)_sum \(Self.seconds(microseconds: counted.commitTime))",
    ]
  }

  private static func seconds(milliseconds: Int64) -> String {
    seconds(microseconds: milliseconds * 1_000)
  }

  /// With as many digits as it needs, one at the least: parsers read a bound as a float.
  private static func seconds(microseconds: Int64) -> String {
    let digits = String(microseconds % 1_000_000)
    var fraction = String(repeating: "0", count: 6 - digits.count) + digits
    while fraction.count > 1, fraction.last == "0" { fraction.removeLast() }
    return "\(microseconds / 1_000_000).\(fraction)"
  }
}
