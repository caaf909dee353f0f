import Glibc
import SecretMemory

/// The only file that writes to stdout or stderr, and the only one that asks a person.
///
/// - stdout carries what was asked for and nothing else; progress, questions and faults go to stderr.
/// - A question is answered by what is typed after it is shown.
/// - A fault is one line, `envgate: REASON: sentence`, and the last one.
/// - Text of the vault passes ``PlainText``, text that people wrote passes `ForeignText.quoted`, before
///   it comes here; facts and claims share no line, but for a list, whose last column a claim may be.
/// - Alignment, cutting and wrapping only where a terminal reads, colour as ``Screen`` says; a character
///   that the locale does not have is shown by its number.
/// - A value goes out as its bytes, with nothing added, straight from secret memory.
/// - A reader who went away (EPIPE) ends the program quietly; SIGPIPE is ignored for that.
/// - A stderr that cannot be written to changes nothing.
enum Console {
  /// Nobody reads stdout any more.
  struct ReaderGone: Error {}

  /// Of the main thread alone.
  nonisolated(unsafe) private static var unheard: Set<Int32> = []

  /// Whether the last write to a stream of ours found nobody to read it.
  static func wasUnheard(on descriptor: Int32) -> Bool { unsafe unheard.contains(descriptor) }

  /// Whether a person reads stdout.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// How much of a text stdout takes: a person so many characters, a program all of it.
  static func most(_ limit: Int) -> Int { isTerminal ? limit : .max }

  /// Whether a person can be asked.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Whether stdout takes colours.
  static var hasColours: Bool { output.hasColours }

  /// How what goes to stdout looks there.
  static var output: Screen { .of(STDOUT_FILENO) }

  /// Prints lines to stdout, wrapped where a terminal is too narrow for them.
  static func print(_ lines: [String]) throws {
    try print(whole: laidOut(lines, on: output))
  }

  /// Prints lines to stdout, each as it is.
  static func print(whole lines: [String]) throws {
    var text = lines.joined(separator: "\n")
    if !lines.isEmpty { text += "\n" }
    // Safety: the text's bytes are lent for the call.
    try text.withUTF8 { try unsafe write(UnsafeRawBufferPointer($0)) }
  }

  /// Prints a request to stdout.
  static func print(_ text: ReviewText) throws {
    try print(whole: text.lines(on: output, now: WallClock.now))
  }

  /// Prints a table to stdout. A person is told that it has no rows; a program sees that.
  static func print(_ table: Table) throws {
    if table.isEmpty, let noun = table.noun, isTerminal { show(["no \(noun)"]) }
    try print(whole: table.lines(on: output))
  }

  /// Prints a table to stdout, and for a person below each row what does not fit into it.
  /// - Parameter isWhole: whether rows are cut by nothing, however narrow the terminal is.
  static func print(_ table: Table, below more: [String?], isWhole: Bool = false) throws {
    guard isTerminal, !table.isEmpty else { return try print(table) }
    let screen = output
    let rows = table.lines(
      aligned: true, colours: screen.hasColours, width: isWhole ? nil : screen.width,
      charset: screen.charset)
    try print(whole: rows.prefix(1).map { $0 })
    for (row, more) in zip(rows.dropFirst(), more) {
      try print(whole: [row])
      if let more { try print([more]) }
    }
  }

  /// Prints lines that begin with a word of at most four letters in a style; a tab behind it for a program.
  static func print(_ lines: [(lead: String, style: Style, text: String)]) throws {
    let screen = output
    try print(
      whole: lines.flatMap { line in
        let lead = line.style.applied(to: line.lead, colours: screen.hasColours)
        guard screen.isTerminal else { return ["\(lead)\t\(screen.charset.shown(line.text))"] }
        let margin = String(repeating: " ", count: 6)
        var laidOut = laidOut([margin + line.text], on: screen)
        laidOut[0] = lead + laidOut[0].dropFirst(line.lead.count)
        return laidOut
      })
  }

  /// Prints bytes to stdout as they are.
  static func print(bytes: [UInt8]) throws {
    // Safety: the array's bytes are lent for the call.
    try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
  }

  /// Prints a value to stdout, byte for byte.
  static func print(value: SecretBuffer) throws {
    // Safety: the buffer lends its bytes for the call.
    try unsafe value.withUnsafeBytes { try unsafe write($0) }
  }

