// Package readme_test follows the tour of the README with the built binary,
// command by command, and holds the README to what it prints.
package readme_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/app"
)

func TestTheTourPrintsWhatItSays(t *testing.T) {
	commands := tour(t)
	require.Greater(t, len(commands), 10, "the README has hardly any tour")
	printed := follow(t, commands)
	for i, c := range commands {
		want, got := stable(c.output), stable(printed[i])
		require.Regexp(t, pattern(want), got, "$ %s\nprints\n%s\nand the README says\n%s", c.line, printed[i], c.output)
	}
}

func TestTheREADMENamesEveryFormatAndCommand(t *testing.T) {
	text := readme(t)
	for _, format := range app.ImportFormats() {
		require.Contains(t, text, "\n| `"+format.Name+"` |")
	}
	help, err := exec.CommandContext(t.Context(), binary(t), "--help").Output()
	require.NoError(t, err)
	commands := section(string(help), "Bring experience in:", "Flags:")
	names := 0
	for line := range strings.Lines(commands) {
		if name, summary, ok := strings.Cut(strings.TrimSpace(line), " "); ok && summary != "" && strings.HasPrefix(line, "  ") && name != "help" {
			names++
			require.Contains(t, section(text, "## Commands", "## Import formats"), "`"+name, "command %s", name)
		}
	}
	require.Greater(t, names, 10, "the help lists hardly any commands:\n%s", help)
}

// command is a line of the tour and what it prints.
type command struct{ line, output string }

func readme(t *testing.T) string {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	return string(text)
}

// section is the part of a text between two others.
func section(text, from, to string) string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, to)
	return text
}

// tour reads the commands from the console blocks, in which they begin with $.
func tour(t *testing.T) (commands []command) {
	inside := false
	for line := range strings.Lines(readme(t)) {
		after, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			inside = strings.TrimSpace(line) == "```console"
		case inside && isCommand:
			commands = append(commands, command{line: strings.TrimSuffix(after, "\n")})
		case inside:
			commands[len(commands)-1].output += line
		}
	}
	return commands
}

// binary builds the program.
func binary(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "dreamlog")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../../cmd/dreamlog")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return path
}

// mark parts the output of one command from that of the next.
const mark = "== behind the command =="

// follow runs the commands in one shell, in an empty directory beside the
// examples, and returns what each printed. None may fail.
func follow(t *testing.T, commands []command) []string {
	dir := t.TempDir()
	examples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	require.NoError(t, err)
	require.NoError(t, os.Symlink(examples, filepath.Join(dir, "examples")))

	var script strings.Builder
	script.WriteString("set -o pipefail\n")
	for _, c := range commands {
		fmt.Fprintf(&script, "%s\necho \"%s $?\"\n", c.line, mark)
	}
	shell := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	shell.Dir = dir
	shell.Env = append(without(os.Environ(), "DREAMLOG_DATA"), "PATH="+filepath.Dir(binary(t))+":"+os.Getenv("PATH"))
	var output bytes.Buffer
	shell.Stdout, shell.Stderr = &output, &output
	require.NoError(t, shell.Run(), "%s", output.String())

	return apart(t, commands, output.String())
}

// apart parts what the shell printed into what each command did.
func apart(t *testing.T, commands []command, output string) (printed []string) {
	for _, c := range commands {
		what, rest, found := strings.Cut(output, mark)
		require.True(t, found, "$ %s did not end:\n%s", c.line, output)
		code, rest, _ := strings.Cut(rest, "\n")
		require.Equal(t, " 0", code, "exit code of $ %s\n%s", c.line, what)
		printed, output = append(printed, what), rest
	}
	return printed
}

func without(environment []string, name string) (rest []string) {
	for _, entry := range environment {
		if !strings.HasPrefix(entry, name+"=") {
			rest = append(rest, entry)
		}
	}
	return rest
}
