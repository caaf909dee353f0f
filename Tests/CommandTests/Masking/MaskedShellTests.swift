import Promises
import Testing

/// A shell that somebody types into, with what it prints masked.
@Suite(
  .serialized, .timeLimit(.minutes(10)),
  .enabled(if: Programs.isThere && Programs.isRoot, "needs ENVGATE_BIN and root"))
struct MaskedShellTests {
  @Test(.promise(.maskedOutputOnly))
  func `a masked shell below script has job control, and ends as it says`() throws {
    let daemon = try HandOverTests.stage(["KEY": "masked-canary-7"])
    let shell = try ExecTerminalTests.shell(daemon)
    try shell.type(
      "$E exec -e dev --mask -- script -qec 'bash --norc --noprofile -i' /dev/null; echo out=$?\n")
    try shell.read(until: "$ ")
    try shell.type("bind 'set enable-bracketed-paste off'; stty -echo; echo in\"\"side\n")
    let start = try shell.read(until: "inside\n")
    #expect(!start.contains("job control"), "\(start)")
    try shell.type("echo \"$KEY\"; echo er\"$KEY\"ror >&2; echo e\"\"nd\n")
    let said = try shell.read(until: "end\n")
    #expect(
      said.contains("***\n") && said.contains("er***ror") && !said.contains("canary"), "\(said)")
    // Keys reach what runs there: one stops it, another ends it.
    try shell.type(
      "sh -c 'trap \"exit 5\" INT; echo started; read line; echo got $line; read line'\n")
    try shell.read(until: "started\n")
    try shell.type("\u{1A}")
    try shell.read(until: "Stopped")
    try shell.read(until: "$ ")
    try shell.type("fg >/dev/null; echo code=$?\nhello\n")
    try shell.read(until: "got hello\n")
    try shell.type("\u{03}")
    try shell.read(until: "code=5\n")
    try shell.type("stty size; exit 3\n")
    try shell.read(until: "24 80\n")
    try shell.read(until: "out=3\n")
  }
}
