import NIOCore
import VaultCore
import VaultEngine
import VaultProtocol

/// What one connection is told about requests, beside the answers to its calls.
///
/// An event is an audit record, so the numbers of the records say how far somebody has come, and whoever
/// returns with the last one misses nothing: events are read from the record, never from memory, and
/// through the engine's eyes, which say at that moment who may see what (`Permission.follow`).
///
/// Invariants: one stretch of the record is under way at a time; the next one begins only when the peer
/// has taken the last. Everything here happens on the hub's event loop.
final class Subscription {
  /// The events that one stretch holds at most.
  static let stretch = 50

  private unowned let session: Session
  /// The last record that was looked at.
  private var through: Int64
  private var isBusy = false
  private var hasNews = true
  private var waiting: [AuditReader.Entry] = []

  /// Tells of what comes after a record.
  init(_ session: Session, after: Int64) {
    self.session = session
    through = after
  }

  /// A request has moved on.
  func news() {
    hasNews = true
    goOn()
  }

  /// Begins the next stretch, if there is one and the peer takes it.
  func goOn() {
    guard hasNews, !isBusy, session.channel?.isWritable == true else { return }
    isBusy = true
    hasNews = false
    session.hub.readMoves(after: through, limit: Self.stretch, for: session)
  }

  /// What the record holds; nil where it could not be read, which the next second tries again.
  func read(_ stretch: AuditReader.Stretch?) {
    guard let stretch else {
      isBusy = false
      hasNews = true
      return
    }
    through = stretch.through
    if stretch.isCut { hasNews = true }
    waiting = stretch.records
    if waiting.isEmpty { finish() } else { ask { $0 } }
  }

  /// Asks as whom the session is known to be; where that is being found out, later.
  private func ask(_ asking: (Caller) -> Caller) {
    guard let caller = session.knownCaller() else { return again() }
    ask(asking(caller))
  }

  private func ask(_ caller: Caller) {
    let ids = Set(waiting.compactMap(\.record.request)).sorted()
    // The vault's own order of things: a full queue is no reason to lose an event.
    session.hub.submitForEvents(Command(caller: caller, action: .follow(ids)), session)
  }

  /// What the engine says of the requests that the stretch is about.
  func answer(_ reply: CommandReply) {
    switch reply {
    case .followed(let requests):
      let visible = Dictionary(requests.map { ($0.id, $0) }) { first, _ in first }
      for entry in waiting {
        let record = entry.record
        guard let request = record.request.flatMap({ visible[$0] }),
          request.isWhole || record.changesState
        else { continue }
        session.push(
          EventView(
            sequence: record.sequence, time: record.time, event: record.word,
            request: request.id, environment: request.environment.text,
            state: request.state.text))
      }
      finish()
    case .refused(.accountNeeded(let uids)):
      session.hub.accounts.lookup(uids) { [hub = session.hub, id = session.id] answers in
        hub.eventLoop.execute { hub.sessions[id]?.subscription?.lookedUp(answers) }
      }
    default: again()
    }
  }

  private func lookedUp(_ answers: [UInt32: AccountAnswer]) {
    guard let own = answers[session.caller.uid], own != .unavailable else { return again() }
    ask { $0.with(account: own) }
  }

  /// The stretch is read once more, at the next news or second.
  private func again() {
    if let first = waiting.first { through = first.record.sequence - 1 }
    waiting = []
    isBusy = false
    hasNews = true
  }

  private func finish() {
    waiting = []
    isBusy = false
    goOn()
  }
}

extension Session {
  /// Begins to tell events; the answer to the call that asked for them.
  func subscribe(after: Int64?, newest: Int64, id: MessageID?) -> ByteBuffer {
    guard let id else { return hub.encode(error: .internalFault, id: nil) }
    if let after, after > newest {
      return hub.encode(error: .beyondRecord(newest: newest), id: id)
    }
    // One a connection: a stretch of the first that is under way would be taken for one of the second.
    guard subscription == nil, hub.admitsSubscriber(lane) else {
      return hub.encode(error: .subscriptionLimit, id: id)
    }
    let start = after ?? newest
    let subscription = Subscription(self, after: start)
    self.subscription = subscription
    hub.subscribers.insert(self.id)
    // Behind the answer, which names where the events begin.
    hub.eventLoop.execute { [hub, id = self.id] in hub.sessions[id]?.subscription?.goOn() }
    return hub.encode(SubscribedView(after: start), id: id)
  }

  func push(_ event: EventView) { write(hub.encode(event)) }
}