  /// Prints words and a value behind them, a blank between, as the last line.
  static func print(_ words: [String], value: SecretBuffer) throws {
    try print(bytes: Array((words.joined(separator: " ") + " ").utf8))
    try print(value: value)
    try print(bytes: [UInt8(ascii: "\n")])
  }

  /// Tells a person something on stderr, marked as ours.
  static func note(_ sentence: String) { tell("envgate: \(sentence)\n") }

  /// Shows lines on stderr, wrapped where a terminal is too narrow for them.
  static func show(_ lines: [String]) {
    tell(laidOut(lines, on: .of(STDERR_FILENO)).map { $0 + "\n" }.joined())
  }

  /// Shows a request on stderr, to somebody who is asked about it.
  static func show(_ text: ReviewText) {
    let lines = text.lines(on: .of(STDERR_FILENO), now: WallClock.now)
    tell(lines.map { $0 + "\n" }.joined())
  }

  /// Says why the command failed.
  static func report(_ fault: CommandFault) {
    tell("envgate: \(fault.reason): \(fault.sentence)\n")
  }

  /// Asks on stderr and reads the answer from stdin; only a plain yes is a yes.
  static func confirm(_ question: String) -> Bool {
    answer(to: "\(question) [y/N] ").map { ["y", "yes"].contains($0.lowercased()) } ?? false
  }

  /// Asks on stderr for a name to be typed on stdin; nothing else is a yes.
  static func confirm(_ question: String, typing name: String) -> Bool {
    answer(to: "\(question) Type \(name) to confirm: ") == name
  }

  /// What was typed before the question answers something else, or nothing that was seen: it is forgotten.
  private static func answer(to question: String) -> String? {
    tcflush(STDIN_FILENO, TCIFLUSH)
    tell(question)
    let answer = readLine(strippingNewline: true)
    if answer == nil { tell("\n") }
    return answer
  }

  private static func laidOut(_ lines: [String], on screen: Screen) -> [String] {
    guard let width = screen.width else { return lines.map(screen.charset.shown) }
    return lines.flatMap { HangingLines.of($0, width: width, charset: screen.charset) }
  }

  static func tell(_ text: String) {
    var text = Screen.of(STDERR_FILENO).charset.shown(text)
    // Safety: the text's bytes are lent for the call.
    text.withUTF8 { _ = unsafe said(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
  }

  /// Writes all bytes, remembers whether somebody was there, and returns 0 or errno.
  private static func said(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    let error = unsafe WholeWrite.write(bytes, to: descriptor)
    if error == EPIPE || error == EIO {
      unsafe unheard.insert(descriptor)
    } else if error == 0 {
      unsafe unheard.remove(descriptor)
    }
    return error
  }

  private static func write(_ bytes: UnsafeRawBufferPointer) throws {
    switch unsafe said(bytes, to: STDOUT_FILENO) {
    case 0: return
    case EPIPE: throw ReaderGone()
    case let error:
      throw CommandFault(.outputFailed, "stdout: \(SystemText.of(error))")
    }
  }

  /// Writes bytes of a child to one of our streams as they are, and returns 0 or errno.
  static func pass(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    unsafe WholeWrite.write(bytes, to: descriptor)
  }

  /// Refuses to tell GitHub's runner anything where somebody else reads stdout.
  static func requireRunner() throws {
    if isTerminal {
      throw CommandFault(
        .terminalRefused,
        "--mask=github would show the secrets on this terminal; use --mask, or run this in a GitHub job"
      )
    }
    if ProcessContext.variable("GITHUB_ACTIONS") != "true" {
      throw CommandFault(
        .runnerAbsent,
        "--mask=github prints the secrets for GitHub's runner, which sets "
          + "GITHUB_ACTIONS=true; elsewhere use --mask")
    }
    var file = stat()
    // Safety: the call fills a local struct.
    if unsafe fstat(STDOUT_FILENO, &file) == 0, file.st_mode & S_IFMT == S_IFREG {
      throw CommandFault(
        .runnerAbsent,
        "--mask=github would print the secrets to a file; GitHub's runner reads only "
          + "the step's own stdout; do not redirect it")
    }
  }

  /// Tells GitHub's runner, which reads stdout, what to hide. It must be there: ``requireRunner()``.
  /// - Returns: the common words that stay readable.
  static func print(masks values: MaskValues) throws -> [String] {
    try requireRunner()
    return try unsafe RunnerMasks.forEach(values) { try unsafe write($0) }
  }
}
