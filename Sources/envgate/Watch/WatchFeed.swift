import Glibc
import VaultClient
import VaultCore
import VaultProtocol

/// Follows the requests of one host, for as long as the program runs.
///
/// Invariant: between two messages nothing is missed. The events are subscribed to before the list is
/// read, so that what happens in between comes after it; and whoever was away continues behind the last
/// event that was told. A request that was made in between is told by the list, and not a second time.
struct WatchFeed: Sendable {
  /// Makes the feed of a host from where its messages go.
  typealias Maker = (WatchPlace, @escaping @Sendable (FeedMessage) -> Void) -> WatchFeed

  let place: WatchPlace
  /// Only requests of this environment.
  let environment: EnvironmentName?
  /// Behind which record to begin, without a list; nil begins with the list.
  var start: Int64?
  /// Whether a person looks: then the list is read anew each ten seconds, since no event tells of an edit of a gate
  /// and of a job that is gone, and each row says whether it is theirs to answer.
  let isForPerson: Bool
  let post: @Sendable (FeedMessage) -> Void

  /// How far it has come.
  private struct Progress {
    var after: Int64?
    var vault: String?
    var hasFollowed = false
    var isAway = false
    var failures: Int32 = 0
  }

  /// Who looks, and in which environments they review.
  private struct Onlooker {
    let uid: UInt32?
    var reviews: [String: Bool] = [:]
  }

  private static let listPause: Int64 = 10

  /// Runs without end.
  func run() {
    var progress = Progress(after: start)
    while true {
      do { try follow(&progress) } catch {
        let fault = Failure.fault(error) ?? CommandFault(.internalFault, "the feed ended")
        if !progress.isAway { post(.lost(fault)) }
        progress.isAway = true
        progress.failures = min(progress.failures + 1, 6)
        // 200 ms at first, about ten seconds in the end.
        _ = poll(nil, 0, 100 << progress.failures)
      }
    }
  }

  private func follow(_ progress: inout Progress) throws {
    let connection = try place.connect()
    let status = try connection.call(.serverStatus, as: StatusView.self)
    // The numbers of another vault's record say nothing about this one's.
    if progress.vault ?? status.vault != status.vault { progress.after = nil }
    progress.vault = status.vault
    let begin = try subscribe(connection, &progress)
    var onlooker = Onlooker(uid: status.you.uid)
    var listed: Set<Int64> = []
    if isForPerson || progress.after == nil {
      listed = try list(connection, begin, &onlooker)
    } else if progress.isAway {
      post(.back)
    }
    progress.after = begin
    progress.hasFollowed = true
    progress.isAway = false
    progress.failures = 0
    while true {
      do {
        let event = try connection.nextEvent(
          deadline: isForPerson ? WaitDeadline(secondsFromNow: Self.listPause) : nil)
        let isListed =
          event.event == AuditEvent.requestCreated.rawValue && listed.remove(event.request) != nil
        if concerns(event) && !isListed { try tell(event, connection, &onlooker) }
        progress.after = event.sequence
      } catch ClientFault.timedOut {
        onlooker.reviews = [:]
        _ = try list(connection, progress.after ?? begin, &onlooker)
      }
    }
  }

  private func subscribe(_ connection: Connection, _ progress: inout Progress) throws -> Int64 {
    do { return try connection.subscribe(after: progress.after) } catch let error as WireError
      where error.known == .paramsInvalid && progress.after != nil && progress.hasFollowed
    {
      // The record is shorter than it was: an older copy of the vault was put back.
      progress.after = nil
      return try connection.subscribe()
    }
  }

  private func concerns(_ event: EventView) -> Bool {
    guard let environment else { return true }
    // Names are unique without case (``EnvironmentName``).
    return event.environment.lowercased() == environment.text.lowercased()
  }

  /// - Returns: the requests that were told.
  private func list(
    _ connection: Connection, _ sequence: Int64, _ onlooker: inout Onlooker
  ) throws -> Set<Int64> {
    let list = try connection.list(of: RequestView.self) { after, limit in
      .requestList(
        RequestList(environment: environment, state: "waiting", after: after, limit: limit))
    }
    // The oldest first, as they came.
    let entries = try zip(list.items, list.texts).reversed().map {
      try entry($0, $1, connection, &onlooker)
    }
    post(.listed(entries, sequence: sequence))
    return Set(entries.map(\.request.id))
  }

  private func tell(
    _ event: EventView, _ connection: Connection, _ onlooker: inout Onlooker
  ) throws {
    do {
      let answer = try connection.answer(
        .requestGet(TicketedRequest(request: event.request)), as: RequestView.self)
      post(.moved(event, try entry(answer.view, answer.json, connection, &onlooker)))
      if isForPerson { try tellTwins(of: answer.view, event, connection, &onlooker) }
    } catch let error as WireError
      where [.requestUnknown, .environmentUnknown, .accessDenied].contains(error.known)
    {
      // It is not the caller's to see any more.
      post(.moved(event, nil))
    }
  }

  /// No event tells of a request that another one makes the same claims from now on.
  private func tellTwins(
    of request: RequestView, _ event: EventView, _ connection: Connection,
    _ onlooker: inout Onlooker
  ) throws {
    for twin in request.twins where twin.state == "waiting" {
      let answer = try connection.answer(
        .requestGet(TicketedRequest(request: twin.id)), as: RequestView.self)
      let moved = EventView(
        sequence: event.sequence, time: event.time, event: event.event, request: twin.id,
        environment: answer.view.environment, state: answer.view.state)
      post(.moved(moved, try entry(answer.view, answer.json, connection, &onlooker)))
    }
  }

  private func entry(
    _ request: RequestView, _ json: [UInt8], _ connection: Connection,
    _ onlooker: inout Onlooker
  ) throws -> FeedMessage.Entry {
    FeedMessage.Entry(
      request: request, json: json,
      isYours: isForPerson ? try isYours(request.environment, connection, &onlooker) : false,
      isApproved: isForPerson && request.isApproved(by: onlooker.uid))
  }

  private func isYours(
    _ name: String, _ connection: Connection, _ onlooker: inout Onlooker
  ) throws -> Bool {
    if let known = onlooker.reviews[name] { return known }
    do {
      let environment = try connection.call(
        .environmentGet(EnvironmentPlace(name: EnvironmentName(argument: name))),
        as: EnvironmentView.self)
      onlooker.reviews[name] = environment.roles.contains("reviewer")
    } catch is WireError {
      // Whoever may see a request, as its maker may, need not see its environment.
      onlooker.reviews[name] = false
    }
    return onlooker.reviews[name] ?? false
  }
}
