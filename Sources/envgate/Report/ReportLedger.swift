import VaultCore
import VaultProtocol

/// What the audit records of a period say, added up as they come: a record may be one of a million.
struct ReportLedger {
  /// An account's reads of the same secrets, under one request or without one.
  struct Reading {
    let who: AccountView
    /// The request whose grant was read; nil where none was needed.
    let request: Int64?
    /// `KEY@3 TOKEN@1`.
    let secrets: String
    var first: Int64
    var last: Int64
    var count: Int64
  }

  /// What an event of the environment changed.
  struct Change {
    let sequence: Int64
    let time: Int64
    let event: AuditEvent
    let who: AccountView?
    /// What it was about, in the vault's words.
    let texts: [String]
  }

  private struct Place: Hashable {
    let who: AccountView
    let request: Int64?
    let secrets: String
  }

  private var reads: [Place: Reading] = [:]
  /// By the request who had approved it when it was activated.
  private(set) var approvers: [Int64: String] = [:]
  private(set) var gateChanges: [Change] = []
  private(set) var secretChanges: [Change] = []
  private(set) var events: [String: Int64] = [:]
  private(set) var timeline: ReportTimeline
  /// The last record that was looked at.
  private(set) var last: (sequence: Int64, hash: String)?
  private(set) var hasMoreReads = false
  private(set) var hasMoreGateChanges = false
  private(set) var hasMoreSecretChanges = false

  /// How many rows of a kind a page has at most.
  static let mostRows = 1_000

  init(from: Int64, to: Int64) { timeline = ReportTimeline(from: from, to: to) }

  /// The reads, the latest first.
  var readings: [Reading] {
    Array(reads.values.sorted { ($0.last, $0.first) > ($1.last, $1.first) }.prefix(Self.mostRows))
  }

  /// How often a word stands in the period.
  func count(of event: AuditEvent) -> Int64 { events[event.rawValue] ?? 0 }

  mutating func add(_ record: AuditRecordView) {
    last = (record.sequence, record.hash)
    events[record.event, default: 0] += 1
    // A word that only a newer daemon knows is counted.
    guard let event = AuditEvent(rawValue: record.event) else { return }
    timeline.add(event, isUnderRequest: record.request != nil, at: record.time)
    if event == .secretReleased { addRead(record) }
    if event == .grantActivated, let request = record.request {
      approvers[request] = record.detail("approved_by")
    }
    let change = Change(
      sequence: record.sequence, time: record.time, event: event,
      who: record.uid == nil && record.account == nil
        ? nil : AccountView(uid: record.uid, account: record.account),
      texts: record.changes)
    if ReportTimeline.Lane.gate.events.contains(event) {
      hasMoreGateChanges = Self.keep(change, in: &gateChanges) || hasMoreGateChanges
    } else if ReportTimeline.Lane.secrets.events.contains(event) {
      hasMoreSecretChanges = Self.keep(change, in: &secretChanges) || hasMoreSecretChanges
    }
  }

  private mutating func addRead(_ record: AuditRecordView) {
    let place = Place(
      who: AccountView(uid: record.uid, account: record.account), request: record.request,
      secrets: record.releasedText)
    if reads[place] == nil, reads.count >= 4 * Self.mostRows {
      // The page has only the latest ones.
      let kept = reads.sorted { $0.value.last > $1.value.last }.prefix(2 * Self.mostRows)
      reads = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
      hasMoreReads = true
    }
    var reading =
      reads[place]
      ?? Reading(
        who: place.who, request: place.request, secrets: place.secrets, first: record.time,
        last: record.time, count: 0)
    reading.first = min(reading.first, record.time)
    reading.last = max(reading.last, record.time)
    reading.count += 1
    reads[place] = reading
    if reads.count > Self.mostRows { hasMoreReads = true }
  }

  /// Adds a change behind the others.
  /// - Returns: whether an older one went for it.
  private static func keep(_ change: Change, in list: inout [Change]) -> Bool {
    list.append(change)
    guard list.count > 2 * mostRows else { return list.count > mostRows }
    list.removeFirst(mostRows)
    return true
  }
}

extension AuditRecordView {
  /// The text of a detail; nil where the record has none of that name.
  fileprivate func detail(_ name: String) -> String? {
    details.first { $0.name == name }?.value
  }

  /// What was released; of a unit also as which credential.
  fileprivate var releasedText: String {
    let names = secrets.map { "\($0.name)@\($0.version)" }
    let most = 12
    let more = names.count > most ? " and \(names.count - most) more" : ""
    let credential = detail("credential").map { " as the credential \($0)" } ?? ""
    return names.prefix(most).joined(separator: " ") + more + credential
  }

  /// What it changed: secrets with versions, and each detail that is no comment.
  fileprivate var changes: [String] {
    secrets.map { "\($0.name)@\($0.version)" }
      + details.map { detail in
        switch detail.name {
        case "change", "gate": detail.value
        case "weaker": "weaker: \(detail.value)"
        default: "\(detail.name) \(detail.value)"
        }
      }
  }
}
