import ArgumentParser

/// How a command gets its secrets.
enum DeliveryForm: String, CaseIterable, ExpressibleByArgument {
  /// `NAME` holds the value.
  case env
  /// `NAME_FILE` is the path of an inherited descriptor: a sealed file without a name, in memory.
  case fd
  /// `NAME_FILE` is the path of a file of mode 0400 in a folder of its own, in a tmpfs.
  case file
  /// As `env`, but Azure's credentials as the variables that Azure's tools read.
  case azure
}
