package datadir_test

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/internal/app/datadir"
)

// A child is this test binary again, which does one thing to a data directory
// and says a line about it.
const (
	envRole = "DREAMLOG_TEST_ROLE"
	envData = "DREAMLOG_TEST_DATA"

	roleHold = "hold" // takes the lock, offers a broker, and waits
	roleKey  = "key"  // waits for a line, then asks for the salt key
)

const brokerAddress = "127.0.0.1:9"

func TestMain(m *testing.M) {
	if role := os.Getenv(envRole); role != "" {
		if err := beChild(role); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func beChild(role string) error {
	d, err := datadir.Open(os.Getenv(envData))
	if err != nil {
		return err
	}
	if role == roleKey {
		fmt.Println("ready")
		_, _ = io.ReadAll(os.Stdin)
		key, err := d.MakeSaltKey()
		fmt.Println(hex.EncodeToString(key))
		return err
	}
	lock, err := d.Lock()
	if err != nil {
		return err
	}
	if err := lock.OfferBroker(brokerAddress); err != nil {
		return err
	}
	fmt.Println("ready")
	_, _ = io.ReadAll(os.Stdin) // until the parent lets go
	return lock.Release()
}

// child is a running child as its parent sees it.
type child struct {
	*exec.Cmd
	in  io.Closer
	out *bufio.Reader
}

// start starts a child, which has come to its waiting when it returns.
func start(t *testing.T, role string, d *datadir.Dir) *child {
	t.Helper()
	c := &child{Cmd: exec.CommandContext(t.Context(), os.Args[0])}
	c.Env = append(os.Environ(), envRole+"="+role, envData+"="+d.Path())
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	c.in, c.out = in, bufio.NewReader(out)
	require.NoError(t, c.Start())
	require.Equal(t, "ready", c.line(t))
	return c
}

func (c *child) line(t *testing.T) string {
	t.Helper()
	line, err := c.out.ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

// end lets the child go on to its end.
func (c *child) end(t *testing.T) {
	t.Helper()
	require.NoError(t, c.in.Close())
	require.NoError(t, c.Wait())
}

func TestOneProcessWrites(t *testing.T) {
	d := made(t)
	holder := start(t, roleHold, d)
	_, err := d.Lock()
	var locked *datadir.ErrLocked
	require.ErrorAs(t, err, &locked)
	require.Equal(t, datadir.ErrLocked{Path: d.Path(), PID: holder.Process.Pid, Broker: brokerAddress}, *locked)
	require.ErrorContains(t, err, fmt.Sprintf("is being written by process %d: wait until it is done", holder.Process.Pid))
	holder.end(t)
	require.NoFileExists(t, d.Path("broker.json"))
	lock, err := d.Lock()
	require.NoError(t, err)
	require.NoError(t, lock.Release())
}

func TestLockOfAKilledProcessIsFree(t *testing.T) {
	d := made(t)
	holder := start(t, roleHold, d)
	require.NoError(t, holder.Process.Kill())
	require.Error(t, holder.Wait())
	require.FileExists(t, d.Path("broker.json"))
	lock, err := d.Lock()
	require.NoError(t, err)
	defer lock.Release()
	require.NoFileExists(t, d.Path("broker.json"))

	_, err = d.Lock() // as another process would
	var locked *datadir.ErrLocked
	require.ErrorAs(t, err, &locked)
	require.Equal(t, datadir.ErrLocked{Path: d.Path(), PID: os.Getpid()}, *locked)
}

func TestBrokerOfADeadHolderIsNotOffered(t *testing.T) {
	d := made(t)
	lock, err := d.Lock()
	require.NoError(t, err)
	defer lock.Release()
	for _, left := range []string{`{"pid":1,"address":"127.0.0.1:9"}`, `{"pid":`, ``} {
		put(t, d.Path("broker.json"), left)
		_, err = d.Lock()
		var locked *datadir.ErrLocked
		require.ErrorAs(t, err, &locked)
		require.Empty(t, locked.Broker, left)
	}
	require.NoError(t, lock.OfferBroker("127.0.0.1:1"))
	require.NoError(t, lock.OfferBroker("127.0.0.1:2"), "a later offer replaces it")
	_, err = d.Lock()
	var locked *datadir.ErrLocked
	require.ErrorAs(t, err, &locked)
	require.Equal(t, "127.0.0.1:2", locked.Broker)
}

func TestUnknownHolderIsCalledSo(t *testing.T) {
	require.ErrorContains(t, &datadir.ErrLocked{Path: "d"}, "is being written by another process")
}

func TestProcessesThatMakeTheKeyAtOnceAgree(t *testing.T) {
	d := made(t)
	children := []*child{start(t, roleKey, d), start(t, roleKey, d), start(t, roleKey, d)}
	for _, c := range children {
		require.NoError(t, c.in.Close()) // go
	}
	want := ""
	for _, c := range children {
		got := c.line(t)
		require.Len(t, got, 64)
		if want != "" {
			require.Equal(t, want, got)
		}
		want = got
		require.NoError(t, c.Wait())
	}
	left, err := filepath.Glob(d.Path("keys", "*"))
	require.NoError(t, err)
	require.Equal(t, []string{d.Path("keys", "salt.key")}, left, "no temporary file is left")
}
