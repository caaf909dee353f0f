/// The known name that somebody probably meant.
public enum NearestName {
  /// The nearest of `known`, where it is near enough to be meant: a third of it may differ.
  public static func of(_ name: String, among known: [String]) -> String? {
    // A name of ours is short; the distance to a text of any length costs time and says nothing.
    guard name.utf8.count <= 64 else { return nil }
    let distances = known.filter { $0.utf8.count <= 96 }
      .map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }),
      // Of a name of three letters two would be left to chance.
      nearest.distance <= max(nearest.name.utf8.count > 3 ? 2 : 1, nearest.name.utf8.count / 3),
      nearest.distance < max(name.utf8.count, nearest.name.utf8.count)
    else { return nil }
    return nearest.name
  }

  /// Bytes to insert, remove, replace or exchange with their neighbour (optimal string alignment).
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var (before, last) = ([Int](), Array(0...right.count))
    for (index, byte) in left.enumerated() {
      var row = [index + 1]
      for (column, other) in right.enumerated() {
        var best = min(
          last[column] + (byte == other ? 0 : 1), last[column + 1] + 1, row[column] + 1)
        if index > 0, column > 0, byte == right[column - 1], left[index - 1] == other {
          best = min(best, before[column - 1] + 1)
        }
        row.append(best)
      }
      (before, last) = (last, row)
    }
    return last[right.count]
  }
}
