/// SplitMix64 (Steele, Lea, Flood: OOPSLA 2014): a seed is all that it takes to see a failure again.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var counter: UInt64

  /// Starts the sequence of a seed.
  public init(seed: UInt64) { counter = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    counter &+= 0x9E37_79B9_7F4A_7C15
    var mixed = counter
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from zero up to the bound, which it never is.
  public mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// True once in so many times.
  public mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

  /// One of the elements; nil where there are none.
  public mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }
}
