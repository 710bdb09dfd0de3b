# Mohar. `make help` lists what can be made.
GO      ?= go
DATA    ?= ./data
LISTEN  ?= 127.0.0.1:8080
LINT    := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VULN    := golang.org/x/vuln/cmd/govulncheck@v1.8.0
TEMPL   := github.com/a-h/templ/cmd/templ@$(shell awk '$$1=="github.com/a-h/templ" {print $$2}' go.mod)
LDFLAGS := -s -w
export CGO_ENABLED ?= 0

# The programs that some tests look at results with, and the Debian packages they
# come in.
PROGRAMS := chromium:chromium pdftoppm:poppler-utils zbarimg:zbar-tools sqlite3:sqlite3

.PHONY: help run build test tools check generate css lint race bench fuzz golden crash nightly dist vuln clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and start Mohar on ./data; says where to open it
	./mohar serve --data $(DATA) --listen $(LISTEN)

build: ## build the one binary, ./mohar
	@test -e mohar || echo "Building; the first time takes a few minutes."
	$(GO) build -trimpath -ldflags "$(LDFLAGS)" -o mohar ./cmd/mohar

test: tools ## run all tests, browser tests too
	$(GO) test -timeout 15m ./...

# Installs what is missing where it may; else says what will be skipped. With
# CI=true nothing may be skipped: the tests themselves then fail.
tools:
	@for p in $(PROGRAMS); do \
	  command -v $${p%%:*} >/dev/null && continue; \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then sudo=; \
	  elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then sudo="sudo -n"; \
	  else echo "MISSING: $${p%%:*} (Debian package $${p##*:}): the tests that need it are skipped"; continue; fi; \
	  echo "installing $${p##*:} for the tests"; \
	  $$sudo apt-get install -y -qq $${p##*:} >/dev/null 2>&1 || { $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $${p##*:} >/dev/null; } \
	    || echo "MISSING: $${p%%:*} could not be installed: the tests that need it are skipped"; \
	done

# Whether generated files are as committed. The style sheet's generator now and then, on a
# busy machine, writes a repeated rule differently; only a second difference counts.
CURRENT := git diff --exit-code --stat -- '*_templ.go' static/dist

check: ## what must hold before a commit: generated code current, gofmt, tidy, lint, race
	$(MAKE) generate
	@$(CURRENT) || { echo "generating the style sheet once more"; $(MAKE) css && $(CURRENT); } \
	  || { echo "generated files were not current: commit them"; exit 1; }
	@test -z "$$(git ls-files --others --exclude-standard -- views static/dist)" || { echo "generated files are not committed:"; git ls-files --others --exclude-standard -- views static/dist; exit 1; }
	@out="$$(gofmt -l $$(git ls-files '*.go'))"; test -z "$$out" || { echo "gofmt these:"; echo "$$out"; exit 1; }
	$(GO) mod tidy -diff
	$(MAKE) lint race

generate: css ## regenerate templ code and the style sheet (needs Node for the latter)
	$(GO) run $(TEMPL) generate -path ./views

css:
	cd static && npm ci --silent --no-audit --no-fund && npm run --silent build

lint: ## golangci-lint, with the arrows of the house
	$(GO) run $(LINT) run

# The detector looks at Go's heap and variables only. SQLite, which is C written as Go, works on
# memory that it maps beside them, so that watching its code tells next to nothing and takes most
# of the time. The driver between it and the program, modernc.org/sqlite itself, is watched.
# Source: Go, runtime/race_amd64.s, racecalladdr passes over all other addresses.
UNWATCHED := $(foreach pkg,modernc.org/sqlite/lib modernc.org/libc/... modernc.org/memory,-gcflags=$(pkg)=-race=false)

# -short: fewer seeds of the simulation, cases of the fault matrix, rows of tables and lines of large
# files, and no browser on pages that the test itself serves. All of them run in `make test`; more of
# them here go the same ways through the same goroutines, and tell nothing of races.
race: tools ## all tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race $(UNWATCHED) -short -timeout 20m ./...

bench: build ## print the figures that matter, medians of several runs
	$(GO) test -run '^$$' -bench . -benchtime 2s ./pdf ./db ./registrar ./handlers ./cmd/mohar

fuzz: ## each fuzz target for 30 s
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime 30s $$pkg || exit 1; \
	  done; \
	done

golden: ## rewrite golden files; review the diff
	$(GO) test ./nic ./pdf ./views ./handlers/api -update

crash: ## kill -9 between sent and stored, and 200 times under load (needs sqlite3)
	MOHAR_CRASH_ROUNDS=200 $(GO) test -count=1 -timeout 60m -v -run 'Crash|Kill|Death' ./cmd/mohar ./registrar ./db

SEEDS ?= 10000

nightly: ## what takes a quarter of an hour: the simulation with SEEDS seeds from FIRST on, and make crash
	$(GO) test -count=1 -timeout 6h -run 'TestSimulation$$' ./registrar -sim.seeds $(SEEDS) -sim.first $(or $(FIRST),1)
	$(MAKE) crash

dist: ## release binaries in ./dist
	@for t in linux/amd64 linux/arm64 windows/amd64; do \
	  out=dist/mohar-$${t%/*}-$${t#*/}; [ $${t%/*} = windows ] && out=$$out.exe; \
	  echo $$out; GOOS=$${t%/*} GOARCH=$${t#*/} $(GO) build -trimpath -ldflags "$(LDFLAGS)" -o $$out ./cmd/mohar || exit 1; \
	done

vuln: ## known vulnerabilities (asks the online database)
	$(GO) run $(VULN) ./...

clean: ## remove what was built, never data
	rm -rf mohar dist demo
