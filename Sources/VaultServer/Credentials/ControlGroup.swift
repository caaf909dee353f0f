/// Where the service manager has put a process among its control groups (cgroups(7)).
enum ControlGroup {
  /// The unit that a process belongs to, by its `/proc/PID/cgroup`; nil where that says none.
  ///
  /// Invariant: the first name below the slices. What comes deeper was made by the unit itself, or by a user's or a
  /// container's own manager, whose units may be called as they like.
  static func unit(in text: [UInt8]) -> String? {
    guard let path = managersPath(in: text) else { return nil }
    let names = path.split(separator: 0x2F)
    guard let name = names.first(where: { !$0.ends(with: ".slice".utf8) }) else { return nil }
    // The manager puts this in front of a name that the kernel would take for a file of its own.
    return String(decoding: name.first == 0x5F ? name.dropFirst() : name, as: UTF8.self)
  }

  /// The path in the manager's own hierarchy: the named one where there is one, else the unified one.
  private static func managersPath(in text: [UInt8]) -> ArraySlice<UInt8>? {
    var unified: ArraySlice<UInt8>?
    for line in text.split(separator: 0x0A) {
      let fields = line.split(separator: 0x3A, maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[1].elementsEqual("name=systemd".utf8) { return fields[2] }
      if fields[0].elementsEqual("0".utf8), fields[1].isEmpty { unified = fields[2] }
    }
    return unified
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  fileprivate func ends(with end: String.UTF8View) -> Bool { suffix(end.count).elementsEqual(end) }
}
