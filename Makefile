# envgate: what can be built, run and checked here. `make` alone lists it.
#
# Three build folders, so that no kind of build throws the objects of another away:
#   .build           debug and tests
#   .build-release   what ships: optimized, Swift's libraries and the C++ runtime inside
#   .build-tsan      under ThreadSanitizer

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := $(CURDIR)/.build-release/release
# Said in one place, which the programs have it from.
VERSION := $(shell sed -n 's/.*static let text = "\(.*\)"/\1/p' Sources/VaultCalls/EnvgateVersion.swift)

# What a build needs, what the tests and the demo need on top, what the comparison with redis needs.
BUILD_PACKAGES := libssl-dev libsqlite3-dev pkg-config
TEST_PACKAGES := $(BUILD_PACKAGES) binutils chromium-headless-shell curl fish git jq man-db mandoc openssh-client openssh-server \
  python3 python3-dotenv socat sqlite3 strace uidmap zsh
BENCH_PACKAGES := $(BUILD_PACKAGES) redis-server
# What makes a Debian package and looks at it.
DEB_PACKAGES := $(BUILD_PACKAGES) debhelper lintian
# What links the client alone, and runs it where there is nothing else.
CLIENT_PACKAGES := $(BUILD_PACKAGES) binutils busybox-static
# What boots the service in a container of its own.
SYSTEMD_PACKAGES := $(BUILD_PACKAGES) binutils debootstrap systemd-container

# Where `make install` puts things: below DESTDIR, which a package sets, and PREFIX.
DESTDIR ?=
PREFIX ?= /usr

# Static Swift libraries ask the linker for -lstdc++ by name, and so for the shared one. A folder on
# the search path that holds nothing but the archive makes it take that, and leaves the client with
# the C library alone. Full RELRO, because the daemon's memory is worth an attack. No path of our own
# for libraries: each start would look for all of them there first.
STATIC := $(CURDIR)/.build-release/static
RELEASE := --scratch-path .build-release -c release --static-swift-stdlib --disable-local-rpath \
  -Xlinker -L$(STATIC) -Xswiftc -Xclang-linker -Xswiftc -static-libgcc \
  -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: swift
swift:
	@command -v swift >/dev/null || { \
	  echo "make: Swift 6.3 or newer is needed: https://www.swift.org/install/linux/" >&2; exit 1; }

.PHONY: build
build: swift ## the release binaries, into .build-release/release
	@.ci/packages $(BUILD_PACKAGES)
	@mkdir -p $(STATIC)
	@archive=$$($$(command -v clang gcc | head -n 1) -print-file-name=libstdc++.a); \
	  [[ -f $$archive ]] || { echo "make: libstdc++.a is missing: libstdc++-12-dev" >&2; exit 1; }; \
	  ln -sf "$$archive" $(STATIC)/libstdc++.a
	swift build $(RELEASE)

.PHONY: packages
packages: ## the Debian packages that a build and the tests need, as root
	@.ci/packages $(TEST_PACKAGES)

.PHONY: demo
demo: build ## a vault from its first start to its last record, in a temporary folder
	@ENVGATE_BIN=$(BIN) config/examples/demo.sh

.PHONY: test
test: build ## every test; end-to-end tests run the release binaries
	@.ci/packages $(TEST_PACKAGES)
	ENVGATE_BIN=$(BIN) swift test

.PHONY: tsan
tsan: swift ## the suites with threads, under ThreadSanitizer
	@.ci/packages $(TEST_PACKAGES)
	swift test --scratch-path .build-tsan --sanitize=thread \
	  --filter '^(VaultEngineTests|VaultServerTests)\.|MaskedStreamsTests|MaskFilterTests'

.PHONY: lint
lint: swift ## the layout of the code
	swift format lint --strict --recursive --parallel --configuration .swift-format \
	  Package.swift Sources Tests

.PHONY: format
format: swift ## lays the code out
	swift format --in-place --recursive --parallel --configuration .swift-format \
	  Package.swift Sources Tests

.PHONY: generate
generate: swift ## the parts of pages that follow from the code: commands, exit codes, reasons, keys of the configuration
	ENVGATE_REGENERATE=1 swift test --filter '^StructureTests\.'

.PHONY: docs
docs: swift ## the links of the DocC pages, against the symbols of the debug build
	@.ci/packages $(TEST_PACKAGES)
	swift build
	@.ci/docs

.PHONY: site
site: swift ## README, guides and articles as a folder of static pages, .build/site
	@.ci/packages $(TEST_PACKAGES)
	swift build
	@.ci/docs .build/site

.PHONY: promises
promises: ## what is promised: each promise with its attack and its tests
	@.ci/promises

.PHONY: walk
walk: build ## every command of README and the guides as it stands there, and every screen; as root
	@.ci/packages $(TEST_PACKAGES)
	@ENVGATE_BIN=$(BIN) .ci/walk

.PHONY: screens
screens: build ## puts the screens of a real run into README and the guides; as root
	@.ci/packages $(TEST_PACKAGES)
	@ENVGATE_BIN=$(BIN) .ci/walk --write

DOCUMENTS := LICENSE config/envgated.json
# They keep their places to each other, so that their links lead on; what lies in config lies one folder higher.
PAGES = README.md SECURITY.md CHANGELOG.md $(shell find Sources -path '*.docc/*.md' | sort)
# Recipes and clients; not the demo and the package of Swift, which need the sources around them.
EXAMPLES = $(shell find config/examples -type f -not -path '*/vault-client/*' -not -name demo.sh | sort)

