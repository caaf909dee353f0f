/// What `events.subscribe` answers: behind which record the events begin.
public struct SubscribedView: DescribedView, Hashable {
  /// The last record that no event will come of.
  public let after: Int64

  /// Makes the view.
  public init(after: Int64) { self.after = after }

  /// Its members.
  public static let shape = Shape<SubscribedView>(
    Member("after", \.after, .integer), as: SubscribedView.init(after:))
}

/// How a request has moved on: the params of a notification.
public struct EventView: DescribedView, Hashable {
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

  /// Its members.
  public static let shape = Shape<EventView>(
    Member("sequence", \.sequence, .integer),
    Member("time", \.time, .time),
    Member("event", \.event, .text),
    Member("request", \.request, .integer),
    Member("environment", \.environment, .text),
    Member("state", \.state, .text),
    as: EventView.init(sequence:time:event:request:environment:state:))
}
