import StrictJSON
import VaultCalls
import VaultCore

extension AuditList: DescribedCall {
  static let shape = Shape<AuditList>(
    Member(optional: "after", \.after, .ordinal(from: 0)),
    Member(optional: "through", \.through, .ordinal(from: 0)),
    Member(group: \.filter, AuditFilter.shape),
    Member("canonical", \.isCanonical, .bool, unless: false),
    Member("limit", \.limit, .limit, default: ProtocolLimits.usualItems),
    as: AuditList.init)
}

extension AuditFilter {
  /// Its members, among those of a call.
  static let shape = Shape<AuditFilter>(
    Member(optional: "environment", \.environment, .environmentName),
    Member(optional: "secret", \.secret, .secretName),
    Member(optional: "who", \.who, .subjectName),
    Member(optional: "event", \.event, .auditEvent),
    Member(optional: "since", \.since, .time),
    Member(optional: "until", \.until, .time),
    as: AuditFilter.init(environment:secret:who:event:since:until:))
}

extension BackupRead: DescribedCall {
  static let shape = Shape<BackupRead>(
    Member("after", \.after, .ordinal(from: 0)), as: BackupRead.init)
}

extension EventsSubscribe: DescribedCall {
  static let shape = Shape<EventsSubscribe>(
    Member(optional: "after", \.after, .ordinal(from: 0)), as: EventsSubscribe.init)
}

extension Kind where Value == AuditEvent {
  /// What happened, as a record says it.
  fileprivate static var auditEvent: Self {
    .word("event is a word that records have, such as secret.released", AuditEvent.init(rawValue:))
    { $0.rawValue }
  }
}
