import Glibc
import Promises
import StrictJSON
import Testing

/// The files of JSONTestSuite (nst/JSONTestSuite, test_parsing), which nobody here wrote.
enum Vectors {
  static let folder = getenv("ENVGATE_VECTORS").map { String(cString: $0) + "/json-parsing" }

  static func names(_ prefix: String) -> [String] {
    guard let folder, let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(prefix) { names.append(name) }
    }
    return names.sorted()
  }

  static func bytes(_ name: String) -> [UInt8] { contents((folder ?? "") + "/" + name) }

  static func contents(_ path: String) -> [UInt8] {
    let fd = open(path, O_RDONLY)
    defer { close(fd) }
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(fd, &chunk, chunk.count), count > 0 { all += chunk[0..<count] }
    return all
  }
}

/// The fault of a text, nil where it reads.
func fault(_ bytes: [UInt8], options: JSONOptions = .wire) -> JSONFault? {
  var reader = JSONReader(options: options)
  do {
    try bytes.withUnsafeBytes { try reader.read($0) { _ in } }
    return nil
  } catch let fault as JSONFault {
    return fault
  } catch {
    Issue.record("another error: \(error)")
    return nil
  }
}

func fault(_ text: String, options: JSONOptions = .wire) -> JSONFault? {
  fault(Array(text.utf8), options: options)
}

@Suite(
  .enabled(
    if: Vectors.folder != nil,
    "ENVGATE_VECTORS does not name the folder with json-parsing/"))
struct VectorTests {
  /// I-JSON's ban on duplicate keys (RFC 7493, 2.3), on purpose.
  static let refusedOnPurpose: Set<String> = [
    "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
  ]

  @Test func `the 95 valid files are read, but the two with a duplicate key`() {
    let names = Vectors.names("y_")
    #expect(names.count == 95)
    for name in names {
      let found = fault(Vectors.bytes(name))
      #expect((found?.code == .duplicateKey) == Self.refusedOnPurpose.contains(name), "\(name)")
      if !Self.refusedOnPurpose.contains(name) { #expect(found == nil, "\(name)") }
    }
  }

  @Test(.promise(.malformedJSON))
  func `the 188 invalid files are refused, each with an offset within it`() {
    let names = Vectors.names("n_")
    #expect(names.count == 188)
    for name in names {
      let bytes = Vectors.bytes(name)
      guard let found = fault(bytes) else {
        Issue.record("\(name) was read")
        continue
      }
      #expect((0...bytes.count).contains(found.offset), "\(name)")
    }
  }

  @Test func `the 35 files that may go either way do what the article says`() throws {
    let names = Vectors.names("i_")
    #expect(names.count == 35)
    let article = String(
      decoding: Vectors.contents(Self.article), as: UTF8.self)
    var promised: [String: String] = [:]
    for line in article.split(separator: "\n") where line.hasPrefix("| `i_") {
      let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
      let name = cells[0].filter { $0 != "`" }
      promised[name] = cells[1].filter { $0 != "`" }
    }
    #expect(Set(promised.keys) == Set(names))
    for name in names {
      let found = fault(Vectors.bytes(name))
      #expect(promised[name] == (found.map { "refused: \($0.code.rawValue)" } ?? "read"), "\(name)")
    }
  }

  static var article: String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/Sources/StrictJSON/StrictJSON.docc/Grammar.md"
  }
}
