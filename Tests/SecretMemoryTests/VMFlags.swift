import Glibc

/// The flags of the mapping that holds `address`, as /proc/self/smaps shows them (proc(5)).
func vmFlags(of address: UInt) -> Set<String>? {
  guard let file = fopen("/proc/self/smaps", "r") else { return nil }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 4_096)
  var inside = false
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let range = text.prefix { $0 != " " }.split(separator: "-")
    if range.count == 2, let low = UInt(range[0], radix: 16), let high = UInt(range[1], radix: 16) {
      inside = (low..<high).contains(address)
    } else if inside, text.hasPrefix("VmFlags:") {
      return Set(text.dropFirst(8).split { $0 == " " || $0 == "\n" }.map(String.init))
    }
  }
  return nil
}
