import Glibc
import Testing

/// The shipped configuration in a root that has nothing but root.
@Suite(.enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct MinimalRootTests {
  @Test func `envgated --check takes the shipped file where only root exists`() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var template = Array("/tmp/envgate-root-XXXXXX".utf8CString)
    #expect(mkdtemp(&template) != nil)
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { removeTree(folder) }
    let daemon = try Programs.path("envgated")
    let script = """
      set -eu
      mkdir -p etc bin lib lib64
      echo 'root:x:0:0:root:/root:/bin/sh' > etc/passwd
      echo 'root:x:0:' > etc/group
      echo 'passwd: files' > etc/nsswitch.conf
      cp '\(daemon)' bin/envgated
      for library in $(ldd '\(daemon)' | grep -o '/[^ ]*'); do
        mkdir -p ".$(dirname "$library")"
        cp -L "$library" ".$library"
      done
      install -m 0600 '\(root)/config/envgated.json' etc/envgated.json
      exec chroot . /bin/envgated --config /etc/envgated.json --check
      """
    let done = try Programs.run(["/bin/sh", "-c", "cd '\(folder)' && \(script)"])
    #expect(done.code == 0, "\(done.stderr)")
  }
}
