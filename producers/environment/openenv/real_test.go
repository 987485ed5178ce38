package openenv

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
)

// These tests run against the server of openenv-core 0.3.0, which the Makefile
// installs into the virtual environment that DREAMLOG_VENV names: `openenv init
// echo_demo` writes an environment that echoes, uvicorn serves it.

// virtualEnvironment returns where openenv and uvicorn lie.
func virtualEnvironment(t *testing.T) string {
	venv := os.Getenv("DREAMLOG_VENV")
	_, err := os.Stat(filepath.Join(venv, "bin", "openenv"))
	switch {
	case venv != "" && err == nil:
		return venv
	case os.Getenv("CI") == "true":
		t.Fatalf("CI needs openenv-core: DREAMLOG_VENV is %q, and %v; `make test` sets it", venv, err)
	}
	t.Skipf("openenv-core is not here: DREAMLOG_VENV is %q; `make test` sets it where there is a python3", venv)
	return ""
}

// echo is the real server.
type echo struct {
	t       *testing.T
	venv    string
	dir     string
	address string
	process *exec.Cmd
	output  bytes.Buffer
}

// newEcho makes the environment and serves it, so many sessions at once.
func newEcho(t *testing.T, sessions int) *echo {
	s := &echo{t: t, venv: virtualEnvironment(t), dir: t.TempDir()}
	command := exec.CommandContext(t.Context(), filepath.Join(s.venv, "bin", "openenv"), "init", "echo_demo")
	command.Dir = s.dir
	output, err := command.CombinedOutput()
	require.NoError(t, err, "openenv init: %s", output)
	s.allow(sessions)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = listener.Addr().String()
	require.NoError(t, listener.Close())
	s.start()
	t.Cleanup(s.kill)
	return s
}

// allow sets how many sessions the server has; as it comes, it has one.
func (s *echo) allow(sessions int) {
	path := filepath.Join(s.dir, "echo_demo", "server", "app.py")
	source, err := os.ReadFile(path)
	require.NoError(s.t, err)
	const as = "max_concurrent_envs=%d,"
	require.Contains(s.t, string(source), fmt.Sprintf(as, 1))
	source = bytes.Replace(source, fmt.Appendf(nil, as, 1), fmt.Appendf(nil, as, sessions), 1)
	require.NoError(s.t, os.WriteFile(path, source, 0o600))
}

// start serves; a client that does not answer pings is dropped after a second.
func (s *echo) start() {
	_, port, err := net.SplitHostPort(s.address)
	require.NoError(s.t, err)
	s.process = exec.Command(filepath.Join(s.venv, "bin", "python"), "-m", "uvicorn", "server.app:app",
		"--host", "127.0.0.1", "--port", port, "--log-level", "warning", "--ws-ping-interval", "0.5", "--ws-ping-timeout", "0.5")
	s.process.Dir = filepath.Join(s.dir, "echo_demo")
	s.process.Stdout, s.process.Stderr = &s.output, &s.output
	require.NoError(s.t, s.process.Start())
}

func (s *echo) kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill()
	_ = s.process.Wait()
	s.process = nil
	if s.t.Failed() {
		s.t.Logf("the server said:\n%s", s.output.String())
	}
}

func (s *echo) connect(t *testing.T) *Environment {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	e, err := Connect(ctx, Options{URL: "http://" + s.address, Limits: Limits{Patience: time.Minute}})
	require.NoError(t, err)
	return e
}

func TestTheRealServer(t *testing.T) {
	s := newEcho(t, 1)
	e := s.connect(t)
	defer e.Close()
	tasks, err := e.Tasks(t.Context())
	require.NoError(t, err)
	require.Equal(t, []producers.Task{{ID: "EchoDemoEnvironment", Environment: "EchoDemoEnvironment", EnvironmentVersion: "1.0.0", Split: "train"}}, tasks)

	t.Run("an episode", func(t *testing.T) {
		opened, err := e.Open(t.Context())
		require.NoError(t, err)
		defer opened.Close()
		start, err := opened.Reset(t.Context(), tasks[0], -1)
		require.NoError(t, err)
		require.Equal(t, "Echo Demo environment ready!", start.Text)
		require.Equal(t, "EchoDemoEnvironment environment", start.Instruction)

		o, err := opened.Step(t.Context(), "hello, wörld")
		require.NoError(t, err)
		require.Equal(t, "hello, wörld", o.Text)
		require.InDelta(t, 1.2, *o.Reward, 1e-9)
		require.JSONEq(t, `{"message_length":12}`, string(*o.Info))
		require.False(t, o.Over())

		o, err = opened.Step(t.Context(), `{"message": "whole", "metadata": "none"}`)
		require.NoError(t, err)
		require.False(t, *o.Valid)
		require.Contains(t, o.Text, "metadata: Input should be a valid dictionary")

		time.Sleep(2 * time.Second) // as an agent thinks, pings come
		o, err = opened.Step(t.Context(), "still here")
		require.NoError(t, err)
		require.Equal(t, "still here", o.Text)
	})

	t.Run("one session at a time", func(t *testing.T) {
		e.options.Limits.Patience = 300 * time.Millisecond
		defer func() { e.options.Limits.Patience = time.Minute }()
		first := begin(t, e, 1)
		_, err := e.Open(t.Context())
		require.ErrorContains(t, err, "every session of the server is taken (1 of 1)")
		require.NoError(t, first.Close())
		require.NoError(t, begin(t, e, 2).Close())
	})

	t.Run("conformance", func(t *testing.T) {
		environmenttest.Run(t, func(t *testing.T) producers.Environment { return s.connect(t) },
			environmenttest.Options{Alone: true, MaxSteps: 5})
	})

	t.Run("a restart in mid-episode", func(t *testing.T) {
		session := begin(t, e, 3)
		s.kill()
		_, err := session.Step(t.Context(), "hello?")
		require.ErrorContains(t, err, "step 0: ")
		require.NoError(t, session.Close())
		s.start()
		require.NoError(t, begin(t, e, 3).Close())
	})
}

func TestTheRealServerWithSessionsAtOnce(t *testing.T) {
	s := newEcho(t, 4)
	environmenttest.Run(t, func(t *testing.T) producers.Environment { return s.connect(t) }, environmenttest.Options{MaxSteps: 5})
}
