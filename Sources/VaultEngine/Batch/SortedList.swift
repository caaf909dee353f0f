/// Elements in ascending order, each once. New ones are nearly always the highest, and so are appended.
///
/// Invariant: an insertion or a removal moves at most ``mostTogether`` elements, however many there are. A few stand
/// in one array; from then on in parts, none of them empty.
struct SortedList<Element: Comparable>: Sequence {
  /// The elements that stand together at most.
  static var mostTogether: Int { 512 }

  private var few: [Element] = []
  private var parts: [[Element]] = []
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }
  var first: Element? { parts.first?.first ?? few.first }
  var last: Element? { parts.last?.last ?? few.last }

  func makeIterator() -> Suffix { Suffix(list: self, part: 0, index: 0) }

  /// Those above an element.
  func above(_ element: Element) -> Suffix {
    let (part, index) = place(of: element)
    let isFound = self.part(part).indices.contains(index) && self.part(part)[index] == element
    return Suffix(list: self, part: part, index: isFound ? index + 1 : index)
  }

  /// The same, the highest first.
  var descending: some Sequence<Element> {
    (parts.isEmpty ? [few] : parts).reversed().lazy.flatMap { $0.reversed() }
  }

  mutating func insert(_ element: Element) {
    let (part, index) = place(of: element)
    if parts.isEmpty {
      if few.indices.contains(index) && few[index] == element { return }
      few.insert(element, at: index)
      if few.count > Self.mostTogether {
        parts = [few]
        few = []
        split(0)
      }
    } else {
      if parts[part].indices.contains(index) && parts[part][index] == element { return }
      parts[part].insert(element, at: index)
      if parts[part].count > Self.mostTogether { split(part) }
    }
    count += 1
  }

  mutating func remove(_ element: Element) {
    let (part, index) = place(of: element)
    guard self.part(part).indices.contains(index), self.part(part)[index] == element else { return }
    count -= 1
    if parts.isEmpty {
      few.remove(at: index)
    } else if parts[part].count == 1 {
      parts.remove(at: part)
    } else {
      parts[part].remove(at: index)
    }
  }

  /// Inserts an element, or removes it.
  mutating func set(_ element: Element, _ isThere: Bool) {
    if isThere { insert(element) } else { remove(element) }
  }

  /// A full part: the last one keeps what it has, since what comes is nearly always appended.
  private mutating func split(_ part: Int) {
    let all = parts[part]
    let half = part == parts.count - 1 ? all.count - 1 : all.count / 2
    parts.replaceSubrange(part...part, with: [Array(all[..<half]), Array(all[half...])])
  }

  fileprivate func part(_ number: Int) -> [Element] { parts.isEmpty ? few : parts[number] }
  fileprivate var partCount: Int { parts.isEmpty ? 1 : parts.count }

  /// Where the first element stands that is not below one, or would be inserted.
  private func place(of element: Element) -> (part: Int, index: Int) {
    if let last, last < element { return (partCount - 1, part(partCount - 1).count) }
    let part = Self.lowerBound(parts.count) { parts[$0].last.map { $0 < element } ?? true }
    let together = self.part(part)
    return (part, Self.lowerBound(together.count) { together[$0] < element })
  }

  /// The first of so many numbers for which something does not hold that holds for all before it.
  private static func lowerBound(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// A list from one of its elements on.
  struct Suffix: Sequence, IteratorProtocol {
    fileprivate let list: SortedList
    fileprivate var part: Int
    fileprivate var index: Int

    /// The first of them.
    var first: Element? {
      var copy = self
      return copy.next()
    }

    mutating func next() -> Element? {
      while part < list.partCount {
        let together = list.part(part)
        if index < together.count {
          defer { index += 1 }
          return together[index]
        }
        part += 1
        index = 0
      }
      return nil
    }
  }
}

/// Numbers of requests.
typealias SortedIDs = SortedList<Int64>

extension Dictionary {
  /// Enters an element below a key.
  mutating func insert<Element>(_ element: Element, _ key: Key) where Value == SortedList<Element> {
    self[key, default: SortedList()].insert(element)
  }

  /// Takes an element out; a key without elements leaves.
  mutating func remove<Element>(_ element: Element, _ key: Key) where Value == SortedList<Element> {
    self[key]?.remove(element)
    if self[key]?.isEmpty == true { self[key] = nil }
  }
}

extension Dictionary where Value == SortedIDs {
  /// Enters a number below a key, or takes it out.
  mutating func set(_ id: Int64, _ key: Key, _ isThere: Bool) {
    if isThere { insert(id, key) } else { remove(id, key) }
  }
}

extension Dictionary where Value == Int {
  /// Adds to a key's count; one of nothing leaves.
  mutating func add(_ difference: Int, _ key: Key) {
    let count = self[key, default: 0] + difference
    self[key] = count == 0 ? nil : count
  }
}
