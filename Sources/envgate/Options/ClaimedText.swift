import VaultCore

/// Text of somebody else's making, as a request may say it: one line without what could deceive a reader
/// (``ForeignText``), no longer than a request's texts may be.
enum ClaimedText {
  /// Room for what is said of the rest.
  private static let restBytes = 40

  /// The text, with characters that may not stand there by their numbers (`[U+FE0F]`), cut where it is too long.
  static func shown(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
      if ForeignText.allows(scalar) {
        shown.unicodeScalars.append(scalar)
      } else {
        // No backslash: what shows a request doubles it.
        shown += "[" + ForeignText.number(of: scalar) + "]"
      }
    }
    if shown.utf8.count <= RequestContext.longestText { return shown }
    let head = prefix(shown, RequestContext.longestText - restBytes)
    return head + "… \(shown.utf8.count - head.utf8.count) more bytes"
  }

  /// The beginning of a text, of whole characters.
  static func prefix(_ text: String, _ bytes: Int) -> String {
    if text.utf8.count <= bytes { return text }
    var head = ""
    var left = bytes
    for scalar in text.unicodeScalars {
      left -= UTF8.width(scalar)
      if left < 0 { break }
      head.unicodeScalars.append(scalar)
    }
    return head
  }
}
