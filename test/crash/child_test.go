package crash_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
)

// A child is this test binary again, in one of two roles.
const (
	envRole    = "DREAMLOG_TEST_ROLE"
	envData    = "DREAMLOG_TEST_DATA"
	envBrokers = "DREAMLOG_TEST_BROKERS"
	// envStep is the step at which the child kills itself, and the how many-th
	// of its kind: published:3.
	envStep = "DREAMLOG_TEST_STEP"

	roleLand    = "land"
	roleCompact = "compact"
)

func beChild(role string) int {
	config := app.Config{Data: os.Getenv(envData), Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))}
	if brokers := os.Getenv(envBrokers); brokers != "" {
		config.Brokers = []string{brokers}
	}
	a, err := app.Create(context.Background(), config)
	if err == nil && role == roleLand {
		_, err = a.Land(context.Background(), app.LandOptions{Follow: true, Ready: announce, Reached: killer(os.Getenv(envStep))})
	} else if err == nil {
		announce("")
		err = compactForever(a)
	}
	fmt.Fprintln(os.Stderr, "child", role, "ended:", err)
	return 1
}

const readyPrefix = "ready "

func announce(broker string) { fmt.Println(readyPrefix + broker) }

// killer kills this process when it comes to a step for the n-th time.
func killer(plan string) func(lander.Step) {
	step, digits, _ := strings.Cut(plan, ":")
	left, _ := strconv.Atoi(digits)
	return func(s lander.Step) {
		if string(s) != step {
			return
		}
		if left--; left == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // it comes at any moment
		}
	}
}

// compactForever merges and collects with no rest and no retention.
func compactForever(a *app.App) error {
	for {
		if _, err := a.Compact(context.Background(), app.CompactOptions{Full: true}); err != nil {
			return err
		}
		if _, err := a.Collect(context.Background(), lake.CollectOptions{Retention: -1, Margin: -1}); err != nil {
			return err
		}
	}
}

// child is a running child as its parent sees it.
type child struct {
	process *exec.Cmd
	// died ends with the child.
	died    context.Context
	address chan string // of its broker, once
	reading sync.WaitGroup
}

// start starts a child. step is where it kills itself, or nothing.
func start(t *testing.T, role, data, brokers, step string) *child {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	c := &child{process: exec.Command(self), address: make(chan string, 1)}
	c.process.Env = append(os.Environ(), envRole+"="+role, envData+"="+data, envBrokers+"="+brokers, envStep+"="+step)
	c.process.Stderr = os.Stderr
	out, err := c.process.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.process.Start())
	died, end := context.WithCancel(t.Context())
	c.died = died
	c.reading.Go(func() {
		defer end()
		c.listen(out)
		_ = c.process.Wait()
	})
	return c
}

// listen hears of the broker, and of the end of the child.
func (c *child) listen(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address, ok := strings.CutPrefix(lines.Text(), readyPrefix); ok {
			c.address <- address
		}
	}
}

// ready returns the address of the child's broker; false when it died before.
func (c *child) ready() (string, bool) {
	select {
	case address := <-c.address:
		return address, true
	case <-c.died.Done():
		return "", false
	}
}

// kill kills the child if it lives.
func (c *child) kill() { _ = c.process.Process.Kill() }

// killed waits for the end, which must be by SIGKILL: whatever else ends a
// child is a bug.
func (c *child) killed(t *testing.T) {
	t.Helper()
	c.reading.Wait()
	status, ok := c.process.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "a child ended by itself: %s", c.process.ProcessState)
}

// killSoon kills the child after a while, at the latest.
func (c *child) killSoon(after time.Duration) {
	c.reading.Go(func() {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			c.kill()
		case <-c.died.Done():
		}
	})
}
