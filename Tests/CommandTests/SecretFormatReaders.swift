import Glibc
import SecretMemory
import StrictJSON
import Testing
import VaultProtocol

/// Who reads what `secret get --format` prints.
enum SecretFormatReaders {
  /// The member `value` of an object, as the wire has it.
  static func json(_ line: [UInt8]) throws -> [UInt8] {
    var reader = JSONReader()
    return try line.dropLast().withUnsafeBytes { bytes in
      try reader.read(bytes) { document in
        try SecretValueView(document).secret.value.withUnsafeBytes { Array($0) }
      }
    }
  }

  /// What the runner makes of a file of variables: its reader, step by step (actions/runner,
  /// FileCommandManager.cs, EnvFileKeyValuePairs, as it is on Linux).
  static func githubPairs(_ file: String) throws -> [(name: String, value: String)] {
    let text = Array(file.utf16)
    let newline = UInt16(0x0A)
    var index = 0
    var pairs: [(name: String, value: String)] = []

    func readLine() -> (line: [UInt16], hasNewline: Bool)? {
      guard index < text.count else { return nil }
      let start = index
      guard let end = text[index...].firstIndex(of: newline) else {
        index = text.count
        return (Array(text[start...]), false)
      }
      index = end + 1
      return (Array(text[start..<end]), true)
    }

    while let (line, _) = readLine() {
      if line.isEmpty { continue }
      let equals = line.firstIndex(of: UInt16(0x3D))
      let heredoc = line.indices.dropLast().first { line[$0] == 0x3C && line[$0 + 1] == 0x3C }
      if let equals, heredoc.map({ equals < $0 }) ?? true {
        pairs.append((string(line[..<equals]), string(line[(equals + 1)...])))
        continue
      }
      guard let heredoc else { throw HarnessFault("invalid format") }
      let name = line[..<heredoc]
      let delimiter = Array(line[(heredoc + 2)...])
      if name.isEmpty || delimiter.isEmpty { throw HarnessFault("a name or delimiter is empty") }
      let start = index
      var end = index
      while true {
        guard let (next, hasNewline) = readLine() else {
          throw HarnessFault("matching delimiter not found")
        }
        if next == delimiter { break }
        guard hasNewline else { throw HarnessFault("the end marker misses its newline") }
        end = index - 1
      }
      pairs.append((string(name), end > start ? string(text[start..<end]) : ""))
    }
    return pairs
  }

  private static func string(_ units: some Collection<UInt16>) -> String {
    String(decoding: units, as: UTF16.self)
  }

  // MARK: - Readers of dotenv files that are not ours

  /// Each gets `LENGTH\nLINE` again and again on stdin, and prints `LENGTH\nVALUE` for each.
  static let nodeScript = """
    const all = require('fs').readFileSync(0); let at = 0; const out = [];
    while (at < all.length) {
      const end = all.indexOf(10, at), n = +all.subarray(at, end); at = end + 1 + n;
      const value = Buffer.from(require('util').parseEnv(all.subarray(end + 1, at).toString()).KEY);
      out.push(Buffer.from(value.length + '\\n'), value);
    }
    process.stdout.write(Buffer.concat(out));
    """

  static let pythonScript = """
    import sys, io, os, tempfile, dotenv
    os.environ.clear()
    data, out = sys.stdin.buffer.read(), sys.stdout.buffer
    with tempfile.NamedTemporaryFile() as file:
      while data:
        count, data = data.split(b'\\n', 1)
        line, data = data[:int(count)], data[int(count):]
        file.seek(0); file.truncate(); file.write(line); file.flush()
        value = dotenv.dotenv_values(file.name)['KEY'].encode()
        out.write(b'%d\\n%s' % (len(value), value))
    """

  static let rubyScript = """
    require 'dotenv'
    ENV.clear
    data = STDIN.binmode.read
    until data.empty?
      count, data = data.split("\\n", 2)
      line = data.byteslice(0, count.to_i).force_encoding('utf-8')
      data = data.byteslice(count.to_i, data.bytesize)
      value = Dotenv::Parser.call(line)['KEY']
      STDOUT.binmode.write("#{value.bytesize}\\n", value)
    end
    """

  static let node = program(
    "node", ["-e", "require('util').parseEnv('A=1').A == '1' || process.exit(1)"])
  static let pythonDotenv = program("python3", ["-c", "import dotenv"])
  static let ruby = program(
    "ruby", ["-e", "require 'dotenv'; exit(Dotenv::Parser.call(\"A='\\n'\")['A'] == \"\\n\")"])

  /// A program on the path that manages this; nil where there is none.
  private static func program(_ name: String, _ check: [String]) -> String? {
    for folder in ["/usr/local/bin", "/usr/bin"] {
      let path = folder + "/" + name
      if access(path, X_OK) == 0, (try? Programs.run([path] + check))?.code == 0 { return path }
    }
    return nil
  }
}
