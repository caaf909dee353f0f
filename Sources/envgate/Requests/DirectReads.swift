import VaultClient
import VaultCore
import VaultProtocol

/// Who has read secrets without a request, as far as the caller may know: the vault counts reads by account and
/// version, those under a request too.
struct DirectReads {
  /// One account's reads of one version.
  struct Row {
    let environment: String
    let secret: String
    let reader: ReaderView

    var account: AccountView { AccountView(uid: reader.uid, account: reader.account) }
  }

  private(set) var rows: [Row] = []
  private var notes: [String] = []
  /// How many secrets may still be asked about: each is a call.
  private var left = 500

  /// - Parameters:
  ///   - environment: only of this one.
  ///   - secret: only of this one, in an environment with a gate too.
  init(
    _ connection: Connection, environment: EnvironmentName?, secret: SecretName?, version: Int64?
  ) throws {
    let views = try Self.environments(environment, connection)
    for view in views where view.unprotected || secret != nil {
      let name = try EnvironmentName(argument: view.name)
      for secret in try secret.map({ [$0] }) ?? Self.secrets(of: name, connection) {
        left -= 1
        if left < 0 {
          notes = [
            "this list covers only these secrets; use --secret to see the readers of another"
          ]
          return
        }
        try add(secret, name, version, connection)
      }
    }
  }

  /// Says what is not among the rows.
  func tell() { for note in notes { Console.note(note) } }

  private mutating func add(
    _ secret: SecretName, _ environment: EnvironmentName, _ version: Int64?,
    _ connection: Connection
  ) throws {
    let list: ListAnswer<SecretVersionView>
    do {
      list = try connection.list { after, limit in
        .secretVersions(
          SecretVersions(environment: environment, name: secret, after: after, limit: limit))
      }
    } catch let error as WireError where error.known.map(Self.isPassedOver) == true {
      // What was deleted has requests, and readers no more.
      return
    }
    for item in list.items where version ?? item.version == item.version {
      rows += item.readers.map {
        Row(environment: environment.text, secret: secret.text, reader: $0)
      }
      if item.moreReaders > 0 {
        notes.append(
          "\(Counted.text(item.moreReaders, "account")) more have read version \(item.version) of "
            + "\(secret.text) in \(environment.text)")
      }
    }
  }

  private static func isPassedOver(_ reason: Reason) -> Bool {
    [.secretUnknown, .environmentUnknown, .accessDenied].contains(reason)
  }

  private static func environments(
    _ name: EnvironmentName?, _ connection: Connection
  ) throws -> [EnvironmentView] {
    if let name {
      do {
        return [
          try connection.call(
            .environmentGet(EnvironmentPlace(name: name)), as: EnvironmentView.self)
        ]
      } catch let error as WireError where error.known.map(isPassedOver) == true { return [] }
    }
    return try connection.environments().items
  }

  private static func secrets(
    of environment: EnvironmentName, _ connection: Connection
  ) throws -> [SecretName] {
    do {
      return try connection.secrets(of: environment).items.compactMap { try? SecretName($0.name) }
    } catch let error as WireError where error.known.map(isPassedOver) == true { return [] }
  }
}
