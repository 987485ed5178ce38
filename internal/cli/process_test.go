package cli_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// program returns the command line as a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TERM=xterm-256color", "INPUTRC=/dev/null")
	return cmd
}

// transcript gathers what a process writes while it runs.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the process has written a text.
func (s *transcript) await(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(s.String(), text) }, 30*time.Second, 10*time.Millisecond,
		"waiting for %q in:\n%s", text, s)
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	if err == nil {
		return 0
	}
	require.ErrorAs(t, err, &exit)
	return exit.ExitCode()
}

func TestFollowServesOthersUntilItIsInterrupted(t *testing.T) {
	data := imported(t)
	var stdout, stderr transcript
	follower := program(t, "land", "--follow", "--json", "--data", data)
	follower.Stdout, follower.Stderr = &stdout, &stderr
	require.NoError(t, follower.Start())
	stderr.await(t, "the event log is at 127.0.0.1:")

	second := run(t, "", "land", "--follow", "--data", data)
	require.Equal(t, 1, second.code)
	require.Contains(t, second.stderr, "already")
	more := run(t, "", "import", "react", write(t, "more.jsonl", game("ring", true)), "--json", "--data", data)
	require.Zero(t, more.code, more.stderr)
	require.Subset(t, more.object(t), map[string]any{"episodes": 1.})
	require.Len(t, run(t, "", "sql", "FROM episodes", "--json", "--data", data).rows(t), 3, "what was imported is visible at once")

	require.NoError(t, follower.Process.Signal(os.Interrupt))
	require.Equal(t, 130, exitCode(t, follower.Wait()), stderr.String())
	require.Contains(t, stderr.String(), "`dreamlog land` goes on")
	answer := outcome{0, stdout.String(), stderr.String()}.object(t)
	require.Equal(t, 1., answer["rows"].(map[string]any)["episodes"])
	require.Zero(t, run(t, "", "doctor", "--data", data).code)
}

func TestInterruptEndsAProduceThatWaitsForInput(t *testing.T) {
	data := t.TempDir() + "/data"
	cmd := program(t, "produce", "--json", "--data", data)
	var stdout, stderr transcript
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer stdin.Close()
	require.NoError(t, cmd.Start())
	_, err = io.WriteString(stdin, strings.Repeat(event(t, "", "transition", step(0)), 501))
	require.NoError(t, err)
	// A batch has landed: it is at work, and waits for more.
	require.Eventually(t, func() bool { return len(glob(t, data, "lake/snapshots/*.json")) > 0 }, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.Equal(t, 130, exitCode(t, cmd.Wait()), stderr.String())
	require.Contains(t, stderr.String(), "interrupted; run it again")
	require.Equal(t, 500., outcome{0, stdout.String(), stderr.String()}.object(t)["produced"])
	require.Len(t, run(t, "", "sql", "FROM transitions", "--json", "--data", data).rows(t), 500)
}

func glob(t *testing.T, data, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(data, pattern))
	require.NoError(t, err)
	return found
}

// terminal is a process at a terminal.
type terminal struct {
	*transcript
	keys *os.File
	cmd  *exec.Cmd
	read sync.WaitGroup
}

func atTerminal(t *testing.T, args ...string) *terminal {
	t.Helper()
	term := &terminal{transcript: &transcript{}, cmd: program(t, args...)}
	var err error
	term.keys, err = pty.StartWithSize(term.cmd, &pty.Winsize{Rows: 40, Cols: 100})
	require.NoError(t, err)
	term.read.Go(func() { _, _ = io.Copy(term.transcript, term.keys) }) // ends with the process
	t.Cleanup(func() { term.keys.Close(); term.read.Wait() })
	return term
}

// press sends keys, as a person would, one after the other.
func (p *terminal) press(t *testing.T, keys string) {
	t.Helper()
	for _, r := range keys {
		_, err := p.keys.Write([]byte(string(r)))
		require.NoError(t, err)
		time.Sleep(5 * time.Millisecond)
	}
}

const (
	enter, tab, up, ctrlC, ctrlD = "\r", "\t", "\x1b[A", "\x03", "\x04"
	// ready is what the prompt sends when it begins to read: from here on the
	// terminal will bracket what is pasted.
	ready = "\x1b[?2004h"
)

// atPrompt waits for the n-th time that the prompt reads.
func (p *terminal) atPrompt(t *testing.T, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Count(p.String(), ready) >= n }, 30*time.Second, 10*time.Millisecond, "%s", p)
}

