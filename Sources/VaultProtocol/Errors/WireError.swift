public import StrictJSON

/// An error as it travels: `{"code":…,"message":…,"data":{"reason":…}}`.
///
/// Invariant (`no-echo`): the message and the data hold names that the caller gave, numbers, and words
/// of our own; never a value, and never content of a line that could not be read.
public struct WireError: Error, Hashable, Sendable {
  /// What a program may want to know beside the reason.
  public enum Details: Hashable, Sendable {
    /// Nothing.
    case none
    /// Which fault of the line, and at which byte of it.
    case fault(String, offset: Int)
    /// What the gate still waits for.
    case unmet([UnmetView])
    /// The state that the request is in.
    case state(String)
    /// The version that is current.
    case current(Int64)
    /// In which ways an edit weakens a gate.
    case weakens([String])
    /// How far a request is from its turn.
    case turn(TurnView)
    /// When the same call may come again.
    case retryAfter(milliseconds: Int64)
    /// The names that would be new.
    case names([String])
  }

  /// The number; see ``Reason/code``.
  public let code: Int64
  /// The stable word. A string, since a daemon newer than its client may have more of them.
  public let reason: String
  /// One sentence for a person: lower case, no full stop, what to do next.
  public let message: String
  /// What else a program may want to know.
  public let details: Details

  /// Makes an error.
  public init(_ reason: Reason, _ message: String, _ details: Details = .none) {
    code = reason.code
    self.reason = reason.rawValue
    self.message = message
    self.details = details
  }

  /// The reason, where this version knows it.
  public var known: Reason? { Reason(rawValue: reason) }

  /// Milliseconds until the same call may come again; nil where that is not the reason.
  public var retryAfter: Int64? {
    if case .retryAfter(let milliseconds) = details { milliseconds } else { nil }
  }

  /// How far the request is from its turn; nil where that is not the reason.
  public var turn: TurnView? { if case .turn(let turn) = details { turn } else { nil } }

  /// What the gate still waits for; empty where that is not the reason.
  public var unmet: [UnmetView] { if case .unmet(let unmet) = details { unmet } else { [] } }
}

extension WireError: WireView {
  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("code", code)
    writer.member("message", message)
    writer.key("data")
    writer.beginObject()
    writer.member("reason", reason)
    switch details {
    case .none: break
    case .fault(let fault, let offset):
      writer.member("offset", Int64(offset))
      writer.member("fault", fault)
    case .unmet(let unmet): writer.member("unmet", unmet)
    case .state(let state): writer.member("state", state)
    case .current(let version): writer.member("current", version)
    case .weakens(let ways): writer.member("weakens", ways)
    case .turn(let turn): TurnView.shape.write(turn, &writer)
    case .retryAfter(let milliseconds): writer.member("retry_after_ms", milliseconds)
    case .names(let names): writer.member("names", names)
    }
    writer.endObject()
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var error = try value.object()
    code = try error.required("code").integer()
    message = try error.required("message").string()
    guard let value = error.optional("data") else {
      reason = Reason.internalFault.rawValue
      details = .none
      return
    }
    var data = try value.object()
    reason = try data.required("reason").string()
    if let unmet = data.optional("unmet") {
      details = .unmet(try unmet.array().map { try UnmetView($0) })
    } else if data.optional("before") != nil {
      details = .turn(try TurnView(value))
    } else if let state = data.optional("state") {
      details = .state(try state.string())
    } else if let current = data.optional("current") {
      details = .current(try current.integer())
    } else if let weakens = data.optional("weakens") {
      details = .weakens(try weakens.strings())
    } else if let milliseconds = data.optional("retry_after_ms") {
      details = .retryAfter(milliseconds: try milliseconds.integer())
    } else if let names = data.optional("names") {
      details = .names(try names.strings())
    } else if let fault = data.optional("fault") {
      details = .fault(try fault.string(), offset: Int(try data.required("offset").integer()))
    } else {
      details = .none
    }
  }
}
