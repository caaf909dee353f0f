import VaultCore
import VaultProtocol

/// Who got what: a row for each request, and between them a row for each account that has read a version.
///
/// Why a request was rejected is what somebody wrote: a program gets it in a last column, a person in a line of its own
/// below the row.
struct HistoryTable {
  private(set) var table: Table
  /// What stands below each row, for a person.
  private(set) var more: [String?] = []
  /// Whether there are older rows than were wanted.
  private(set) var isCut = false
  private var left: Int?

  /// - Parameter isOfOne: whether an environment was named, so that a person need not read it in each row.
  /// - Parameter most: how many rows are wanted, of whatever kind; nil for all.
  init(isOfOne: Bool, most: Int? = nil) {
    left = most
    table = Table(
      of: "requests", .number("REQUEST"), .whole("MADE"),
      .text("ENVIRONMENT").as(isOfOne ? .implied : .usual), .name("REQUESTER"), "SECRETS",
      .name("REVIEWED BY"), .whole("RELEASED"), .whole("END"), .text("WHY").as(.never))
  }

  /// The newest first: a request by when it was made, an account's reads by the last of them.
  init(
    _ requests: [RequestView], _ reads: [DirectReads.Row], isOfOne: Bool, most: Int? = nil,
    now: Int64
  ) {
    self.init(isOfOne: isOfOne, most: most)
    var reads = reads.sorted { $0.reader.last > $1.reader.last }[...]
    for request in requests {
      while let read = reads.first, !request.isPartial, read.reader.last > request.created {
        add(read, now: now)
        reads.removeFirst()
      }
      add(request, now: now)
    }
    for read in reads { add(read, now: now) }
  }

  mutating func add(_ request: RequestView, now: Int64) {
    add(
      request.historyCells(now: now),
      below: request.rejection.map {
        "        why: \(ForeignText.quoted($0.comment, limit: Console.most(300)))"
      })
  }

  mutating func add(_ read: DirectReads.Row, now: Int64) {
    add(read.historyCells(now: now), below: nil)
  }

  private mutating func add(_ cells: [Table.Cell], below: String?) {
    if left == 0 {
      isCut = true
      return
    }
    left = left.map { $0 - 1 }
    table.add(cells)
    more.append(below)
  }
}

extension RequestView {
  /// The request as a row: what was asked for, by whose approval it was released, how it ended.
  /// - Parameter now: milliseconds since the epoch.
  fileprivate func historyCells(now: Int64) -> [Table.Cell] {
    if isPartial {
      // Another job's of the account: who got what is for its own job and for reviewers.
      let blank = Table.Cell("-")
      return [
        .init("\(id)"), blank, .init(environment), .init(requester.text), blank, blank, blank,
        .init(state, Style.of(state: state)), blank,
      ]
    }
    let approvers = reviews.filter { $0.decision == "approved" && !$0.isStale }
      .map { AccountView(uid: $0.uid, account: $0.account).text }
    let approved = approvers.isEmpty ? "-" : approvers.joined(separator: ", ")
    let rejecter = rejection.map { AccountView(uid: $0.uid, account: $0.account).text }
    return [
      .init("\(id)"), .init(time: created, now: now), .init(environment), .init(requester.text),
      .init(secrets.map { "\($0.name)@\($0.version)" }.joined(separator: " ")),
      .init(rejecter ?? approved, plain: approved),
      grant?.released.map { .init(time: $0, now: now) } ?? .init("-"),
      .init(
        outcome ?? standing,
        plain: outcome.map { "\(state) (\($0))" } ?? standing
          + (rejecter.map { " by \($0)" } ?? ""), Style.of(state: standing)),
      .init(rejection.map { ForeignText.quoted($0.comment, limit: .max) } ?? "-"),
    ]
  }

  /// The review that ended it, where one did.
  var rejection: ReviewView? {
    state == RequestState.rejected.text ? reviews.last { $0.decision == "rejected" } : nil
  }
}

extension DirectReads.Row {
  /// The account as a row, with its first and its last read.
  fileprivate func historyCells(now: Int64) -> [Table.Cell] {
    let times = reader.count == 1 ? "once" : "\(reader.count) times"
    return [
      .init("-"), .init(time: reader.first, now: now), .init(environment), .init(account.text),
      .init("\(secret)@\(reader.version)"), .init("-"), .init(time: reader.last, now: now),
      .init("read \(times)", plain: "read \(times) in all"), .init("-"),
    ]
  }
}
