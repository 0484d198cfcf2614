# Carnet: `make run` and `make test` need nothing but Go, gcc and this file; `make help` lists the rest.
# Written for GNU make 4 and bash.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# System packages that the build and the tests use, by their names on Debian and Ubuntu (.ci/deps knows those of Fedora).
PACKAGES := gcc make age qpdf poppler-utils strace zbar-tools tesseract-ocr tesseract-ocr-fra sane-utils python3-icalendar
# What the window is built with (the names of Debian and Ubuntu; .ci/deps knows those of Fedora), and
# what its tests drive it with: a display of their own, keys and clicks, a print server, a keyring.
WINDOW := libgl1-mesa-dev xorg-dev libwayland-dev libxkbcommon-dev
WINDOW_TESTS := xvfb xdotool imagemagick x11-xkb-utils libgl1-mesa-dri cups cups-client cups-filters dbus gnome-keyring
# The browser that the page for telephones is proven in.
BROWSER := chromium
# What the benchmarks stand beside.
PEERS := restic borgbackup gocryptfs age fuse3
# What packages for Windows are made with.
PACKAGING := gcc-mingw-w64-x86-64 nsis zip
# The commands those packages bring, looked for before the tests start.
TOOLS := gcc age qpdf zbarimg pdfinfo pdftotext pdftoppm strace tesseract scanimage Xvfb xdotool import setxkbmap lp dbus-run-session gnome-keyring-daemon chromium

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0

# The only packages that may need cgo. Everything else must build without it.
CGO_PACKAGES := carnet/cmd/carnet carnet/vault/render/worker
# The packages that the vet for other systems leaves out: the window's driver needs cgo everywhere, and on
# macOS the toolkit itself does.
CROSS_SKIP_windows := carnet/cmd/carnet
CROSS_SKIP_darwin := carnet/cmd/carnet carnet/ui carnet/ui/kit carnet/ui/session carnet/ui/unlock carnet/ui/home carnet/ui/library carnet/ui/medical carnet/ui/child carnet/ui/vaccines carnet/ui/agenda carnet/ui/handover carnet/ui/settings

TESTFLAGS ?=
FUZZTIME ?= 120s

# A checkout that git refuses to read (another owner, no commit yet) still builds, without a revision in it.
READABLE := $(shell git rev-parse --verify --quiet HEAD >/dev/null 2>&1 && echo yes)
export GOFLAGS := $(strip $(filter-out -mod=% -buildvcs=%,$(GOFLAGS)) -mod=readonly $(if $(READABLE),,-buildvcs=false))

# Tests run in the folder of their package, so a relative corpus folder is made absolute here.
ifneq ($(CARNET_CORPUS),)
override CARNET_CORPUS := $(shell cd "$(CARNET_CORPUS)" && pwd)
ifeq ($(CARNET_CORPUS),)
$(error CARNET_CORPUS names a folder that does not exist)
endif
export CARNET_CORPUS
endif

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)$$/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name what; do printf '  make %-13s %s\n' "$$name" "$$what"; done

.PHONY: run
run: build ## build the program and open its window (without a display: show the main job on the command line)
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname -s)" != Linux ]; then exec bin/carnet; \
	else echo 'There is no display here: "carnet demo" shows the main job on the command line.'; exec bin/carnet demo; fi

.PHONY: build
build: ## build bin/carnet
	@command -v gcc >/dev/null && .ci/has-window || .ci/deps gcc make $(WINDOW)
	go build -trimpath -o bin/ ./cmd/carnet

.PHONY: server
server: ## build bin/carnet-server, static
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/carnet-server

# The two packages that test through the front doors draw and start programs on one goroutine nearly all the time, five
# times slower under the race detector. There it watches the tests in which work goes on beside the drawing.
FRONT := carnet/cmd/carnet carnet/ui
BESIDE := Import|Stopped|Dropped|Picked|Folder|Find|Lock|Quit|Idle|Scans|BackUp|Check|Export|Merge|HandOver|Close

.PHONY: test
test: tools ## install what the tests need when it is missing, then run all of them
	go test -timeout 40m $(TESTFLAGS) $(FRONT)
	packages=$$($(call without,$(FRONT))); go test -race -timeout 40m $(TESTFLAGS) $$packages
	go test -race -timeout 40m -run '$(BESIDE)' $(TESTFLAGS) carnet/ui