func TestPromptAtATerminal(t *testing.T) {
	data := imported(t)
	p := atTerminal(t, "sql", "--data", data)
	p.atPrompt(t, 1)
	require.Contains(t, p.String(), "reading snapshot 1")
	for i, exchange := range []struct{ keys, answer string }{
		{"SELECT 20 +" + enter + "21 AS n;" + enter, "41"},
		{"SELECT max(lengt" + tab + ") * 1111 AS m FROM epis" + tab + ";" + enter, "2222"},
		{"\x1b[200~SELECT 3 *\r1111 AS\r\n  pasted;\x1b[201~" + enter, "3333"},
		{"FROM nope;" + enter, "nope does not exist"},
		{".tables" + enter, "Attempts at tasks"},
		{"SELECT 'half" + ctrlC, "half"},
		{"SELECT 6 * 1111;" + enter, "6666"},
	} {
		p.press(t, exchange.keys)
		p.await(t, exchange.answer)
		p.atPrompt(t, i+2)
	}
	p.press(t, "SELECT count(*) FROM range(1000000) a, range(1000000) b;"+enter)
	time.Sleep(300 * time.Millisecond) // until it runs
	p.press(t, ctrlC)
	p.await(t, "query stopped")
	p.atPrompt(t, 9)
	p.press(t, ctrlD)
	require.Zero(t, exitCode(t, p.cmd.Wait()), p.String())
}

func TestPromptRemembers(t *testing.T) {
	data := imported(t)
	for _, keys := range []string{"SELECT 6 *" + enter + "1111;" + enter, up + up + enter} {
		p := atTerminal(t, "sql", "--data", data)
		p.atPrompt(t, 1)
		p.press(t, keys)
		p.await(t, "6666")
		p.atPrompt(t, 2)
		p.press(t, ".quit"+enter)
		require.Zero(t, exitCode(t, p.cmd.Wait()), p.String())
	}
}

func TestTerminatedPromptLeavesTheTerminalAsItWas(t *testing.T) {
	p := atTerminal(t, "sql", "--data", imported(t))
	p.atPrompt(t, 1)
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.Equal(t, 130, exitCode(t, p.cmd.Wait()), p.String())
}

func TestBarOnATerminalOnly(t *testing.T) {
	games := make([]string, 3000)
	for i := range games {
		games[i] = game(strings.Repeat("k", i%50+1), true)
	}
	file := write(t, "games.jsonl", games...)
	p := atTerminal(t, "import", "react", file, "--data", t.TempDir()+"/data")
	require.Zero(t, exitCode(t, p.cmd.Wait()), p.String())
	p.await(t, "imported")
	require.Contains(t, p.String(), "%")
	quiet := atTerminal(t, "import", "react", file, "--quiet", "--data", t.TempDir()+"/data")
	require.Zero(t, exitCode(t, quiet.cmd.Wait()), quiet.String())
	quiet.await(t, "imported")
	require.NotContains(t, quiet.String(), "%")
}

// produceInVain starts to produce an event into a lake that takes nothing, and
// returns when the event is on the log.
func produceInVain(t *testing.T, data, lake string) (*exec.Cmd, *transcript) {
	t.Helper()
	require.NoError(t, os.Mkdir(lake, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(lake, "transitions"), nil, 0o600)) // where a folder has to be
	cmd, stderr := program(t, "produce", "--data", data, "--lake", lake), &transcript{}
	cmd.Stdin, cmd.Stderr = strings.NewReader(event(t, "", "transition", step(0))), stderr
	require.NoError(t, cmd.Start())
	stderr.await(t, "landing was interrupted")
	time.Sleep(500 * time.Millisecond)
	return cmd, stderr
}

func TestInterruptEndsTheWaitForALakeThatTakesNothing(t *testing.T) {
	data, lake := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "the lake")
	cmd, stderr := produceInVain(t, data, lake)
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	interrupted := time.Now()
	require.Equal(t, 130, exitCode(t, cmd.Wait()), stderr.String())
	require.Less(t, time.Since(interrupted), 20*time.Second)
	require.Contains(t, stderr.String(), "the events are safe in the log")
	require.Contains(t, stderr.String(), "`dreamlog land --data "+data+" --lake '"+lake+"'` brings them into the lake")

	require.NoError(t, os.Remove(filepath.Join(lake, "transitions")))
	landed := run(t, "", "land", "--data", data, "--lake", lake, "--json")
	require.Zero(t, landed.code, landed.stderr)
	require.Equal(t, 1., landed.object(t)["rows"].(map[string]any)["transitions"])
}

func TestASecondInterruptSaysHowToGoOn(t *testing.T) {
	cmd, stderr := produceInVain(t, filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "lake"))
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	time.Sleep(100 * time.Millisecond) // two at once are one
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	second := time.Now()
	require.Equal(t, 130, exitCode(t, cmd.Wait()), stderr.String())
	require.Less(t, time.Since(second), 3*time.Second)
	require.Contains(t, stderr.String(), "ended at once; run it again with the same input")
}
