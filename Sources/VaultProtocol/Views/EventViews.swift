public import StrictJSON

/// What `events.subscribe` answers: behind which record the events begin.
public struct SubscribedView: WireView, Hashable {
  /// The last record that no event will come of.
  public let after: Int64

  /// Makes the view.
  public init(after: Int64) { self.after = after }

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("after", after)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    after = try object.required("after").integer()
  }
}

/// How a request has moved on: the params of a notification.
public struct EventView: WireView, Hashable {
  /// The number of the audit record that says so; what `after` takes to continue behind it.
  public let sequence: Int64
  /// When, in milliseconds since the epoch.
  public let time: Int64
  /// What happened, as the audit record calls it: `request.created`, `grant.closed` …
  public let event: String
  /// The request.
  public let request: Int64
  /// Its environment's name.
  public let environment: String
  /// Where the request stands now, which may be further on.
  public let state: String

  /// Makes the view.
  public init(
    sequence: Int64, time: Int64, event: String, request: Int64, environment: String, state: String
  ) {
    self.sequence = sequence
    self.time = time
    self.event = event
    self.request = request
    self.environment = environment
    self.state = state
  }

  /// The notification's method.
  public static let method = "event"

  /// Writes the value as the wire has it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("sequence", sequence)
    writer.member("time", time: time)
    writer.member("event", event)
    writer.member("request", request)
    writer.member("environment", environment)
    writer.member("state", state)
    writer.endObject()
  }

  /// Reads the value as the wire has it.
  public init(_ value: JSONValue) throws {
    var object = try value.object()
    sequence = try object.required("sequence").integer()
    time = try object.required("time").time()
    event = try object.required("event").string()
    request = try object.required("request").integer()
    environment = try object.required("environment").string()
    state = try object.required("state").string()
  }
}
