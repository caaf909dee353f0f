import StrictJSON
public import VaultCore

/// `environment.create`: a new environment with its gate, principals still as they were typed.
public struct EnvironmentCreate: CallParameters {
  /// What protects the environment, before the account database was asked.
  public typealias Protection = NamedProtection

  /// A rule, before the account database was asked.
  public typealias Rule = NamedRule

  /// The new environment's name.
  public let name: EnvironmentName
  /// Who may ask; nil for everybody, which was said in so many words.
  public let requesters: [PrincipalName]?
  /// What protects it.
  public let protection: Protection
  /// Who sets its secrets beside the admins.
  public let writers: [PrincipalName]
  /// Whether the requester's own approval does not count.
  public let preventSelfReview: Bool
  /// Whether at most one grant is active at a time.
  public let exclusive: Bool
  /// Whether a request is refused once a newer one was activated.
  public let inOrder: Bool
  /// How often each secret may be read under one grant; nil where nobody counts.
  public let maxReads: Int?
  /// How long requests, approvals and grants live, in milliseconds.
  public let clocks: Clocks
  /// Reserved names that may be made in it.
  public let allowedNames: [SecretName]

  /// Makes the parameters.
  /// - Parameter requesters: who may ask; nil for everybody.
  public init(
    name: EnvironmentName, requesters: [PrincipalName]?, protection: Protection,
    writers: [PrincipalName] = [], preventSelfReview: Bool = true, exclusive: Bool = false,
    inOrder: Bool = false, maxReads: Int? = nil, clocks: Clocks = Clocks(),
    allowedNames: [SecretName] = []
  ) {
    self.name = name
    self.requesters = requesters
    self.protection = protection
    self.writers = writers
    self.preventSelfReview = preventSelfReview
    self.exclusive = exclusive
    self.inOrder = inOrder
    self.maxReads = maxReads
    self.clocks = clocks
    self.allowedNames = allowedNames
  }
}

extension EnvironmentCreate {
  /// Every principal that is named, in order: what the account database is to be asked about.
  public var principalNames: [PrincipalName] {
    (requesters ?? []) + writers + protection.principalNames
  }

  /// The gate, once the account database has answered.
  /// - Parameter principals: what each of ``principalNames`` is, in the same order.
  /// - Throws: ``Refusal/principalUnknown(_:)`` for the first name without an answer.
  public func gate(_ principals: [Principal]) throws(Refusal) -> Gate {
    var known = try KnownPrincipals(principals, of: principalNames)
    let requesters = self.requesters.map { Requesters.principals(known.take($0.count)) } ?? .any
    let writers = known.take(self.writers.count)
    return Gate(
      protection: protection.resolved(&known), requesters: requesters, writers: writers,
      allowSelfReview: !preventSelfReview, exclusive: exclusive, inOrder: inOrder,
      maxReads: maxReads, clocks: clocks, allowedNames: allowedNames)
  }
}

extension EnvironmentCreate {
  init(from reader: inout ParameterReader) throws {
    let name = try reader.text("name")
    let requesters = try reader.texts("requesters")
    let writers = try reader.optionalTexts("writers") ?? []
    guard let protection = try reader.protection() else {
      throw reader.missing("rules or unprotected")
    }
    preventSelfReview = try reader.bool("prevent_self_review", default: true)
    exclusive = try reader.bool("exclusive", default: false)
    inOrder = try reader.bool("in_order", default: false)
    maxReads = try reader.optionalCount("max_reads")
    var clocks = Clocks()
    clocks.request = try reader.clock("request_ttl") ?? clocks.request
    clocks.approval = try reader.clock("approval_ttl") ?? clocks.approval
    clocks.grant = try reader.clock("grant_ttl") ?? clocks.grant
    self.clocks = clocks
    let allowedNames = try reader.optionalTexts("allowed_names") ?? []
    try reader.finish()

    self.name = try EnvironmentName(wire: name)
    try PrincipalName.checkSize(of: requesters + writers + protection.texts)
    self.requesters =
      requesters == ["any"]
      ? nil : try PrincipalName.read(requesters, most: Gate.mostRequesters, "requesters")
    self.writers = try PrincipalName.read(writers, most: Gate.mostWriters, "writers")
    self.protection = try protection.named()
    self.allowedNames = try allowedNames.map { try SecretName(wire: $0) }
  }

  func write(to writer: inout JSONWriter) {
    writer.member("name", name.text)
    writer.member("requesters", requesters.map { $0.map(\.text) } ?? ["any"])
    protection.write(to: &writer)
    if !writers.isEmpty { writer.member("writers", writers.map(\.text)) }
    writer.member("prevent_self_review", preventSelfReview)
    if exclusive { writer.member("exclusive", true) }
    if inOrder { writer.member("in_order", true) }
    writer.optional("max_reads", maxReads.map { Int64($0) })
    writer.member("request_ttl", clocks.request / 1_000)
    writer.member("approval_ttl", clocks.approval / 1_000)
    writer.member("grant_ttl", clocks.grant / 1_000)
    if !allowedNames.isEmpty { writer.member("allowed_names", allowedNames.map(\.text)) }
  }
}
