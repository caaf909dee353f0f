import ArgumentParser

/// Whether somebody means it: said on the command line, or asked on a terminal.
struct ConsentOptions: ParsableArguments {
  @Flag(help: "Do it without asking.")
  var yes = false

  /// Asks on a terminal. Elsewhere, what the command line says is what was meant.
  /// - Throws: ``CommandFault`` `declined` where the answer is no.
  func confirm(_ question: String) throws {
    if Console.canAsk { try require(question) }
  }

  /// Asks on a terminal. Elsewhere, `--yes` must have been said.
  /// - Parameter name: what must be typed for a yes, where a plain one comes too easily.
  /// - Throws: ``CommandFault`` `usage` where nobody can be asked, `declined` where the answer is no.
  func require(_ question: String, typing name: String? = nil) throws {
    if yes { return }
    guard Console.canAsk else {
      throw CommandFault(
        .usage, "there is no terminal to ask on; to do it without asking, add --yes")
    }
    guard name.map({ Console.confirm(question, typing: $0) }) ?? Console.confirm(question) else {
      throw CommandFault(.declined, "nothing was changed")
    }
  }
}
