import Glibc
import StrictJSON
public import VaultProtocol

public import VaultCore
public import SecretMemory

/// One connection to a vault: calls go out and answers come back, one after the other, blocking.
///
/// Not for several threads at once. What a connection holds, a grant above all, ends with it. Lines
/// that may hold a value live in memory of ours that is wiped after use; values come as `SecretBuffer`.
public final class Connection {
  private var channel: LineChannel
  private var reader = JSONReader()
  private var writer = JSONWriter()
  private var calls: Int64 = 0
  /// The last call whose answer was waited for; all before it are answered or dropped.
  private(set) var lastAwaited: Int64 = 0
  private var passedOver: Int64 = 0
  private var isGivenUp = false
  /// Events that came beside answers, for `nextEvent`.
  var events: [EventView] = []
  private let mayAsk: Bool
  private let tunnel: SSHTunnel?
  /// Up to when any answer is waited for whose call says nothing else, where that is sooner than
  /// ``patience``.
  public var deadline: WaitDeadline?

  /// Seconds that a call waits for its answer where the caller says nothing else.
  public static let patience: Int64 = 60
  /// Seconds that the first answer is waited for where ssh may ask a person something.
  static let signInPatience: Int64 = 180
  /// The longest pause, in milliseconds, after which a call that came too fast is made again.
  public static let longestRatePause: Int64 = 10_000
  /// The longest reply that is read, in bytes: several times the daemon's default, which an admin may raise.
  public static let longestReply = 4 << 20

  /// Connects to a daemon's socket.
  /// - Parameter path: the socket, at most 107 bytes (unix(7)).
  /// - Throws: ``ClientFault`` that says which: no daemon, no permission, a stale socket, somebody else's.
  public convenience init(path: String) throws(ClientFault) {
    try self.init(path: path, deadline: nil)
  }

  /// Connects to a vault. Over ssh this returns at once, so that several hosts are connected to side by
  /// side; whether one is reached, the first call tells.
  /// - Parameters:
  ///   - destination: where it is.
  ///   - outlivesUs: whether ssh goes on where this process ends, as is meant for a ``lifeline()``; else
  ///     it ends with the thread that connects.
  /// - Throws: ``ClientFault`` that says which: no daemon, no permission, a stale socket.
  public convenience init(
    _ destination: Destination, outlivesUs: Bool = false
  ) throws(ClientFault) {
    try self.init(destination, outlivesUs: outlivesUs, deadline: nil)
  }

  /// - Parameter deadline: up to when a listener that is busy is waited for.
  convenience init(path: String, deadline: WaitDeadline?) throws(ClientFault) {
    try self.init(.socket(path: path), outlivesUs: false, deadline: deadline)
  }

  init(
    _ destination: Destination, outlivesUs: Bool, deadline: WaitDeadline?
  ) throws(ClientFault) {
    channel = try LineChannel(
      destination, lineLimit: Self.longestReply, outlivesUs: outlivesUs, deadline: deadline)
    mayAsk = destination.mayAsk
    tunnel = channel.tunnel
    // Whoever could take a value could also make one up, or what a reviewer reads. A ticket may go where
    // a value may not, so what a ticket needs is what is asked of every listener.
    try channel.requireTrustedServer(.ticket)
  }

  deinit {
    guard let tunnel, !isGivenUp else { return }
    // ssh ends when it can read nothing more from us; then it is waited for.
    shutdown(channel.descriptor, Int32(SHUT_RDWR))
    tunnel.end()
  }

  /// Up to when the next answer is waited for where the caller says nothing: ssh may still be asking
  /// somebody for a passphrase.
  var usualDeadline: WaitDeadline {
    let isSigningIn = mayAsk && tunnel?.hasAnswered == false
    let usual = WaitDeadline(secondsFromNow: isSigningIn ? Self.signInPatience : Self.patience)
    return deadline.map { $0.sooner(of: usual) } ?? usual
  }

  /// Whether the daemon still holds its end, as the kernel knows it now. Nothing is sent or waited for.
  public var isAlive: Bool { channel.isAlive }

