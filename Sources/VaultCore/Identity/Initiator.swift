/// On whose behalf something is done, as the record names them.
public protocol Initiator: Sendable {
  /// The account or the job socket.
  var subject: Subject { get }
  /// The account's name, where the account database has one.
  var name: String? { get }
}

extension Caller: Initiator {}

/// A subject and the name that its account had: what a sealed row keeps of whoever had something done.
public struct NamedSubject: Initiator, Hashable {
  /// The account or the job socket.
  public let subject: Subject
  /// The account's name at that time, where the account database had one.
  public let name: String?

  /// Keeps a subject and its name.
  public init(subject: Subject, name: String?) {
    self.subject = subject
    self.name = name
  }

  /// What a row keeps of an initiator.
  public init(_ initiator: any Initiator) {
    self.init(subject: initiator.subject, name: initiator.name)
  }
}

extension NamedSubject: Canonical {
  /// Appends the fields in the order of the format.
  public func encode(into encoder: inout CanonicalEncoder) {
    encoder.subject(subject, account: name)
  }

  /// Reads what ``encode(into:)`` wrote.
  public init(from decoder: inout CanonicalDecoder) throws(DecodingFault) {
    let (subject, account) = try decoder.subject()
    self.init(subject: subject, name: account)
  }
}
