import CLinux
import Glibc

/// Memory for what was made out of values: in no core dump, empty in a forked child, locked as far as the
/// limit goes (RLIMIT_MEMLOCK), wiped when it is given back or outgrown.
///
/// Not of the arena, whose blocks end at 1 MiB: the forms of a few large values take more, and more than may
/// be locked in places; what is beyond the limit may reach swap.
@safe
struct WipedStorage<Element: BitwiseCopyable>: ~Copyable, @unchecked Sendable {
  // Safety: owned by this value alone from init to deinit; whoever it is lent to keeps this value alive.
  private(set) var elements: UnsafeMutableBufferPointer<Element>

  /// Bytes of the pages that it has; 0 where the kernel gave none of its own, and it lies in the heap.
  private var pageBytes: Int

  init(repeating element: Element, count: Int) {
    let capacity = max(count, 1)
    let page = Int(getpagesize())
    let size = (capacity * MemoryLayout<Element>.stride + page - 1) / page * page
    // Safety: fresh pages of nobody else's, aligned for any element, large enough for `capacity` of them.
    if let start = unsafe envgate_reserve_secret(size), unsafe Self.open(start, size) {
      unsafe elements = UnsafeMutableBufferPointer(
        start: start.bindMemory(to: Element.self, capacity: capacity), count: capacity)
      pageBytes = size
    } else {
      unsafe elements = .allocate(capacity: capacity)
      pageBytes = 0
    }
    unsafe elements.initialize(repeating: element)
  }

  /// Makes pages usable, locked where that is allowed; gives them back where they cannot be.
  private static func open(_ start: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    var locked: Int32 = 0
    // Safety: the caller has reserved them.
    if unsafe envgate_commit_secret(start, size, &locked) == 0 { return true }
    unsafe envgate_release_secret(start, size)
    return false
  }

  deinit {
    let bytes = unsafe UnsafeMutableRawBufferPointer(elements)
    unsafe envgate_wipe(bytes.baseAddress, bytes.count)
    if pageBytes > 0 {
      unsafe envgate_release_secret(bytes.baseAddress, pageBytes)
    } else {
      unsafe elements.deallocate()
    }
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
    swap(&pageBytes, &larger.pageBytes)
  }
}