  /// Whether something came, or the other end is closed, so that reading waits for nothing.
  var hasSomethingToRead: Bool {
    var entry = pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)
    // Safety: the kernel reads and fills the one local struct during the call.
    return unsafe poll(&entry, 1, 0) > 0
  }

  /// Checks that whoever listens may be sent a value, as it is checked before one is sent.
  /// - Throws: ``ClientFault/untrustedServer(path:uid:)`` where that is not so.
  public func requireTrustedServer() throws(ClientFault) {
    try channel.requireTrustedServer(.value)
  }

  /// What is minded while a call waits; nil for nothing.
  ///
  /// A call that its tick ends leaves the connection without further use.
  public var vigil: Vigil? {
    get { channel.vigil }
    set { channel.vigil = newValue }
  }

  /// Gives the connection up: from here on it is there to end, and nothing is said on it any more.
  ///
  /// It ends when nobody holds the lifeline, whatever becomes of this object.
  /// - Throws: ``ClientFault`` where there is no descriptor to be had.
  public func lifeline() throws(ClientFault) -> Lifeline {
    let lifeline = try Lifeline(duplicating: channel.descriptor)
    isGivenUp = true
    tunnel?.release()
    return lifeline
  }

  /// Calls a method and returns its result.
  /// - Parameter deadline: up to when the answer is waited for; nil waits ``patience``, and no
  ///   longer than the connection's ``deadline``.
  /// - Throws: `WireError` where the vault refuses, ``ClientFault`` where no answer came.
  public func call<View: WireView>(
    _ call: Call, as: View.Type = View.self, deadline: WaitDeadline? = nil
  ) throws -> View {
    // Safety: the line is not touched.
    try unsafe exchange(call, deadline ?? usualDeadline) { value, _ in
      try View(value)
    }
  }

  /// Calls a method and returns its result together with the JSON text in which it came.
  ///
  /// Not for methods that release values: the text is ordinary memory.
  /// - Throws: as ``call(_:as:deadline:)``.
  public func answer<View: WireView>(
    _ call: Call, as: View.Type = View.self, deadline: WaitDeadline? = nil
  ) throws -> Answer<View> {
    // Safety: the line is lent for the closure, and the range lies within it.
    try unsafe exchange(call, deadline ?? usualDeadline) {
      value, line in
      let text = unsafe Array(line[value.rawRange])
      return Answer(view: try View(value), json: text)
    }
  }

  /// Waits until a request is decided, or until its revision is another than `revision`.
  /// - Parameters:
  ///   - ticket: the request's, where another connection made it: without it the wait keeps nothing alive.
  ///   - deadline: up to when; nil waits as long as the daemon does.
  /// - Throws: ``ClientFault/timedOut`` at the deadline, else as ``call(_:as:deadline:)``.
  public func wait(
    for request: Int64, revision: Int64?, ticket: SecretBuffer? = nil, deadline: WaitDeadline?
  ) throws -> RequestView {
    let call = Call.requestWait(RequestWait(request: request, revision: revision, ticket: ticket))
    // Safety: the line is not touched.
    return try unsafe exchange(call, deadline) { value, _ in try RequestView(value) }
  }

  /// Activates a grant, and waits for its turn where its environment has one grant at a time.
  /// - Parameters:
  ///   - hold: what the grant lives by.
  ///   - deadline: up to when; nil waits as long as the daemon does.
  /// - Throws: ``ClientFault/timedOut`` at the deadline, else as ``call(_:as:deadline:)``.
  public func activateInTurn(
    _ request: Int64, ticket: SecretBuffer?, hold: Grant.Hold = .connection, deadline: WaitDeadline?
  ) throws -> RequestView {
    let activation = GrantActivate(request: request, ticket: ticket, hold: hold, waits: true)
    // Safety: the line is not touched.
    return try unsafe exchange(.grantActivate(activation), deadline) { value, _ in
      try RequestView(value)
    }
  }

  /// Calls, and calls again after a pause where the vault says that its caller is too fast: it has done
  /// nothing then, and a host whose jobs share one account should not fail them for that.
  private func exchange<Result>(
    _ call: Call, _ deadline: WaitDeadline?,
    _ body: (JSONValue, UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    while true {
      // Safety: the line is lent to the body for its call.
      do { return try unsafe exchangeOnce(call, deadline, body) } catch let error as WireError {
        guard let pause = error.retryAfter, pause <= Self.longestRatePause,
          deadline.map({ pause < Int64($0.remaining) }) ?? true
        else { throw newerProtocol(behind: error) ?? error }
        // A signal that cuts it short makes the next attempt come early, and nothing else.
        try Vigil.sleep(Int32(clamping: max(1, pause)), minding: vigil)
      } catch {
        throw newerProtocol(behind: error) ?? error
      }
    }
  }

  func exchangeOnce<Result>(
    _ call: Call, _ deadline: WaitDeadline?,
    _ body: (JSONValue, UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let id = try send([call], deadline)
    // Safety: the line is lent to the body for its call.
    return try unsafe receive(id, deadline, body)
  }

  /// Writes the lines of calls in one piece.
  /// - Returns: the first one's id; those of the others follow it.
  func send(_ calls: [Call], _ deadline: WaitDeadline?) throws -> Int64 {
    precondition(!isGivenUp, "a lifeline is not spoken on")
    let first = self.calls + 1
    defer { writer.reset() }
    for call in calls {
      if let cargo = call.cargo { try channel.requireTrustedServer(cargo) }
      self.calls += 1
      call.writeLine(id: .integer(self.calls), to: &writer)
    }
    // Safety: the writer owns the lines and lends them for the call.
    try unsafe writer.withUnsafeBytes { try unsafe channel.send($0, deadline: deadline) }
    return first
  }

  /// Takes the answer to a call; one to an earlier call is dropped.
  func receive<Result>(
    _ number: Int64, _ deadline: WaitDeadline?,
    _ body: (JSONValue, UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let id = MessageID.integer(number)
    lastAwaited = number
    // Safety: the line is lent to the body for its call.
    return try unsafe nextLine(deadline) { replied, reply, line in
      if let replied, replied != id {
        try passOver(replied)
        return nil
      }
      switch reply {
      case .result(let value):
        guard replied == id else { throw ClientFault.replyInvalid("a result has an id") }
        return try unsafe body(value, line)
      // What was subscribed to comes beside the answers; see `nextEvent`.
      case .event(let event):
        try keep(event)
        return nil
      case .error(let error): throw error
      }
    }
  }

  /// An answer to a call whose deadline passed; whoever made it waits no more.
  private func passOver(_ replied: MessageID) throws {
    passedOver += 1
    // Each call has one answer, and none has one before it was made.
    guard case .integer(let number) = replied, (1...calls).contains(number), passedOver <= calls
    else { throw ClientFault.replyInvalid("an answer names its call") }
  }

  /// The next line that is no answer; for `nextEvent`.
  func receiveEvent(deadline: WaitDeadline?) throws -> EventView {
    // Safety: the line is not touched.
    try unsafe nextLine(deadline) { _, reply, _ in
      if case .event(let event) = reply { event } else { nil }
    }
  }

  /// Reads lines until one of them is what somebody waits for.
  /// - Parameter pick: what a line comes to; nil passes it over.
  private func nextLine<Result>(
    _ deadline: WaitDeadline?,
    _ pick: (MessageID?, Reply, UnsafeRawBufferPointer) throws -> Result?
  ) throws -> Result {
    while true {
      let result = try unsafe channel.receive(deadline: deadline) { line -> Result? in
        do {
          return try unsafe Reply.decode(line, reader: &reader) { replied, reply in
            // Whoever speaks the protocol is a vault, though it be one of another version.
            tunnel?.hasAnswered = true
            return try unsafe pick(replied, reply, line)
          }
        } catch {
          throw fault(error)
        }
      }
      if let result { return result }
      // Lines that come without a pause never have the channel wait, which looks at both.
      try vigil?.tick()
      if let deadline, deadline.remaining == 0 { throw ClientFault.timedOut }
    }
  }

  private func fault(_ error: any Error) -> any Error {
    switch error {
    case is WireError, is ClientFault: return error
    case is SecretMemoryError: return ClientFault.memoryExhausted
    case let fault as JSONFault:
      if let tunnel, !tunnel.hasAnswered {
        return ClientFault.hostInvalid(host: tunnel.host.text)
      }
      return ClientFault.replyInvalid("\(fault.code.rawValue) at byte \(fault.offset)")
    default: return ClientFault.replyInvalid("a member has another form than expected")
    }
  }
}

/// A result as a view, and as the JSON text in which it came.
public struct Answer<View: WireView>: Sendable {
  /// What it says.
  public let view: View
  /// The text, members that this version does not know included.
  public let json: [UInt8]
}

extension Call {
  /// What the line holds that must not reach anybody but the vault; nil where that is nothing.
  fileprivate var cargo: ServerIdentity.Cargo? {
    if value != nil { return .value }
    return ticket.map { _ in .ticket }
  }
}
