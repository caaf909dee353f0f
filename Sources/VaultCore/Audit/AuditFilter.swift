/// Which audit records are looked for. What is nil narrows nothing.
public struct AuditFilter: Hashable, Sendable {
  /// Only of this environment.
  public var environment: EnvironmentName?
  /// Only about the secret, or the variable, of this name.
  public var secret: SecretName?
  /// Only of this account, job socket or unit.
  public var who: SubjectName?
  /// Only of what this word says.
  public var event: AuditEvent?
  /// Only from this time on, in milliseconds since the epoch, by the wall clock of the host.
  public var since: Int64?
  /// Only up to this time.
  public var until: Int64?

  /// Makes a filter.
  public init(
    environment: EnvironmentName? = nil, secret: SecretName? = nil, who: SubjectName? = nil,
    event: AuditEvent? = nil, since: Int64? = nil, until: Int64? = nil
  ) {
    self.environment = environment
    self.secret = secret
    self.who = who
    self.event = event
    self.since = since
    self.until = until
  }

  /// Whether it looks for every record.
  public var isEmpty: Bool { self == AuditFilter() }

  /// Whether a record is one of those that are looked for.
  public func matches(_ record: AuditRecord) -> Bool {
    if let event, record.event != event { return false }
    if let environment, record.environment != environment.text { return false }
    if let since, record.time < since { return false }
    if let until, record.time > until { return false }
    if let who, !record.isBy(who) { return false }
    if let secret, !record.isAbout(secret) { return false }
    return true
  }
}

extension AuditRecord {
  /// Whether somebody who is named so did it. A name is that of the account at that time.
  fileprivate func isBy(_ somebody: SubjectName) -> Bool {
    switch somebody {
    case .user(let name): account == name
    case .uid(let number): subject == .account(number)
    case .socket(let name): subject == .socket(name)
    case .unit(let name): subject == .unit(name)
    }
  }

  /// Whether it names a secret or a variable.
  fileprivate func isAbout(_ name: SecretName) -> Bool {
    secrets.contains { $0.name == name }
      || details.contains { ["secret", "variable"].contains($0.name) && $0.value == name.text }
  }
}
