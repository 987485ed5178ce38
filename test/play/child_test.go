package play_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// child is dreamlog as a process of its own.
type child struct {
	process *exec.Cmd
	stderr  transcript
	died    chan struct{}
}

func start(t *testing.T, args ...string) *child {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := &child{process: exec.Command(self, args...), died: make(chan struct{})}
	c.process.Env = append(os.Environ(), asProgram+"=1")
	c.process.Stderr = &c.stderr
	require.NoError(t, c.process.Start())
	go func() {
		defer close(c.died)
		_ = c.process.Wait() // the tests look at ProcessState
	}()
	t.Cleanup(func() { c.signal(0, syscall.SIGKILL); <-c.died })
	return c
}

// run runs a command that must succeed.
func run(t *testing.T, args ...string) *child {
	t.Helper()
	c := start(t, args...)
	<-c.died
	require.Zero(t, c.process.ProcessState.ExitCode(), "dreamlog %s: %s", args, &c.stderr)
	return c
}

// signal sends a signal after a while, and says whether the child still lived.
func (c *child) signal(after time.Duration, s os.Signal) bool {
	timer := time.NewTimer(after)
	defer timer.Stop()
	select {
	case <-timer.C:
		return c.process.Process.Signal(s) == nil
	case <-c.died:
		return false
	}
}

// killed says whether it was SIGKILL that ended the child.
func (c *child) killed() bool {
	<-c.died
	status, ok := c.process.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

var runLine = regexp.MustCompile(`(?m)^run ([0-9a-f-]{36})$`)

// runID returns the id that the child has printed; empty: none yet.
func (c *child) runID() string {
	if found := runLine.FindStringSubmatch(c.stderr.String()); found != nil {
		return found[1]
	}
	return ""
}

// awaitRun waits until the child plays, or has died.
func (c *child) awaitRun() {
	for c.runID() == "" {
		select {
		case <-c.died:
			return
		case <-time.After(2 * time.Millisecond):
		}
	}
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
