import VaultCore
import VaultProtocol

/// Why a dotenv file was not taken. It says where and what, and repeats nothing of the file (`no-echo`):
/// in a file with a mistake, what looks like a name may be a piece of a value.
struct DotenvFault: Error, Hashable {
  /// The line, from 1: where a value began, or where the mistake stands in it.
  let line: Int
  let kind: Kind

  enum Kind: Hashable {
    case noEqualsSign
    case name(NameFault)
    case lowerCaseName
    case repeatedName(firstLine: Int)
    case unknownEscape
    case openQuote
    case afterQuote
    case tooLong
  }

  init(_ kind: Kind, line: Int) {
    self.line = line
    self.kind = kind
  }

  /// The fault as a command ends with it.
  var commandFault: CommandFault {
    let text = "line \(line): \(sentence); nothing was imported"
    return kind == .lowerCaseName
      ? CommandFault(.nameCase, text) : CommandFault(.dotenvInvalid, text)
  }

  private var sentence: String {
    switch kind {
    case .noEqualsSign:
      "there is no equals sign; write NAME=value, and put a value of several lines in quotes"
    case .name(let fault): fault.sentence
    case .lowerCaseName: "names are upper case; write this one in upper case"
    case .repeatedName(let firstLine):
      "the name was given on line \(firstLine) already; keep one of them"
    case .unknownEscape:
      #"unknown escape; double quotes know \n \r \t \\ \" \$, single quotes take all as it is"#
    case .openQuote: "the quote that begins here does not end"
    case .afterQuote: "only a comment may follow the closing quote"
    case .tooLong: "the value is longer than \(SecretInput.limit) bytes; keep large data elsewhere"
    }
  }
}
