/// Lines longer than the terminal, broken where a word ends and indented as what they go on with.
///
/// Left to the terminal, the rest of a long line would begin at its left edge, where the facts stand:
/// with a long enough reason somebody could write a line there that looks like one of the vault's. So
/// what has no blank is broken, too, all but a digest, which is copied whole.
enum HangingLines {
  static func of(_ line: String, width: Int, charset: Charset) -> [String] {
    let line = ScreenText.shown(line, charset: charset)
    if DisplayWidth.of(line) <= width { return [line] }
    let hang = indent(of: line, width: width)
    var lines: [String] = []
    var current = String(line.prefix { $0 == " " })
    var isEmpty = true
    // The blanks between a label and its text stand as they are; those within the text break it.
    let head = line.prefix(hang)
    if head.contains(where: { $0 != " " }) { (current, isEmpty) = (String(head), true) }
    let rest = line.dropFirst(current.count)
    for word in rest.split(separator: " ", omittingEmptySubsequences: false) {
      let gap = isEmpty ? "" : " "
      if DisplayWidth.of(current) + gap.count + DisplayWidth.of(word) <= width {
        current += gap + word
      } else {
        if !isEmpty {
          lines.append(current)
          current = String(repeating: " ", count: hang)
        }
        var pieces = broken(word, to: width - hang)
        let last = pieces.removeLast()
        for piece in pieces {
          lines.append(current + piece)
          current = String(repeating: " ", count: hang)
        }
        current += last
      }
      isEmpty = false
    }
    lines.append(current)
    return lines
  }

  /// Where the text behind a label begins: two blanks or more end a label. Else, a little to the right.
  private static func indent(of line: String, width: Int) -> Int {
    let margin = line.prefix { $0 == " " }.count
    var label = margin
    var blanks = 0
    for character in line.dropFirst(margin) {
      if character == " " {
        blanks += 1
      } else if blanks >= 2 {
        return label + blanks <= width / 2 ? label + blanks : margin + 2
      } else {
        label += blanks + 1
        blanks = 0
        if label > width / 2 { break }
      }
    }
    return margin + 2
  }

  private static func broken(_ word: Substring, to width: Int) -> [String] {
    if DisplayWidth.of(word) <= width || isDigest(word) { return [String(word)] }
    var pieces = [""]
    var filled = 0
    for character in word {
      let next = DisplayWidth.of(String(character))
      if filled + next > width, filled > 0 {
        pieces.append("")
        filled = 0
      }
      pieces[pieces.count - 1].append(character)
      filled += next
    }
    return pieces
  }

  private static func isDigest(_ word: Substring) -> Bool {
    word.hasPrefix("sha256:") && word.utf8.count == 71
      && word.dropFirst(7).utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
  }
}
