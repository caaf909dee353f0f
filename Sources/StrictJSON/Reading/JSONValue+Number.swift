extension JSONValue {
  /// The largest integer that every reader of JSON agrees on, 2^53 - 1 (RFC 7493, 2.2).
  public static let largestInteger: Int64 = 9_007_199_254_740_991

  /// The integer.
  ///
  /// A fraction or an exponent makes a number no integer, even where its value is whole.
  /// `-0` is 0.
  /// - Throws: `wrong_type`, or `out_of_range` beyond ``largestInteger`` on either side.
  public func integer() throws(JSONFault) -> Int64 {
    let node = node
    guard node.kind == .integer else { throw wrongType("an integer") }
    var digits = Int(node.start)..<Int(node.end)
    let isNegative = document.text[digits.lowerBound] == ASCII.minus
    if isNegative { digits = digits.lowerBound + 1..<digits.upperBound }
    // No number of more digits is within the range, as none begins with a zero.
    guard digits.count <= 16 else { throw JSONFault(.outOfRange, at: offset) }
    var value: Int64 = 0
    for position in digits { value = value * 10 + Int64(document.text[position] - ASCII.zero) }
    guard value <= Self.largestInteger else { throw JSONFault(.outOfRange, at: offset) }
    return isNegative ? -value : value
  }

  /// The integer, within bounds.
  /// - Throws: as ``integer()``, and `out_of_range` outside of `range`; the detail names the bounds.
  public func integer(in range: ClosedRange<Int64>) throws(JSONFault) -> Int64 {
    let value = try integer()
    guard range.contains(value) else {
      throw JSONFault(
        .outOfRange, at: offset, "\(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
