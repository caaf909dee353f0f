/// What the daemon measures: the name, the type and the sentence of each, said here and nowhere else.
///
/// Invariant: the label of a metric has a closed set of values of our own words, but for `environment`, which is there
/// only where the configuration names a group that may read it.
enum Metric: String, CaseIterable, Sendable {
  case build = "envgate_build_info"
  case started = "envgate_start_time_seconds"
  case released = "envgate_secrets_released"
  case refusals = "envgate_refusals"
  case credentials = "envgate_credentials"
  case waiting = "envgate_requests_waiting"
  case oldest = "envgate_oldest_waiting_request_age_seconds"
  case secretAge = "envgate_oldest_secret_time_seconds"
  case overdue = "envgate_secrets_overdue"
  case backup = "envgate_last_backup_time_seconds"
  case records = "envgate_audit_records"
  case commits = "envgate_commit_seconds"
  case queue = "envgate_queue_depth"
  case connections = "envgate_connections"
  case disk = "envgate_disk_trouble"
  case warnings = "envgate_warning"

  /// The type, in OpenMetrics' word, which decides about the endings of names. Only types that Prometheus' older text
  /// has, too: the textfile collector of node_exporter reads no other.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// One row of the table.
  struct Row {
    let kind: Kind
    /// The label that tells its values apart; nil where there is one value.
    let label: String?
    /// What it says, as the guide has it.
    let help: String
  }

  var row: Row {
    switch self {
    case .build:
      Row(kind: .gauge, label: "version", help: "Always 1, with the version of envgated.")
    case .started: Row(kind: .gauge, label: nil, help: "When the daemon started, since 1970.")
    case .released:
      Row(
        kind: .counter, label: "environment",
        help: "Values of secrets that were released. The label is there only with a metrics_group.")
    case .refusals:
      Row(
        kind: .counter, label: "reason",
        help:
          "Calls that were refused, by reason. The reasons limit.* are limits that callers reached."
      )
    case .credentials:
      Row(
        kind: .counter, label: "outcome",
        help: "Credentials that units asked for: released or refused.")
    case .waiting:
      Row(kind: .gauge, label: nil, help: "Requests that wait for approvals.")
    case .oldest:
      Row(
        kind: .gauge, label: nil,
        help: "Age of the oldest request that waits for approvals; 0 if none waits.")
    case .secretAge:
      Row(
        kind: .gauge, label: "environment",
        help:
          "When the oldest current version of a secret was set, since 1970; 0 if there is none. "
          + "The label is there only with a metrics_group.")
    case .overdue:
      Row(
        kind: .gauge, label: "environment",
        help: "Secrets that are due for a new value, by the rotation_period of their environment. "
          + "The label is there only with a metrics_group.")
    case .backup:
      Row(
        kind: .gauge, label: nil,
        help: "When the last backup was made, since 1970; 0 if none was.")
    case .records: Row(kind: .counter, label: nil, help: "Audit records of this vault.")
    case .commits:
      Row(
        kind: .histogram, label: nil,
        help: "Time that a commit takes, from the first decision to the disk.")
    case .queue: Row(kind: .gauge, label: nil, help: "Calls that wait for the next commit.")
    case .connections: Row(kind: .gauge, label: nil, help: "Open connections.")
    case .disk:
      Row(
        kind: .gauge, label: "trouble",
        help:
          "1 if the vault's disk has this trouble, otherwise 0. Nothing is released on a full disk."
      )
    case .warnings:
      Row(
        kind: .gauge, label: "reason",
        help:
          "1 while envgate status shows this warning, otherwise 0. audit.broken and storage.tampered need a person "
          + "at once.")
    }
  }

  /// The names of its samples, as a query has them.
  var samples: [String] {
    switch row.kind {
    case .counter: [rawValue + "_total"]
    case .gauge: [rawValue]
    case .histogram: ["_bucket", "_count", "_sum"].map { rawValue + $0 }
    }
  }
}
