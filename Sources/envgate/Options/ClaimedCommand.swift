import VaultCore

/// What reviewers are told of a command, which is a claim in any case.
///
/// A command runs however long it is, as with env(1); one that is longer than a request may say is cut
/// here, and says so in its last argument.
enum ClaimedCommand {
  /// Room for what is said of the rest.
  private static let restBytes = 200

  static func shown(of command: [String]) -> [String] {
    let bytes = command.reduce(0) { $0 + $1.utf8.count }
    if command.count <= RequestContext.mostArguments, bytes <= RequestContext.longestCommand {
      return command
    }
    var left = RequestContext.longestCommand - restBytes
    var shown: [String] = []
    for argument in command.prefix(RequestContext.mostArguments - 1) where left > 0 {
      let head = ClaimedText.prefix(argument, left)
      shown.append(head)
      left -= head.utf8.count == argument.utf8.count ? head.utf8.count : left
    }
    let shownBytes = shown.reduce(0) { $0 + $1.utf8.count }
    let rest = "… \(bytes - shownBytes) more bytes"
    // An argument of its own: it may stand behind one that was cut, and must not be taken for its end.
    if shown.count == RequestContext.mostArguments { shown.removeLast() }
    return shown + ["\(rest) of \(Counted.text(Int64(command.count), "argument"))"]
  }
}
