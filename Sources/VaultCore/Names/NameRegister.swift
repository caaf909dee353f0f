/// Who made a name.
public enum NameMaker: UInt8, Sendable {
  case admin = 1
  case writer = 2
}

/// What a name stands for.
public enum NameKind: UInt8, Sendable {
  case secret = 1
  case variable = 2

  /// The word for it.
  public var text: String {
    switch self {
    case .secret: "secret"
    case .variable: "variable"
    }
  }
}

/// The names of an environment's secrets and variables: who made each, and whether reviewers know it.
///
/// Invariants: one entry for each live secret and each variable, in the order of the names, and no other.
/// A name that is deleted leaves, and with it what was known of it: made again, it is new again. A name is
/// approved once a request that hands it to a job was approved by reviewers; where nobody reviews,
/// nothing is.
public struct NameRegister: Hashable, Sendable {
  /// What is known of one name.
  public struct Entry: Hashable, Sendable {
    /// The name.
    public let name: SecretName
    /// What it stands for.
    public let kind: NameKind
    /// Who made it.
    public let maker: NameMaker
    /// The first version that a secret has had since: a request pinned to an older one held a secret that
    /// was deleted. Of a variable 1.
    public let first: Int64
    /// Whether an approved request has held it.
    public var isApproved: Bool

    /// Makes an entry.
    public init(
      name: SecretName, kind: NameKind, maker: NameMaker, first: Int64 = 1,
      isApproved: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.maker = maker
      self.first = first
      self.isApproved = isApproved
    }
  }

  /// All of them.
  public private(set) var entries: [Entry]

  /// An empty register.
  public init() { entries = [] }

  init(_ entries: [Entry]) { self.entries = entries }

  /// What is known of a name; nil where it would be new.
  public subscript(name: SecretName) -> Entry? {
    let index = place(of: name)
    return entries.indices.contains(index) && entries[index].name == name ? entries[index] : nil
  }

  /// Takes a new name in.
  /// - Parameter first: the number of the first version that a secret of it will have.
  public mutating func add(
    _ name: SecretName, _ kind: NameKind, by maker: NameMaker, first: Int64 = 1
  ) {
    remove(name)
    entries.insert(Entry(name: name, kind: kind, maker: maker, first: first), at: place(of: name))
  }

  /// Forgets a name.
  public mutating func remove(_ name: SecretName) { entries.removeAll { $0.name == name } }

  /// Reviewers have approved a request of these secrets; its job gets every variable beside them.
  public mutating func approve(_ secrets: [PinnedSecret]) {
    let held = Dictionary(secrets.map { ($0.name, $0.version) }) { max($0, $1) }
    for (index, entry) in entries.enumerated()
    where entry.kind == .variable || held[entry.name].map({ $0 >= entry.first }) ?? false {
      entries[index].isApproved = true
    }
  }

  /// What a job of these secrets would get that no approved request has held.
  public func unapproved(_ secrets: [SecretName]) -> UnapprovedNames {
    let new = entries.filter { !$0.isApproved }
    if new.isEmpty { return UnapprovedNames() }
    let held = Set(secrets)
    return UnapprovedNames(
      secrets: new.filter { $0.kind == .secret && held.contains($0.name) }.map(\.name),
      variables: new.filter { $0.kind == .variable }.map(\.name))
  }

  /// The names that writers made.
  public var madeByWriters: [SecretName] { entries.filter { $0.maker == .writer }.map(\.name) }

  /// The first place whose name is not before this one.
  private func place(of name: SecretName) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Names that a request hands to its job and that no approved request has held.
public struct UnapprovedNames: Hashable, Sendable {
  /// Those of secrets, in their order.
  public var secrets: [SecretName]
  /// Those of the environment's variables, in their order.
  public var variables: [SecretName]

  /// Names; none by default.
  public init(secrets: [SecretName] = [], variables: [SecretName] = []) {
    self.secrets = secrets
    self.variables = variables
  }
}

extension Environment {
  /// Whether somebody may make these names here, as the gate is now.
  /// - Parameters:
  ///   - names: names without a live secret or variable.
  ///   - maker: what the caller is.
  /// - Throws: ``Refusal/namesNew(environment:names:)`` with all of them, or
  ///   ``Refusal/nameReserved(environment:name:_:)`` for the first that is reserved and not allowed.
  public func mayMake(_ names: [SecretName], _ maker: NameMaker) throws(Refusal) {
    if !names.isEmpty, maker == .writer, !gate.isUnprotected {
      throw .namesNew(environment: name.text, names: names.map(\.text))
    }
    for new in names {
      guard let reservation = ReservedNames.reservation(of: new.text) else { continue }
      if reservation.grade == .allowable, gate.allowedNames.contains(new) { continue }
      throw .nameReserved(environment: name.text, name: new.text, reservation)
    }
  }
}