.PHONY: race
race: tools ## all tests with the race detector (long)
	go test -race -timeout 90m $(TESTFLAGS) ./...

.PHONY: screenshots
screenshots: tools ## draw every screen in four themes, three sizes and two languages, into bin/screenshots
	CARNET_SCREENSHOTS=$(CURDIR)/bin/screenshots go test -count=1 -timeout 30m -run Screenshots ./ui

.PHONY: tools
tools:
	@command -v go >/dev/null || { echo 'Go is not installed; go.mod names the version.' >&2; exit 1; }
	@missing=; for tool in $(TOOLS); do command -v "$$tool" >/dev/null || missing="$$missing $$tool"; done; \
	.ci/has-window || missing="$$missing (headers of the window)"; \
	[ "$$(uname -s)" != Linux ] || /usr/bin/python3 -c 'import icalendar' 2>/dev/null || missing="$$missing python3-icalendar"; \
	if [ -n "$$missing" ]; then echo "Missing:$$missing. Installing."; $(MAKE) --no-print-directory deps; fi

.PHONY: deps
deps: ## install the system packages (Debian, Ubuntu, Fedora; elsewhere it says which)
	.ci/deps $(PACKAGES) $(WINDOW) $(WINDOW_TESTS) $(BROWSER)

.PHONY: bench
bench: peers ## run the benchmarks of all packages, and those beside other programs on 2 GB (long)
	CARNET_BENCH=full go test -run '^$$' -bench . -benchmem -timeout 180m ./...

.PHONY: bench-quick
bench-quick: peers ## the benchmarks beside other programs and beside the bare disk, on little, in two minutes
	CARNET_BENCH=quick go test -run '^$$' -bench 'Peers|Disk' -benchtime 1x -timeout 30m ./cmd/carnet ./vault

.PHONY: peers
peers: tools
	@command -v restic >/dev/null && command -v borg >/dev/null && command -v gocryptfs >/dev/null && command -v age >/dev/null || .ci/deps $(PEERS)

.PHONY: torture
torture: tools ## run the long forms of the crash and kill tests
	CARNET_TORTURE=1 go test -count=1 -v -run Torture -timeout 60m ./...

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (120s)
	.ci/fuzz $(FUZZTIME)

.PHONY: fhir
fhir: tools ## public readers of FHIR and of pages judge what is written (installs them with npm; says so when it cannot)
	.ci/fhir

.PHONY: fmt-check
fmt-check: ## fail when gofmt would change a file
	@changed=$$(gofmt -l .); if [ -n "$$changed" ]; then echo 'gofmt would change:' >&2; echo "$$changed" >&2; exit 1; fi

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: staticcheck
staticcheck:
	go run $(STATICCHECK) ./...

.PHONY: lint
lint: fmt-check vet staticcheck ## gofmt, go vet and staticcheck

.PHONY: vuln
vuln: ## known vulnerabilities in what we use (asks a database on the internet)
	go run $(GOVULNCHECK) ./...

# $(call without,NAMES): the packages of this module but those, for the shell; awk, since an empty list is no error.
without = go list ./... | awk -v skip=' $(1) ' 'index(skip, " " $$0 " ") == 0'

.PHONY: pure
pure: ## build without cgo all that must be pure Go
	packages=$$($(call without,$(CGO_PACKAGES))); CGO_ENABLED=0 go build $$packages

.PHONY: cross
cross: ## go vet for Windows and macOS, without cgo
	echo "go vet for windows"; packages=$$($(call without,$(CROSS_SKIP_windows))); CGO_ENABLED=0 GOOS=windows go vet $$packages; \
	echo "go vet for darwin"; packages=$$($(call without,$(CROSS_SKIP_darwin))); CGO_ENABLED=0 GOOS=darwin go vet $$packages

.PHONY: package
package: ## make packages of the commit in place for the systems this one can build for, into bin/package
	@command -v gcc >/dev/null && .ci/has-window || .ci/deps gcc make $(WINDOW)
	@[ "$$(uname -s)" != Linux ] || { command -v x86_64-w64-mingw32-gcc && command -v makensis && command -v zip; } >/dev/null || .ci/deps $(PACKAGING)
	.ci/package

.PHONY: package-check
package-check: ## install, use, upgrade and remove the packages, and build them twice (Debian, as root; long)
	.ci/package-check

.PHONY: clean
clean: ## remove what was built
	rm -rf bin
