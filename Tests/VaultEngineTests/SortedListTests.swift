import TestSupport
import Testing
@testable import VaultEngine

/// A list in parts beside a plain sorted array.
@Suite struct SortedListTests {
  @Test(arguments: UInt64(1)...2)
  func `a sorted list says what a sorted array says, however many elements come and go`(
    seed: UInt64
  ) {
    var random = SeededRandom(seed: seed)
    var list = SortedList<Int>()
    var plain: [Int] = []
    // It grows to many parts, mostly at its end, and shrinks to nothing.
    for step in 0..<9_000 {
      let isGrowing = step < 4_500
      let number = random.oneIn(3) ? random.below(6_000) : isGrowing ? step : plain.first ?? 0
      let index = plain.firstIndex { $0 >= number } ?? plain.count
      let isThere = plain.indices.contains(index) && plain[index] == number
      if isGrowing ? !random.oneIn(5) : random.oneIn(9) {
        list.insert(number)
        if !isThere { plain.insert(number, at: index) }
      } else {
        list.remove(number)
        if isThere { plain.remove(at: index) }
      }
      guard step.isMultiple(of: 25) else { continue }
      let bound = random.below(6_000)
      #expect(list.count == plain.count && list.first == plain.first && list.last == plain.last)
      #expect(list.above(bound).first == plain.first { $0 > bound })
      guard step.isMultiple(of: 250) else { continue }
      #expect(Array(list) == plain, "seed \(seed) step \(step)")
      #expect(Array(list.descending) == plain.reversed(), "seed \(seed) step \(step)")
      #expect(Array(list.above(bound)) == plain.filter { $0 > bound }, "seed \(seed) step \(step)")
    }
    for number in plain { list.remove(number) }
    #expect(list.isEmpty && Array(list).isEmpty && list.first == nil)
  }
}
