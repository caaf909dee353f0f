import NIOCore

/// What waits for its lane's turn.
///
/// Invariants:
/// - lanes take turns, so nobody waits behind what somebody else has piled up;
/// - within a lane the order of coming is the order of leaving;
/// - a lane with nothing is not kept.
struct LaneTurns<Element> {
  /// A lane with something, shared by the table and the turns, so that a look-up is by lane once.
  private final class Line {
    var lane: Lane
    var elements: CircularBuffer<Element> = []

    init(_ lane: Lane) { self.lane = lane }
  }

  private var lines: [Lane: Line] = [:]
  /// The lanes that have something, the next one first.
  private var turns: CircularBuffer<Line> = []
  /// The line of a lane that ran empty, for the next one: most run empty all the time.
  private var spare: Line?
  /// More room than this is given back.
  private static var keptRoom: Int { 1_024 }

  /// Whether nothing waits.
  var isEmpty: Bool { turns.isEmpty }

  /// How many wait in a lane.
  func count(of lane: Lane) -> Int { lines[lane]?.elements.count ?? 0 }

  /// Adds behind what waits in the lane.
  mutating func append(_ element: Element, _ lane: Lane) {
    if let line = lines[lane] {
      line.elements.append(element)
      return
    }
    let line = spare ?? Line(lane)
    spare = nil
    line.lane = lane
    line.elements.append(element)
    lines[lane] = line
    turns.append(line)
  }

  /// Takes the first of the lane whose turn it is; then it is the next lane's turn.
  mutating func next() -> Element? {
    var taken: Element?
    takeTurn { element in
      taken = element
      return false
    }
    return taken
  }

  /// Takes from the lane whose turn it is, for as long as it has something and `goOn` answers true.
  mutating func takeTurn(_ goOn: (Element) -> Bool) {
    guard let line = turns.popFirst() else { return }
    while let element = line.elements.popFirst(), goOn(element) {}
    if !line.elements.isEmpty {
      turns.append(line)
      return
    }
    lines[line.lane] = nil
    if line.elements.capacity <= Self.keptRoom { spare = line }
  }
}
