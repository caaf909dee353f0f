import VaultCore
import VaultStore

/// How often each account, job socket and unit has read without a request lately, by the hour: a rolling share of the
/// record, which nobody else is bound by.
///
/// A read under a grant counts for nothing here; its grant bounds it. What is counted is what is on disk: the counts
/// are made again from the record at a start, so that a restart gives nobody a fresh share.
struct DirectReadShares {
  /// The reads of one hour, by the wall clock that the host showed.
  private struct Hour {
    var number: Int64
    var count: Int64
  }

  private static let hour: Int64 = 3_600_000
  /// How many hours count beside the present one: so no day has more reads than the share.
  private static let hours: Int64 = 24

  private var shares: [Subject: [Hour]] = [:]
  private var tidied: Int64 = 0

  /// When somebody may read again who has used up a share; nil where they may now.
  /// - Parameter pending: their reads of the batch that is being decided.
  func end(of limit: Int64, for subject: Subject, besides pending: Int64, at wall: Int64) -> Int64?
  {
    let now = Self.number(wall)
    let counted = Self.kept(shares[subject] ?? [], at: now)
    var sum = counted.reduce(pending) { $0 + $1.count }
    if sum < limit { return nil }
    for hour in counted {
      sum -= hour.count
      if sum < limit { return (hour.number + Self.hours + 1) * Self.hour }
    }
    return (now + Self.hours + 1) * Self.hour
  }

  /// Counts reads.
  mutating func add(_ count: Int64, by subject: Subject, at wall: Int64) {
    let now = Self.number(wall)
    tidy(at: now)
    var counted = Self.kept(shares[subject] ?? [], at: now)
    if counted.last?.number == now {
      counted[counted.count - 1].count += count
    } else {
      counted.append(Hour(number: now, count: count))
    }
    shares[subject] = counted
  }

  /// The earliest wall whose reads count.
  static func start(at wall: Int64) -> Int64 { (number(wall) - hours) * hour }

  private static func number(_ wall: Int64) -> Int64 { wall / hour }

  /// The hours that count. Where the clock was set back, what it showed before counts as of now.
  private static func kept(_ hours: [Hour], at now: Int64) -> [Hour] {
    if let first = hours.first, let last = hours.last, last.number <= now,
      first.number >= now - Self.hours
    {
      return hours
    }
    let ahead = hours.filter { $0.number >= now }.reduce(0) { $0 + $1.count }
    let kept = hours.filter { (now - Self.hours..<now).contains($0.number) }
    return ahead > 0 ? kept + [Hour(number: now, count: ahead)] : kept
  }

  /// Forgets, once an hour, who has read nothing for a day.
  private mutating func tidy(at now: Int64) {
    guard now != tidied else { return }
    tidied = now
    shares = shares.filter { !Self.kept($0.value, at: now).isEmpty }
  }
}

extension VaultEngine {
  /// The records that a start looks at for this, at most: a second of its time.
  private static let mostCounted: Int64 = 500_000

  /// Refuses a read without a request by somebody whose share of the record is used up.
  func requireShare(of subject: Subject, at now: Moment) throws(Refusal) {
    let end = lasting.directReads.end(
      of: Int64(configuration.directReadsPerDay), for: subject,
      besides: draft.work.directReads[subject] ?? 0, at: now.wall)
    guard let end else { return }
    throw .recordLimit(limit: configuration.directReadsPerDay, until: end, after: end - now.wall)
  }

  /// Counts the reads of a batch that is durable.
  func countDirectReads(at now: Moment) {
    for (subject, count) in draft.work.directReads {
      lasting.directReads.add(count, by: subject, at: now.wall)
    }
  }

  /// Counts, at a start, the reads that the record has of the last day.
  func recountDirectReads(at now: Moment) throws(StoreFault) {
    let since = DirectReadShares.start(at: now.wall)
    var counted = lasting.directReads
    try store.forEachAudit(from: try firstAudit(since: since)) { row in
      guard let batch = AuditBatch(row) else { return true }
      for bytes in batch.records {
        guard let record = try? AuditRecord(canonical: bytes), record.event == .secretReleased,
          record.request == nil, record.time >= since, let subject = record.subject
        else { continue }
        counted.add(1, by: subject, at: min(record.time, now.wall))
      }
      return true
    }
    lasting.directReads = counted
  }

  /// The first of the newest records that is not older than a time; the times mostly rise with the numbers.
  private func firstAudit(since time: Int64) throws(StoreFault) -> Int64 {
    var last = trail.head.sequence + 1
    var first = max(1, last - Self.mostCounted)
    while first < last {
      let middle = first + (last - first) / 2
      var found: Int64?
      try store.forEachAudit(from: middle) { row in
        found = AuditBatch(row)?.records.first.flatMap { try? AuditRecord(canonical: $0) }?.time
        return false
      }
      if found ?? .max >= time { last = middle } else { first = middle + 1 }
    }
    return first
  }
}
