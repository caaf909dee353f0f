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
      "the name was given on line \(firstLine) already; keep one of them"
    case .unknownEscape:
      #"unknown escape; double quotes know \n \r \t \\ \" \$, single quotes take all as it is"#
    case .openQuote: "the quote that begins here does not end"
    case .afterQuote: "only a comment may follow the closing quote"
    case .backtick:
      "some readers take a backtick for a quote, or run what follows; put the value in single quotes"
    case .expansion:
      "some readers expand $NAME, ${NAME} and $(command), and this one does not; put the value in single quotes"
    case .nul:
      "no environment variable can hold a NUL byte; take it out, or set this value by itself, with --file"
    case .carriageReturn:
      "a carriage return stands where no line ends; end the lines with a newline, or put the value in quotes"
    case .utf16: "the file is UTF-16; save it as UTF-8: iconv -f UTF-16 -t UTF-8"
    case .tooLong: "the value is longer than \(SecretInput.limit) bytes; keep large data elsewhere"
    }
  }
}
