import VaultCore
import VaultProtocol

/// Why a dotenv file was not taken. It says where and what, and repeats nothing of the file that may be a piece of a
/// value (`no-echo`).
struct DotenvFault: Error, Hashable {
  /// The line, from 1: where a value began, or where the mistake stands in it.
  let line: Int
  let kind: Kind

  enum Kind: Hashable {
    case noEqualsSign
    case name(NameFault)
    /// The name in upper case, where it is surely a name.
    case lowerCaseName(offered: String?)
    case repeatedName(firstLine: Int)
    case unknownEscape
    case openQuote
    case afterQuote
    case tooLong
    case backtick
    case expansion
    case nul
    case carriageReturn
    case utf16
  }

  init(_ kind: Kind, line: Int) {
    self.line = line
    self.kind = kind
  }

  /// The fault as a command ends with it.
  var commandFault: CommandFault {
    let text = "line \(line): \(sentence); nothing was imported"
    if case .lowerCaseName = kind { return CommandFault(.nameCase, text) }
    return CommandFault(.dotenvInvalid, text)
  }

  private var sentence: String {
    switch kind {
    case .noEqualsSign:
      "there is no equals sign; write NAME=value, and put a value of several lines in quotes"
    case .name(let fault): fault.sentence(allowing: SecretName.grammar)
    case .lowerCaseName(let offered):
      "names are upper case; write \(offered ?? "this one in upper case")"
    case .repeatedName(let firstLine):
      "line \(firstLine) already sets this name; keep one of the two lines"
    case .unknownEscape:
      #"unknown escape; double quotes allow \n \r \t \\ \" \$, single quotes allow none"#
    case .openQuote: "the quote that begins here does not end"
    case .afterQuote: "only a comment may follow the closing quote"
    case .backtick:
      "some readers treat a backtick as a quote, or run a command; put the value in single quotes"
    case .expansion:
      "some readers expand $NAME, ${NAME} and $(command), but envgate does not; put the value in single quotes"
    case .nul:
      "no environment variable can hold a NUL byte; remove it, or set this value with envgate secret set --file"
    case .carriageReturn:
      "there is a carriage return inside the line; end lines with a newline, or put the value in quotes"
    case .utf16: "the file is UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8"
    case .tooLong: "the value is longer than \(SecretInput.limit) bytes; keep large data elsewhere"
    }
  }
}
