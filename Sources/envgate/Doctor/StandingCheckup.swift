import VaultClient
import VaultCore
import VaultProtocol

/// Standing approvals of units that end soon: a unit whose approval is over does not start any more.
enum StandingCheckup {
  /// So many days before the end it is reported.
  private static let days: Int64 = 14

  /// So many pages of requests are looked at: a person waits.
  private static let mostPages = 50

  static func finding(_ connection: Connection) -> Finding? {
    do {
      var found: [RequestView] = []
      var after: Int64?
      for _ in 0..<mostPages {
        let page: ListView<RequestView> = try connection.call(
          .requestList(
            RequestList(
              state: RequestState.active.text, after: after, limit: ProtocolLimits.mostItems)))
        found += page.items.filter { $0.standingApproval != nil }
        after = page.next
        if after == nil { break }
      }
      if let after {
        return .notLookedAt(
          "units", "whether standing approvals of units before request \(after) end soon",
          "doctor reads at most \(mostPages) pages", "see envgate request list --state active")
      }
      return judge(found, now: WallClock.now)
    } catch {
      return .notLookedAt(
        "units", "whether standing approvals of units end soon",
        Failure(error, isExec: false).fault?.sentence ?? "no answer", "run envgate doctor again")
    }
  }

  /// Nil where no unit has a standing approval.
  static func judge(_ requests: [RequestView], now: Int64) -> Finding? {
    let ends = requests.compactMap { request in
      request.standingApproval.flatMap { standing in
        request.grant.map { (standing.credential, request.id, $0.expires) }
      }
    }.sorted { $0.2 < $1.2 }
    guard let (credential, id, end) = ends.first else { return nil }
    if end - now > days * 86_400_000 {
      return .ok("units", "no standing approval of a unit ends within \(days) days")
    }
    return .warn(
      "units",
      "the standing approval \(id) of \(credential.unit.text), credential \(credential.id), ends at "
        + WallClock.text(end),
      "ask for a new one: envgate request create -e ENV --unit \(credential.unit.text) --credential \(credential.id) "
        + "--for 90d")
  }
}
