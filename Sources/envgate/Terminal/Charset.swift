import VaultCore

/// What a locale says that its reader's terminal can show (locale(7)).
enum Charset {
  case utf8
  case ascii

  /// The charset of the locale that the variables name, without loading one.
  ///
  /// Nothing set is the POSIX locale, which is ASCII. Only a terminal is held to that: a program at the
  /// other end of a pipe, in a job without any locale, gets what the vault has.
  static func of(isTerminal: Bool, variable: (String) -> String?) -> Charset {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }
    guard let named else { return isTerminal ? .ascii : .utf8 }
    // language_TERRITORY.codeset@modifier
    let codeset = named.drop { $0 != "." }.dropFirst().prefix { $0 != "@" }
    return ["utf-8", "utf8"].contains(codeset.lowercased()) ? .utf8 : .ascii
  }

  /// The mark of what was cut.
  var ellipsis: String { self == .utf8 ? "…" : "..." }

  /// The text as it can be shown: what the charset does not have as `\u{…}`.
  func shown(_ text: String) -> String {
    if self == .utf8 || text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        shown.unicodeScalars.append(scalar)
      } else if scalar == "…" {
        shown += ellipsis
      } else {
        shown += ForeignText.escape(of: scalar)
      }
    }
    return shown
  }
}
