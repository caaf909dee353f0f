/// Text as mdoc(7) wants it.
enum ManualText {
  /// Sentences, each on a line of its own.
  static func sentences(_ text: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      line += (line.isEmpty ? "" : " ") + escaped(word)
      if word.hasSuffix(".") && !word.hasSuffix("...") {
        lines.append(line)
        line = ""
      }
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map(protected)
  }

  /// A sentence that begins lower case and has no full stop, as such.
  static func sentence(_ text: String) -> [String] {
    sentences(text.prefix(1).uppercased() + text.dropFirst() + ".")
  }

  /// Lines that are shown as they are.
  static func literal(_ lines: [String]) -> [String] {
    guard !lines.isEmpty else { return [] }
    return [".Bd -literal -offset indent"]
      + lines.map {
        protected(
          $0.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\e")
            .split(separator: "-", omittingEmptySubsequences: false).joined(separator: "\\-"))
      } + [".Ed"]
  }

  /// An option of a list, with what it is for.
  static func item(_ option: ProgramHelp.Option) -> [String] {
    var names = option.names.map { "Fl " + $0.dropFirst() }.joined(separator: " , ")
    if let value = option.value {
      names += option.isValueOptional ? " Ns Op = Ns Ar \(value)" : " Ar \(value)"
    }
    return [".It " + names] + sentences(option.text)
  }

  static func list(_ options: [ProgramHelp.Option]) -> [String] {
    options.isEmpty ? [] : [".Bl -tag -width Ds"] + options.flatMap(item) + [".El"]
  }

  /// A command in its part of the page. Options that are explained elsewhere are left out.
  static func part(
    _ command: ProgramHelp.Command, except shared: Set<ProgramHelp.Option>, also: [String] = []
  ) -> [String] {
    var line = ".D1 Nm Cm \(command.name)"
    for argument in command.arguments where !argument.isLast {
      let dots = argument.isRepeated ? " ..." : ""
      line += (argument.isRequired ? " Ar " : " Op Ar ") + argument.name + dots
    }
    for option in command.options where option.isRequired {
      line += " Fl \((option.names.last ?? "").dropFirst()) Ar \(option.value ?? "")"
    }
    line += " Op Ar options"
    for argument in command.arguments where argument.isLast {
      line += " Fl - Ar \(argument.name) ..."
    }
    var lines = [".Ss \(command.name)", line] + sentences(command.abstract)
    for paragraph in command.paragraphs { lines += [".Pp"] + sentences(paragraph) }
    if !also.isEmpty { lines += [".Pp"] + also }
    return lines + list(command.options.filter { !shared.contains($0) }) + literal(command.examples)
  }

  /// The dashes of an option are minus signs, so that it can be copied from the page.
  private static func escaped(_ word: Substring) -> String {
    let text = word.split(separator: "\\", omittingEmptySubsequences: false).joined(
      separator: "\\e")
    guard text.contains("-"), text.drop(while: { $0 == "(" || $0 == "$" }).hasPrefix("-") else {
      return text
    }
    return text.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "\\-")
  }

  /// A line that begins with a control character is none of ours.
  private static func protected(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
