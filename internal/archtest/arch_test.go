// Package archtest keeps the rules of who may import whom, each with its
// reason. It has nothing but this test.
package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/dreamlog/dreamlog/"

// A room is a top-level directory of packages, internal/NAME counting as one.
// rules says which rooms each room may import beside itself.
var rules = map[string]struct {
	may    []string
	reason string
}{
	"schema":    {nil, "what an event is depends on nothing, so that everything may depend on it"},
	"policy":    {nil, "what acts can be read and trained without any storage"},
	"embedding": {nil, "text to vector depends on nothing of ours"},
	"eventlog":  {[]string{"schema"}, "the log carries events and does not know what becomes of them"},
	"lake":      {[]string{"schema"}, "the lake knows offsets as numbers, never Kafka"},
	"producers": {[]string{"schema", "eventlog", "policy", "embedding", "internal/calls"}, "producers write events; what they must know of history comes through an interface that they declare"},
	"analytics": {[]string{"schema", "lake"}, "SQL reads the lake and writes nothing"},
	"consumers": {[]string{"schema", "eventlog", "policy", "embedding", "lake", "analytics"}, "consumers never call producers: what flows back flows as events"},
	"server":    {[]string{"schema", "lake", "analytics", "consumers"}, "the server shows, it does not produce"},

	"internal/calls": {[]string{"schema"}, "whoever asks a chat model records it alike"},
	"internal/app":   {[]string{"schema", "policy", "embedding", "eventlog", "lake", "producers", "analytics", "consumers", "server", "internal/loop"}, "the only place that sees everything"},
	"internal/loop":  {[]string{"schema", "policy", "embedding", "eventlog", "lake", "producers", "analytics", "consumers"}, "the training loop joins rooms that do not know each other"},
	"internal/cli":   {[]string{"internal/app", "schema", "lake", "analytics", "eventlog", "producers", "consumers"}, "a command reads flags, calls app and prints"},
	"cmd":            {[]string{"internal/app", "internal/cli"}, "main wires through internal only"},
	"bench":          {[]string{"internal/app", "schema", "embedding", "eventlog", "lake", "producers", "analytics", "consumers"}, "benchmarks drive the real parts"},
	"test":           {[]string{"internal/app", "internal/cli", "schema", "eventlog", "lake", "producers", "analytics", "consumers"}, "end-to-end tests drive the real parts"},
	"examples":       {nil, "examples use the commands"},
}

// leaves of internal may be imported by everyone, and import nothing of ours.
var leaves = []string{"internal/compression", "internal/durable", "internal/lifecycle", "internal/openai"}

// siblings are rooms whose direct children must not know each other: they are
// alternatives or steps that internal/app joins.
var siblings = []string{"producers", "consumers"}

func TestImportsFollowTheRules(t *testing.T) {
	files := sourceFiles(t)
	require.Greater(t, len(files), 20, "the walk found hardly any source")
	for _, file := range files {
		from := path.Dir(file)
		for _, to := range importsOf(t, file) {
			if reason := forbidden(from, to); reason != "" {
				t.Errorf("%s imports %s: %s", file, to, reason)
			}
		}
	}
}

func TestTheRulesCanFail(t *testing.T) {
	require.NotEmpty(t, forbidden("schema", "lake"))
	require.NotEmpty(t, forbidden("producers/importer/react", "lake/store"))
	require.NotEmpty(t, forbidden("producers/importer/react", "producers/rollout"))
	require.NotEmpty(t, forbidden("consumers/lander", "consumers/export"))
	require.NotEmpty(t, forbidden("newroom", "schema"))
	require.NotEmpty(t, forbidden("producers", "producers/rollout"))
	require.Empty(t, forbidden("producers/importer/react", "producers/importer/chat"))
	require.Empty(t, forbidden("producers/rollout", "producers"))
	require.Empty(t, forbidden("consumers/lander", "lake/store"))
	require.Empty(t, forbidden("lake", "internal/lifecycle"))
}

// forbidden returns why package from must not import package to, or nothing.
func forbidden(from, to string) string {
	fromRoom, toRoom := room(from), room(to)
	if isLeaf(toRoom) {
		return ""
	}
	if fromRoom == toRoom {
		return forbiddenSibling(fromRoom, from, to)
	}
	rule, known := rules[fromRoom]
	if !known {
		return "room " + fromRoom + " has no rule: add one, with its reason, here and in the design"
	}
	for _, may := range rule.may {
		if may == toRoom {
			return ""
		}
	}
	return rule.reason
}

func forbiddenSibling(room, from, to string) string {
	for _, s := range siblings {
		if room == s && child(to) != "" && child(from) != child(to) {
			return "direct children of " + s + " do not import each other, only the package of their common words; internal/app joins them"
		}
	}
	return ""
}

func isLeaf(room string) bool {
	for _, l := range leaves {
		if room == l {
			return true
		}
	}
	return false
}

// room returns the room that a package lies in.
func room(pkg string) string {
	parts := strings.Split(pkg, "/")
	if parts[0] == "internal" && len(parts) > 1 {
		return "internal/" + parts[1]
	}
	return parts[0]
}

// child returns the direct child of its room that a package lies in.
func child(pkg string) string {
	parts := strings.Split(pkg, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func importsOf(t *testing.T, file string) (ours []string) {
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", file), nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, spec := range parsed.Imports {
		if pkg, ok := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module); ok {
			ours = append(ours, pkg)
		}
	}
	return ours
}

// sourceFiles returns the Go files of the module that are not tests, by path
// from its root.
func sourceFiles(t *testing.T) (files []string) {
	err := fs.WalkDir(os.DirFS(filepath.Join("..", "..")), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files = append(files, name)
		}
		return nil
	})
	require.NoError(t, err)
	return files
}
