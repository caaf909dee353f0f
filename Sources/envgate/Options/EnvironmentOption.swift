import ArgumentParser
import VaultCore
import VaultProtocol

/// The environment that a command is about.
struct EnvironmentOption: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("The environment.", valueName: "environment"), completion: .environments)
  var text: String

  var name: EnvironmentName { get throws { try EnvironmentName(argument: text) } }
}

extension EnvironmentName {
  /// Reads a name from the command line.
  /// - Throws: ``CommandFault`` `name.invalid`.
  init(argument: String) throws {
    do { try self.init(argument) } catch {
      throw CommandFault(
        .nameInvalid,
        "\(ForeignText.quoted(argument, limit: 80)) is not a valid environment name: "
          + error.sentence(allowing: Self.grammar)
      )
    }
  }
}

extension SecretName {
  /// Reads a name from the command line.
  /// - Parameter what: what is named; a variable has the grammar of a secret.
  /// - Throws: ``CommandFault`` `name.invalid`, or `name.case` with the name in upper case.
  init(argument: String, of what: String = "a secret") throws {
    do { try self.init(argument) } catch {
      throw CommandFault(
        error.reason,
        "\(ForeignText.quoted(argument, limit: 80)) is not a valid name for \(what): "
          + error.sentence(allowing: Self.grammar))
    }
  }
}

extension PrincipalName {
  /// Reads a principal from the command line.
  /// - Throws: ``CommandFault`` `name.invalid`.
  init(argument: String) throws {
    guard let name = PrincipalName(argument) else {
      throw CommandFault(
        .nameInvalid,
        "\(ForeignText.quoted(argument, limit: 80)) is not a principal: write user:NAME, group:NAME, "
          + "uid:N, gid:N or socket:NAME")
    }
    self = name
  }
}
