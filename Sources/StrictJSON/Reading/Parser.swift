/// Memory that a reader keeps between texts. It holds positions, nothing of what stood there.
struct TapeStorage {
  var nodes: [Node] = []
  var keys = DuplicateKeys()
}

/// Turns a text into a tape, without recursion: an open container remembers the one that it is in.
struct Parser {
  private var scanner: Scanner
  private let maximumDepth: Int
  private var depth = 0
  private var open = Node.none

  init(_ text: JSONText, _ options: JSONOptions) throws(JSONFault) {
    scanner = try Scanner(text, allowsComments: options.allowsComments)
    maximumDepth = options.mostDepth
  }

  mutating func parse(into tape: inout TapeStorage) throws(JSONFault) {
    try scanner.skipSpace()
    guard !scanner.isAtEnd else { throw JSONFault(.empty, at: scanner.position) }
    repeat {
      while try beginValue(&tape) {}
    } while try endValues(&tape)
    try scanner.skipSpace()
    guard scanner.isAtEnd else { throw JSONFault(.trailingGarbage, at: scanner.position) }
  }

  /// Reads a value, or the beginning of one.
  /// - Returns: whether a container is open now whose first value comes next.
  private mutating func beginValue(_ tape: inout TapeStorage) throws(JSONFault) -> Bool {
    try scanner.skipSpace()
    let start = scanner.position
    switch scanner.current {
    case ASCII.quote:
      let isEscaped = try scanner.skipString()
      append(.string, from: start, isEscaped: isEscaped, to: &tape)
    case ASCII.openBrace: return try beginContainer(.object, ASCII.closeBrace, &tape)
    case ASCII.openBracket: return try beginContainer(.array, ASCII.closeBracket, &tape)
    case ASCII.minus, ASCII.zero...ASCII.nine:
      let isInteger = try scanner.skipNumber()
      append(isInteger ? .integer : .number, from: start, to: &tape)
    case UInt8(ascii: "t"):
      try scanner.skipLiteral("true")
      append(.true, from: start, to: &tape)
    case UInt8(ascii: "f"):
      try scanner.skipLiteral("false")
      append(.false, from: start, to: &tape)
    case UInt8(ascii: "n"):
      try scanner.skipLiteral("null")
      append(.null, from: start, to: &tape)
    default: throw scanner.unexpected()
    }
    return false
  }

  private func append(
    _ kind: Node.Kind, from start: Int, isEscaped: Bool = false, to tape: inout TapeStorage
  ) {
    tape.nodes.append(
      Node(
        start: UInt32(start), end: UInt32(scanner.position), next: UInt32(tape.nodes.count + 1),
        kind: kind, isEscaped: isEscaped))
  }

  private mutating func beginContainer(
    _ kind: Node.Kind, _ closing: UInt8, _ tape: inout TapeStorage
  ) throws(JSONFault) -> Bool {
    guard depth < maximumDepth else { throw JSONFault(.tooDeep, at: scanner.position) }
    let start = UInt32(scanner.position)
    tape.nodes.append(Node(start: start, end: start, next: open, kind: kind))
    open = UInt32(tape.nodes.count - 1)
    depth += 1
    scanner.advance()
    try scanner.skipSpace()
    if scanner.current == closing {
      try endContainer(&tape)
      return false
    }
    if kind == .object { try key(&tape) }
    return true
  }

  private mutating func endContainer(_ tape: inout TapeStorage) throws(JSONFault) {
    scanner.advance()
    let closed = Int(open)
    open = tape.nodes[closed].next
    depth -= 1
    tape.nodes[closed].end = UInt32(scanner.position)
    tape.nodes[closed].next = UInt32(tape.nodes.count)
    guard tape.nodes[closed].kind == .object else { return }
    if let offset = try tape.keys.repeated(in: closed, of: tape.nodes, scanner.text) {
      throw JSONFault(.duplicateKey, at: offset)
    }
  }

  /// Reads what follows a value: the ends of containers, and a comma.
  /// - Returns: whether another value comes.
  private mutating func endValues(_ tape: inout TapeStorage) throws(JSONFault) -> Bool {
    while open != Node.none {
      try scanner.skipSpace()
      let isObject = tape.nodes[Int(open)].kind == .object
      let closing = isObject ? ASCII.closeBrace : ASCII.closeBracket
      if scanner.current == closing {
        try endContainer(&tape)
        continue
      }
      guard scanner.current == ASCII.comma else { throw scanner.unexpected() }
      scanner.advance()
      try scanner.skipSpace()
      if isObject { try key(&tape) }
      return true
    }
    return false
  }

  private mutating func key(_ tape: inout TapeStorage) throws(JSONFault) {
    guard scanner.current == ASCII.quote else { throw scanner.unexpected() }
    let start = scanner.position
    let isEscaped = try scanner.skipString()
    let end = scanner.position
    tape.nodes.append(
      Node(
        start: UInt32(start), end: UInt32(end),
        next: DuplicateKeys.fingerprint(scanner.text[start..<end]), kind: .key,
        isEscaped: isEscaped))
    try scanner.skipSpace()
    guard scanner.current == ASCII.colon else { throw scanner.unexpected() }
    scanner.advance()
  }
}
