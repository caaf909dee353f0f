/// The simple commands of a shell script, as far as the scripts of our pages go: quotes, lines that go on,
/// comments, pipes, lists and command substitution. What a redirection names is no word.
struct ShellCommands {
  struct Command: Equatable {
    /// The line of its first word, from 1.
    let line: Int
    let words: [String]

    init(line: Int, _ words: [String]) {
      self.line = line
      self.words = words
    }
  }

  private(set) var all: [Command] = []
  private var words: [String] = []
  private var word: String?
  private var line = 1
  private var start = 1
  private var quote: Character?
  /// Whether the next word is the file of a redirection.
  private var isFile = false

  init(_ script: String) {
    var rest = Substring(script)
    while let character = rest.popFirst() {
      take(character, &rest)
      if character == "\n" { line += 1 }
    }
    endCommand()
  }

  private mutating func take(_ character: Character, _ rest: inout Substring) {
    switch character {
    case "\\" where quote != "'":
      // A line that goes on, or a character that means itself.
      guard let next = rest.popFirst() else { return }
      if next == "\n" { line += 1 } else { add(next) }
    case quote: quote = nil
    case _ where quote != nil: add(character)
    case "\"", "'":
      quote = character
      if word == nil { begin("") }
    case "#" where word == nil: rest = rest.drop { $0 != "\n" }
    case "<", ">":
      // A number right before it is a descriptor.
      if let text = word, !text.isEmpty, text.allSatisfy(\.isNumber) { word = nil }
      endWord()
      rest = rest.drop { "<>&".contains($0) }
      isFile = true
    case "|", "&", ";", "(", ")", "\n": endCommand()
    case " ", "\t": endWord()
    default: add(character)
    }
  }

  private mutating func begin(_ text: String) {
    if words.isEmpty { start = line }
    word = text
  }

  private mutating func add(_ character: Character) {
    if word == nil { begin("") }
    word?.append(character)
  }

  private mutating func endWord() {
    if let word, !isFile { words.append(word) }
    if word != nil { isFile = false }
    word = nil
  }

  private mutating func endCommand() {
    endWord()
    isFile = false
    if !words.isEmpty { all.append(Command(line: start, words)) }
    words = []
  }
}
