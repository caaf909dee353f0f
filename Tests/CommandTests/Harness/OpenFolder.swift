import Glibc

/// A folder that the account of jobs may write to.
struct OpenFolder: ~Copyable {
  let path: String
  var status: String { path + "/status" }

  init() throws {
    var template = Array("/tmp/envgate-open-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessFault("no temporary folder") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    chmod(path, 0o777)
  }

  deinit { removeTree(path) }

  func text() throws -> String { String(decoding: try readFile(status), as: UTF8.self) }
}
