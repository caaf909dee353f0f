/// The known name that somebody probably meant.
public enum NearestName {
  /// The nearest of `known`, where it is near enough to be meant: a third of it may differ.
  public static func of(_ name: String, among known: [String]) -> String? {
    // A name of ours is short; the distance to a text of any length costs time and says nothing.
    guard name.utf8.count <= 64 else { return nil }
    let distances = known.filter { $0.utf8.count <= 96 }
      .map { (name: $0, distance: distance(Array(name.utf8), Array($0.utf8))) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }),
      nearest.distance <= max(2, nearest.name.utf8.count / 3),
      // Of a short name so much would be left to chance.
      nearest.distance < max(name.utf8.count, nearest.name.utf8.count)
    else { return nil }
    return nearest.name
  }

  /// Levenshtein's distance: bytes to insert, remove or replace.
  static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, other) in right.enumerated() {
        let replaced = diagonal + (byte == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
