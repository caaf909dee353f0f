import Glibc
import Testing
@testable import VaultServer

/// The folder beside the state directory in which a restore puts a vault together.
@Suite struct RestorePlaceTests {
  @Test func `a second restore takes nothing from one that is at work`() throws {
    let folder = try Scratch()
    let target = folder.path + "/state"
    let first = try RestorePlace(target, owner: nil)
    try first.begin()
    let file = first.folder + "/vault.sqlite3"
    #expect(creat(file, 0o600) >= 0)

    let second = try RestorePlace(target, owner: nil)
    #expect(throws: RestoreFault.busy(path: first.folder)) { try second.begin() }
    second.discard()
    #expect(access(file, F_OK) == 0)

    // What was given up is in nobody's way.
    first.discard()
    try second.begin()
    #expect(creat(file, 0o600) >= 0)
    #expect(try second.finish(at: 0) == nil)
    #expect(access(target + "/vault.sqlite3", F_OK) == 0)
  }

  @Test func `each vault that was replaced is kept under a name of its own`() throws {
    let folder = try Scratch()
    let target = folder.path + "/state"
    #expect(mkdir(target, 0o700) == 0 && creat(target + "/vault.sqlite3", 0o600) >= 0)
    for name in ["\(target).replaced-7", "\(target).replaced-7-2"] {
      let place = try RestorePlace(target, owner: nil)
      try place.begin()
      #expect(creat(place.folder + "/vault.sqlite3", 0o600) >= 0)
      #expect(try place.finish(at: 7_000) == name)
      #expect(access(name + "/vault.sqlite3", F_OK) == 0)
      #expect(access(place.folder, F_OK) != 0)
    }
  }

  @Test func `a restore that was killed just before its rename is kept, and the next one goes on`()
    throws
  {
    let folder = try Scratch()
    let target = folder.path + "/state"
    for name in ["\(target).replaced", "\(target).replaced-2"] {
      let place = try RestorePlace(target, owner: nil)
      #expect(
        mkdir(place.folder, 0o700) == 0 && creat(place.folder + "/vault.sqlite3", 0o600) >= 0)
      #expect(try place.begin() == name)
      #expect(access(name + "/vault.sqlite3", F_OK) == 0)
      #expect(access(place.folder + "/vault.sqlite3", F_OK) != 0)
      place.discard()
    }
  }

  @Test func `what is in the way of a restore and is not its own stays`() throws {
    let folder = try Scratch()
    let target = folder.path + "/state"
    let place = try RestorePlace(target, owner: nil)
    for make: (String) -> Int32 in [
      { creat($0, 0o600) }, { symlink("/", $0) }, { mkdir($0, 0o700) | mkdir($0 + "/own", 0o700) },
    ] {
      #expect(make(place.folder) >= 0)
      #expect(throws: RestoreFault.leftover(path: place.folder)) { try place.begin() }
      #expect(rename(place.folder, folder.path + "/looked-at") == 0)
      _ = remove(folder.path + "/looked-at/own")
      _ = remove(folder.path + "/looked-at")
    }
  }
}
