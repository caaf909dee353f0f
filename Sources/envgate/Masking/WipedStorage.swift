import CLinux

/// Memory for what was made out of values: wiped when it is given back or outgrown, but not locked.
///
/// The forms of a few large values take more than may be locked, and live no longer than the values that
/// they were made of lie in the child's environment beside them. Core dumps are off for the process.
@safe
struct WipedStorage<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  // Safety: owned by this value alone from init to deinit; whoever it is lent to keeps this value alive.
  private(set) var elements: UnsafeMutableBufferPointer<Element>

  init(repeating element: Element, count: Int) {
    unsafe elements = .allocate(capacity: max(count, 1))
    unsafe elements.initialize(repeating: element)
  }

  deinit {
    let bytes = unsafe UnsafeMutableRawBufferPointer(elements)
    unsafe envgate_wipe(bytes.baseAddress, bytes.count)
    unsafe elements.deallocate()
  }

  var count: Int { unsafe elements.count }

  /// The first element's place. There is always one.
  var base: UnsafeMutablePointer<Element> {
    unsafe elements.baseAddress.unsafelyUnwrapped
  }

  subscript(index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count, "beyond the storage")
      return unsafe elements[index]
    }
    set {
      precondition(index >= 0 && index < count, "beyond the storage")
      unsafe elements[index] = newValue
    }
  }

  /// Makes room for at least so many elements. What was there moves, and is wiped where it was.
  mutating func grow(to wanted: Int, filling element: Element) {
    if wanted <= count { return }
    var larger = WipedStorage(repeating: element, count: max(wanted, count * 2))
    // Safety: both are whole and apart; after the exchange the old memory goes with `larger`.
    unsafe larger.base.update(from: base, count: count)
    let old = unsafe elements
    unsafe elements = larger.elements
    unsafe larger.elements = old
  }
}
