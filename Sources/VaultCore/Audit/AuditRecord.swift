/// One record of the audit chain.
public struct AuditRecord: Hashable, Sendable {
  /// Its number in the chain, from 1.
  public var sequence: Int64
  /// When by the wall clock that the host showed, believed or not, in milliseconds since the epoch.
  public let time: Int64
  /// The same in milliseconds since boot, suspended time included.
  public let boot: Int64
  /// What, in the record's own word.
  public let word: String
  /// The same; nil where the word is one of a newer version: the record is whole all the same.
  public let event: AuditEvent?
  /// Who; nil where it was the vault itself.
  public let subject: Subject?
  /// The account's name, where the database had one.
  public let account: String?
  /// The environment's name, where there is one.
  public let environment: String?
  /// The request, where there is one.
  public let request: Int64?
  /// The secrets and their versions.
  public let secrets: [PinnedSecret]
  /// What else belongs to it, in a fixed order.
  public let details: [Detail]

  /// A named fact of a record.
  public struct Detail: Hashable, Sendable {
    /// The name, from our own vocabulary.
    public let name: String
    /// The text.
    public let value: String

    /// Makes a fact.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Makes a record; the commit numbers it.
  public init(
    sequence: Int64 = 0, time: Int64, boot: Int64, event: AuditEvent, subject: Subject? = nil,
    account: String? = nil, environment: String? = nil, request: Int64? = nil,
    secrets: [PinnedSecret] = [], details: [Detail] = []
  ) {
    self.init(
      sequence: sequence, time: time, boot: boot, word: event.rawValue, event: event,
      subject: subject, account: account, environment: environment, request: request,
      secrets: secrets, details: details)
  }

  private init(
    sequence: Int64, time: Int64, boot: Int64, word: String, event: AuditEvent?, subject: Subject?,
    account: String?, environment: String?, request: Int64?, secrets: [PinnedSecret],
    details: [Detail]
  ) {
    self.sequence = sequence
    self.time = time
    self.boot = boot
    self.word = word
    self.event = event
    self.subject = subject
    self.account = account
    self.environment = environment
    self.request = request
    self.secrets = secrets
    self.details = details
  }
}

extension AuditRecord {
  /// Whether the request that it is about is in another state since: an approval that others must follow is
  /// none, nor is what becomes of a grant's connection.
  public var changesState: Bool {
    switch event {
    case .requestApproved:
      details.contains { $0.name == "state" && $0.value != RequestState.waiting.text }
    case .grantResumed, .grantUnattended: false
    default: event?.movesRequest ?? false
    }
  }

  /// Makes a record of a moment.
  public init(
    at now: Moment, event: AuditEvent, subject: Subject? = nil, account: String? = nil,
    environment: String? = nil, request: Int64? = nil, secrets: [PinnedSecret] = [],
    details: [Detail] = []
  ) {
    self.init(
      time: now.wall, boot: now.boot, event: event, subject: subject, account: account,
      environment: environment, request: request, secrets: secrets, details: details)
  }

  /// Who, by uid; nil where it was the vault itself, or no account.
  public var uid: UInt32? { subject?.uid }
}

extension AuditRecord: Canonical {
  /// What the canonical bytes begin with.
  static let format: UInt8 = 1

  /// Appends the fields in the order of the format. A job socket has the number -1 in the place of a uid, a
  /// unit -2, and both their names in that of an account.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.byte(Self.format)
    encoder.integer(sequence)
    encoder.integer(time)
    encoder.integer(boot)
    encoder.text(word)
    encoder.optional(subject) { $0.integer($1.code) }
    encoder.optional(subject?.name(account: account) ?? account) { $0.text($1) }
    encoder.optional(environment) { $0.text($1) }
    encoder.optional(request) { $0.integer($1) }
    encoder.list(secrets) { encoder, secret in
      encoder.text(secret.name.text)
      encoder.integer(secret.version)
    }
    encoder.list(details) { encoder, detail in
      encoder.text(detail.name)
      encoder.text(detail.value)
    }
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    guard try decoder.byte() == Self.format else { throw DecodingFault() }
    let sequence = try decoder.integer()
    let time = try decoder.integer()
    let boot = try decoder.integer()
    let word = try decoder.text()
    let code = try decoder.optional { decoder throws(DecodingFault) in try decoder.integer() }
    let name = try decoder.optional { decoder throws(DecodingFault) in try decoder.text() }
    var subject: Subject?
    if let code { subject = try Subject(code: code, name: name) }
    self.init(
      sequence: sequence, time: time, boot: boot, word: word, event: AuditEvent(rawValue: word),
      subject: subject,
      account: subject != nil && subject?.uid == nil ? nil : name,
      environment: try decoder.optional { decoder throws(DecodingFault) in try decoder.text() },
      request: try decoder.optional { decoder throws(DecodingFault) in try decoder.integer() },
      secrets: try decoder.list { decoder throws(DecodingFault) in
        PinnedSecret(name: try decoder.secretName(), version: try decoder.integer())
      },
      details: try decoder.list { decoder throws(DecodingFault) in
        Detail(try decoder.text(), try decoder.text())
      })
  }
}
