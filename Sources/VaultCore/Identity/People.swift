/// Who is one person: rules count people, and one person may have several accounts.
///
/// A person is `person:NAME` where the configuration ties accounts together, else the account itself. Of a
/// job socket nobody knows the person; it is `socket:NAME`, which no reviewer is.
public struct Person: Hashable, Sendable {
  /// A stable text, stored with reviews and requests.
  public let text: String

  /// Takes a text that ``People`` made before.
  public init(text: String) { self.text = text }
}

/// The configuration's table of people.
public struct People: Hashable, Sendable {
  private let named: [UInt32: String]

  /// Makes the table from the uids of each named person's accounts.
  public init(_ accounts: [UInt32: String] = [:]) { named = accounts }

  /// The named people, each with the uids of their accounts, in the order of their names.
  public var entries: [(name: String, uids: [UInt32])] {
    Dictionary(grouping: named.keys) { named[$0] ?? "" }
      .map { (name: $0.key, uids: $0.value.sorted()) }.sorted { $0.name < $1.name }
  }

  /// The person behind an account.
  public func person(uid: UInt32) -> Person {
    if let name = named[uid] { return Person(text: "person:\(name)") }
    return Person(text: "uid:\(uid)")
  }

  /// The person behind a subject, as far as that can be known.
  public func person(_ subject: Subject) -> Person {
    switch subject {
    case .account(let uid): person(uid: uid)
    case .socket, .unit: Person(text: subject.text)
    }
  }
}
