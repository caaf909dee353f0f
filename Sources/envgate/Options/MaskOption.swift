import ArgumentParser

/// Whether, and by whom, what was released is hidden in a command's output.
struct MaskOption: ParsableArguments {
  /// Who hides it.
  enum Mask: String, CaseIterable {
    /// We, on its way from the command to our own output.
    case output
    /// GitHub's runner, which is told what to hide.
    case github
  }

  // A text, not a ``Mask``: what is none would be taken for a bare --mask without a word.
  @Option(
    name: .customLong("mask"), defaultAsFlag: Mask.output.rawValue,
    help: ArgumentHelp(
      "Replace secrets and their encoded forms in the command's output by ***. With =github, tell "
        + "GitHub's runner to do it.", valueName: "output|github"),
    completion: .list(Mask.allCases.map(\.rawValue)))
  var text: String?

  @Option(
    name: .customLong("mask-except"),
    help: ArgumentHelp(
      "Do not mask these fields: members of JSON, names of dotenv and YAML lines.",
      valueName: "field,..."))
  var exceptText: String?

  /// The fields that stay readable.
  var except: [String] {
    exceptText?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  /// A line with `--mask=github` as two words: ArgumentParser 1.8 forgets the value of an option that may
  /// stand alone where another option follows, and would take it for a bare `--mask`.
  /// - Throws: ``CommandFault`` `usage` where the value names nobody.
  static func apart(_ arguments: [String]) throws -> [String] {
    let own = arguments.prefix { $0 != "--" }
    return try own.flatMap { word -> [String] in
      guard word.hasPrefix("--mask=") else { return [word] }
      let value = String(word.dropFirst("--mask=".count))
      guard Mask(rawValue: value) != nil else { throw CommandFault(.usage, refusal) }
      return ["--mask", value]
    } + arguments[own.endIndex...]
  }

  private static let refusal = "write --mask, --mask=output or --mask=github"

  var mask: Mask? { text.flatMap(Mask.init) }

  func validate() throws {
    if text != nil, mask == nil {
      throw ValidationError(Self.refusal)
    }
    if exceptText != nil, mask == nil { throw ValidationError("--mask-except needs --mask") }
    if except.contains("") {
      throw ValidationError(
        "--mask-except takes field names separated by commas: clientId,tenantId")
    }
  }
}
