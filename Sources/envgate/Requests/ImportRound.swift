import VaultClient
import VaultCore
import VaultProtocol

/// The import of one environment: until the commit is sent nothing is set, whatever ends it; from then on all is,
/// or nothing.
struct ImportRound {
  private let environment: EnvironmentName
  private let entries: [ImportEntry]
  private let dryRun: Bool
  private let allowEmpty: Bool

  init(
    _ environment: EnvironmentName, _ entries: [ImportEntry], dryRun: Bool, _ allowEmpty: Bool
  ) {
    self.environment = environment
    self.entries = entries
    self.dryRun = dryRun
    self.allowEmpty = allowEmpty
  }

  func send(over connection: Connection) throws -> SecretImportedView {
    do {
      _ = try connection.call(
        call(.open(names: entries.map(\.name), dryRun: dryRun)), as: SecretImportOpenView.self)
      for entry in entries {
        _ = try connection.call(
          call(.put(name: entry.name, value: entry.value)), as: SecretImportOpenView.self)
      }
    } catch {
      Console.note(Self.nothing(of: entries, because: error))
      throw error
    }
    do {
      return try connection.call(call(.commit(allowEmpty: allowEmpty)))
    } catch let refusal as WireError where !Self.isInDoubt.contains(refusal.known) {
      Console.note(Self.nothing(of: entries, because: refusal))
      throw refusal
    } catch {
      Console.note(
        dryRun
          ? "nothing was set"
          : "either all secrets were imported or none; run it again with --dry-run, which prints same for imported secrets"
      )
      throw error
    }
  }

  private func call(_ step: SecretImport.Step) -> Call {
    .secretImport(SecretImport(environment: environment, step))
  }

  /// Refusals after which what was asked for may have been done: a disk that failed in the commit, an answer that
  /// was too long.
  private static let isInDoubt: [Reason?] = [.storageUnavailable, .lineLimit]

  /// That nothing was set; and which places of the file a refusal is about.
  static func nothing(of entries: [ImportEntry], because error: any Error) -> String {
    guard let refusal = error as? WireError else { return "nothing was imported" }
    let words = Set(
      refusal.message.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) })
    let places = entries.filter { words.contains(Substring($0.name.text)) }.map {
      "\($0.place) (\($0.name.text))"
    }
    return "nothing was imported"
      + (places.isEmpty ? "" : "; see " + places.joined(separator: ", "))
  }
}
