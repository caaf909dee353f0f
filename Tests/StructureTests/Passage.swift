/// Some text that a person gets to read, with its place.
struct Passage {
  /// `file:line`, or the command and its option.
  let place: String
  let text: String

  /// The longest sentence.
  static let mostWords = 30

  /// What makes a reader begin a sentence again, and what to write instead.
  static let banned = [
    ("whoever", "name the account, the caller or the reader"),
    ("anew", "again"), ("of one's own", "its own"), ("of ours", "envgate's"),
    ("of theirs", "its"), ("is no", "is not a"), ("are no", "are not"),
  ]
  private static let allowed = [
    "there is no", "there are no", "is no longer", "are no longer", "is no more",
  ]

  /// Its sentences. What follows a colon or a semicolon is read as one of its own.
  var sentences: [Substring] {
    var found: [Substring] = []
    var rest = text[...]
    var from = rest.startIndex
    while let space = rest.firstIndex(of: " ") {
      if space > text.startIndex, ".:;?!".contains(text[text.index(before: space)]) {
        found.append(text[from..<space])
        from = text.index(after: space)
      }
      rest = rest[rest.index(after: space)...]
    }
    return found + [text[from...]]
  }

  /// What is wrong with its words, each with the place.
  var faults: [String] {
    sentences.flatMap { sentence in
      let words = sentence.split(separator: " ")
      var faults: [String] = []
      if words.count > Self.mostWords {
        faults.append(
          "\(place): \(words.count) words in a sentence, at most \(Self.mostWords): \(sentence)")
      }
      // Punctuation is no part of a word; what is allowed is taken out first.
      var plain =
        " "
        + sentence.lowercased().split { !$0.isLetter && $0 != "'" }.joined(separator: " ") + " "
      for phrase in Self.allowed {
        plain = plain.split(separator: " \(phrase) ", omittingEmptySubsequences: false)
          .joined(separator: " , ")
      }
      for (phrase, instead) in Self.banned where plain.contains(" \(phrase) ") {
        faults.append("\(place): \"\(phrase)\": \(instead): \(sentence)")
      }
      return faults
    }
  }
}

extension Passage {
  /// The string literals of a source with a space in them. What is interpolated counts as one word.
  static func literals(_ path: String) -> [Passage] {
    var passages: [Passage] = []
    var block: (line: Int, text: String)?
    for (index, line) in Checkout.lines(path).enumerated() {
      let trimmed = line.drop { $0 == " " }
      if let (number, text) = block {
        if trimmed.hasPrefix("\"\"\"") {
          passages.append(Passage(place: "\(path):\(number)", text: text))
          block = nil
        } else if trimmed.isEmpty || line.hasPrefix("        ") {
          // An example of a command is set in.
          passages.append(Passage(place: "\(path):\(number)", text: text))
          block = (index + 1, "")
        } else {
          block = (number, text + (text.isEmpty ? "" : " ") + trimmed.filter { $0 != "\\" })
        }
      } else if line.hasSuffix("\"\"\"") {
        block = (index + 1, "")
      } else if !trimmed.hasPrefix("//") {
        passages += literals(in: trimmed).map { Passage(place: "\(path):\(index + 1)", text: $0) }
      }
    }
    return passages.filter { $0.text.contains(" ") }
  }

  /// The literals of a line.
  static func literals(in line: Substring) -> [String] {
    var found: [String] = []
    var rest = line[...]
    while let quote = rest.firstIndex(of: "\""), !rest[..<quote].contains("//") {
      var text = ""
      var depth = 0
      var isInner = false
      var index = rest.index(after: quote)
      while index < rest.endIndex {
        let character = rest[index]
        let next = rest.index(after: index)
        if depth > 0 {
          // What is interpolated may hold literals and parentheses of its own.
          if character == "\"" { isInner.toggle() }
          if !isInner, character == "(" { depth += 1 }
          if !isInner, character == ")" { depth -= 1 }
        } else if character == "\\" {
          guard next < rest.endIndex else { break }
          if rest[next] == "(" {
            depth = 1
            text.append("X")
          }
          index = rest.index(after: next)
          continue
        } else if character == "\"" {
          break
        } else {
          text.append(character)
        }
        index = next
      }
      found.append(text)
      guard index < rest.endIndex else { break }
      rest = rest[rest.index(after: index)...]
    }
    return found
  }

  /// The prose of a page of Markdown: paragraphs, items of lists and cells of tables.
  static func prose(_ page: Page) -> [Passage] {
    var passages: [Passage] = []
    var paragraph: (line: Int, text: String)?
    func end() {
      if let (line, text) = paragraph {
        passages.append(Passage(place: "\(page.path):\(line)", text: text))
      }
      paragraph = nil
    }
    for line in page.lines {
      let text = line.text.drop { $0 == " " }
      let begins = ["#", "- ", "|", "<!--"].contains { text.hasPrefix($0) }
      if begins || text.isEmpty || line.code != nil { end() }
      if line.code != nil || text.isEmpty || text.hasPrefix("<!--") { continue }
      if text.hasPrefix("|") {
        passages += text.split(separator: "|").map {
          Passage(place: "\(page.path):\(line.number)", text: String($0))
        }
        continue
      }
      paragraph = (paragraph?.line ?? line.number, (paragraph.map { $0.text + " " } ?? "") + text)
    }
    end()
    return passages
  }

  /// The prose of a manual page: what stands between its macros, each line by itself.
  static func manual(_ path: String) -> [Passage] {
    var isLiteral = false
    return Checkout.lines(path).enumerated().compactMap { index, line in
      if line.hasPrefix(".Bd") { isLiteral = true }
      if line.hasPrefix(".Ed") { isLiteral = false }
      guard !line.hasPrefix("."), !isLiteral else { return nil }
      return Passage(place: "\(path):\(index + 1)", text: String(line))
    }
  }

  /// The comments of a file that people edit: the lines behind the mark, those that go on put together.
  static func comments(_ path: String, mark: String) -> [Passage] {
    var passages: [Passage] = []
    for (index, line) in Checkout.lines(path).enumerated() {
      let text = line.drop { $0 == " " }
      guard text.hasPrefix(mark), !text.hasPrefix("#!") else {
        passages.append(Passage(place: "", text: ""))
        continue
      }
      let words = text.dropFirst(mark.count).drop { $0 == " " }
      if let last = passages.last, !last.text.isEmpty, !words.isEmpty {
        passages[passages.count - 1] = Passage(place: last.place, text: last.text + " " + words)
      } else {
        passages.append(Passage(place: "\(path):\(index + 1)", text: String(words)))
      }
    }
    return passages.filter { $0.text.contains(" ") }
  }
}
