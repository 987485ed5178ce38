package datadir

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/gofrs/flock"
)

// ErrLocked says that another process writes to the data directory.
type ErrLocked struct {
	Path string
	// PID of the writer; 0 when it is not known.
	PID int
	// Broker is the address of its event log, where it offers one.
	Broker string
}

func (e *ErrLocked) Error() string {
	who := "another process"
	if e.PID != 0 {
		who = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("data directory %s is being written by %s: wait until it is done, or run `dreamlog land --follow`, beside which other commands can write", e.Path, who)
}

// Lock is the right to write to a data directory. The operating system takes
// it back when the process ends, however it ends.
type Lock struct {
	dir  *Dir
	file *flock.Flock
}

// Lock takes the right to write, or says with an *ErrLocked who has it.
func (d *Dir) Lock() (*Lock, error) {
	file := flock.New(d.Path("lock"))
	got, err := file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data directory %s: %w", d.path, err)
	}
	if !got {
		return nil, d.holder()
	}
	// What is written here only informs: the lock itself is the kernel's.
	if err := os.WriteFile(d.Path("lock"), []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("lock data directory %s: %w", d.path, err), file.Unlock())
	}
	// A broker.json that a killed process left speaks of nobody.
	if err := removeIfThere(d.Path("broker.json")); err != nil {
		return nil, errors.Join(err, file.Unlock())
	}
	return &Lock{d, file}, nil
}

// holder describes who has the lock.
func (d *Dir) holder() *ErrLocked {
	e := &ErrLocked{Path: d.path}
	if text, err := os.ReadFile(d.Path("lock")); err == nil {
		e.PID, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	}
	var b broker
	if data, err := os.ReadFile(d.Path("broker.json")); err == nil && json.Unmarshal(data, &b) == nil && b.PID == e.PID {
		e.Broker = b.Address
	}
	return e
}

// broker is the content of broker.json.
type broker struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
}

// OfferBroker tells other commands where the event log is served while the
// lock is held.
func (l *Lock) OfferBroker(address string) error {
	data, err := json.Marshal(broker{os.Getpid(), address})
	if err != nil {
		return err
	}
	temporary := l.dir.Path(".broker.json.new")
	if err := os.WriteFile(temporary, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("offer the event log to other commands: %w", err)
	}
	return os.Rename(temporary, l.dir.Path("broker.json"))
}

// Release gives the right back.
func (l *Lock) Release() error {
	return errors.Join(removeIfThere(l.dir.Path("broker.json")), l.file.Unlock())
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