.PHONY: install
install: ## binaries, units, manual pages, guides, completions, recipes, below DESTDIR and PREFIX; a configuration where there is none
	@[[ -x $(BIN)/envgate && -x $(BIN)/envgated ]] || { \
	  echo "make: there are no release binaries yet: make build" >&2; exit 1; }
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin sbin lib/systemd/system lib/sysusers.d \
	  lib/tmpfiles.d share/doc/envgate share/man/man1 share/man/man5 share/man/man8 \
	  share/bash-completion/completions share/zsh/vendor-completions share/fish/vendor_completions.d)
	install -s -m 0755 $(BIN)/envgate $(DESTDIR)$(PREFIX)/bin/envgate
	install -s -m 0755 $(BIN)/envgated $(DESTDIR)$(PREFIX)/sbin/envgated
	for unit in envgated.service envgated.socket envgated-credentials.socket; do \
	  sed -e 's,/usr/sbin/envgated,$(PREFIX)/sbin/envgated,' \
	    -e 's,/usr/share/doc,$(PREFIX)/share/doc,' systemd/$$unit \
	    | install -m 0644 /dev/stdin $(DESTDIR)$(PREFIX)/lib/systemd/system/$$unit; \
	done
	install -m 0644 systemd/sysusers.d/envgate.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/envgate.conf
	install -m 0644 systemd/tmpfiles.d/envgate.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/envgate.conf
	install -m 0644 $(DOCUMENTS) $(DESTDIR)$(PREFIX)/share/doc/envgate/
	for page in $(PAGES); do \
	  sed -E 's,\]\(((\.\./)*)config/,](\1,g' $$page \
	    | install -D -m 0644 /dev/stdin $(DESTDIR)$(PREFIX)/share/doc/envgate/$$page; \
	done
	for file in $(EXAMPLES); do \
	  mode=0644; [[ ! -x $$file ]] || mode=0755; \
	  install -D -m $$mode $$file $(DESTDIR)$(PREFIX)/share/doc/envgate/$${file#config/}; \
	done
	install -m 0644 Sources/envgate/man/envgate.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 0644 Sources/envgated/man/envgated.json.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -m 0644 Sources/envgated/man/envgated.8 $(DESTDIR)$(PREFIX)/share/man/man8/
	for pair in bash:bash-completion/completions/envgate zsh:zsh/vendor-completions/_envgate \
	  fish:fish/vendor_completions.d/envgate.fish; do \
	  $(BIN)/envgate --generate-completion-script "$${pair%%:*}" | sed '1 { /^#!/d }' \
	    | install -m 0644 /dev/stdin "$(DESTDIR)$(PREFIX)/share/$${pair#*:}"; \
	done
	[[ -e $(DESTDIR)/etc/envgate/envgated.json ]] || { install -d $(DESTDIR)/etc/envgate && \
	  install -m 0644 config/envgated.json $(DESTDIR)/etc/envgate/envgated.json; }

.PHONY: uninstall
uninstall: ## takes that away again, but neither the configuration, the key nor the vault
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/envgate sbin/envgated \
	  lib/systemd/system/envgated.service lib/systemd/system/envgated.socket \
	  lib/systemd/system/envgated-credentials.socket \
	  lib/sysusers.d/envgate.conf lib/tmpfiles.d/envgate.conf share/man/man1/envgate.1 \
	  share/man/man5/envgated.json.5 share/man/man8/envgated.8 \
	  share/bash-completion/completions/envgate share/zsh/vendor-completions/_envgate \
	  share/fish/vendor_completions.d/envgate.fish)
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/envgate

.PHONY: deb
deb: build ## a Debian package, into .build-release
	@.ci/packages $(DEB_PACKAGES)
	@ENVGATE_VERSION=$(VERSION) .ci/deb

.PHONY: client
client: build ## the client alone, for job images that are not Debian: a tarball, into .build-release
	@.ci/packages $(CLIENT_PACKAGES)
	@ENVGATE_VERSION=$(VERSION) .ci/client

.PHONY: test-systemd
test-systemd: deb ## the service, installed from its package and run under a systemd in a container; as root
	@if ((EUID == 0)); then .ci/packages $(SYSTEMD_PACKAGES); fi
	@.ci/systemd .build-release/envgate.deb

.PHONY: bench
bench: build ## releases a second beside redis, the client beside systemd-creds, masking beside cat, releases beside backups and rotations
	@.ci/packages $(BENCH_PACKAGES)
	@ENVGATE_BIN=$(BIN) .ci/bench
	@ENVGATE_BIN=$(BIN) .ci/bench-client
	@ENVGATE_BIN=$(BIN) .ci/bench-mask
	@ENVGATE_BIN=$(BIN) .ci/bench-bystander

.PHONY: instructions
instructions: build ## instructions of a release under callgrind, beside the recorded figures
	@.ci/packages $(BUILD_PACKAGES) binutils valgrind
	@ENVGATE_BIN=$(BIN) .ci/instructions

.PHONY: siege
siege: build ## what one hostile account does to another, attack by attack; as root
	@ENVGATE_BIN=$(BIN) .ci/siege

.PHONY: nightly
nightly: test ## what takes too long for each change
	ENVGATE_NIGHTLY=1 ENVGATE_BIN=$(BIN) swift test
	swift test --scratch-path .build-tsan --sanitize=thread
	$(MAKE) bench
	$(MAKE) instructions
	$(MAKE) client
	@if ((EUID == 0)); then $(MAKE) siege; else echo "make: siege left out: it runs as root" >&2; fi

.PHONY: clean
clean: ## removes the build folders
	rm -rf .build .build-release .build-tsan
