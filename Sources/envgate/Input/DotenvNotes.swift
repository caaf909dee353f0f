/// What a person is told of a dotenv file that was taken: where readers of it may disagree.
struct DotenvNotes: Hashable {
  /// The first line that ends in CR LF.
  var carriageReturn: Int?
  /// The first line in quotes that does, and so keeps its CR.
  var keptCarriageReturn: Int?

  /// A sentence each.
  var sentences: [String] {
    var sentences: [String] = []
    if let carriageReturn {
      sentences.append(
        "line \(carriageReturn) ends in CR LF, as Windows writes it; the CR is not part of the value"
      )
    }
    if let keptCarriageReturn {
      sentences.append(
        "line \(keptCarriageReturn) ends in CR LF inside quotes; the value keeps the CR")
    }
    return sentences
  }
}
