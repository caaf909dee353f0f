import ArgumentParser

/// Whether somebody means it: said on the command line, or asked on a terminal.
struct ConsentOptions: ParsableArguments {
  @Flag(help: "Do it without asking.")
  var yes = false

  /// - Throws: ``CommandFault`` `usage` where nobody can be asked, `declined` where the answer is no.
  func require(_ question: String) throws {
    if yes { return }
    guard Console.canAsk else {
      throw CommandFault("usage", "there is no terminal to ask on; say --yes if it is meant")
    }
    guard Console.confirm(question) else {
      throw CommandFault("declined", "nothing was changed")
    }
  }
}
