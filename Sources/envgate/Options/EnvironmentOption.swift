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

/// The environment that a list is narrowed to; all of them where it is left out.
struct OnlyEnvironmentOption: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("environment")],
    help: ArgumentHelp("Only this environment.", valueName: "environment"),
    completion: .environments)
  var text: String?

  var name: EnvironmentName? { get throws { try text.map { try EnvironmentName(argument: $0) } } }
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

extension SubjectName {
  /// Reads somebody from the command line.
  /// - Throws: a usage error for a group, which does nothing; ``CommandFault`` `name.invalid`.
  init(argument: String, of option: String) throws {
    if let name = SubjectName(argument) {
      self = name
      return
    }
    let kinds = "user:NAME, uid:N, socket:NAME or unit:NAME, such as unit:web.service"
    if argument.hasPrefix("group:") || argument.hasPrefix("gid:") {
      throw ValidationError("\(option) takes an account or a unit: \(kinds)")
    }
    throw CommandFault(
      .nameInvalid,
      "\(ForeignText.quoted(argument, limit: 80)) is not an account or a unit: write \(kinds)")
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
