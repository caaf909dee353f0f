/// What is asked and answered is said there; this target says how it travels.
@_exported public import VaultCalls
