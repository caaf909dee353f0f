/// Numbers in ascending order, each once. New ones are nearly always the highest, and so are appended.
struct SortedIDs: Sequence {
  private var numbers: [Int64] = []

  var isEmpty: Bool { numbers.isEmpty }
  var count: Int { numbers.count }
  var last: Int64? { numbers.last }

  func makeIterator() -> IndexingIterator<[Int64]> { numbers.makeIterator() }

  /// Those above a number.
  func above(_ id: Int64) -> ArraySlice<Int64> { numbers[place(of: id + 1)...] }

  mutating func insert(_ id: Int64) {
    guard let last = numbers.last, last >= id else {
      numbers.append(id)
      return
    }
    let place = place(of: id)
    if numbers[place] != id { numbers.insert(id, at: place) }
  }

  mutating func remove(_ id: Int64) {
    let place = place(of: id)
    if place < numbers.count && numbers[place] == id { numbers.remove(at: place) }
  }

  /// The place of the first number that is not below one.
  private func place(of id: Int64) -> Int {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Dictionary where Value == SortedIDs {
  /// Enters a number below a key.
  mutating func insert(_ id: Int64, _ key: Key) { self[key, default: SortedIDs()].insert(id) }

  /// Takes a number out; a key without numbers leaves.
  mutating func remove(_ id: Int64, _ key: Key) {
    self[key]?.remove(id)
    if self[key]?.isEmpty == true { self[key] = nil }
  }
}

extension Dictionary where Value == Int {
  /// Adds to a key's count; one of nothing leaves.
  mutating func add(_ difference: Int, _ key: Key) {
    let count = self[key, default: 0] + difference
    self[key] = count == 0 ? nil : count
  }
}
