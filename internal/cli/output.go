package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// writeFile writes a file that is there when it is whole, and replaces what was
// there before.
func writeFile(name string, write func(io.Writer) error) (err error) {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	err = write(file)
	if err == nil {
		err = errors.Join(file.Chmod(0o644), file.Sync())
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return os.Rename(file.Name(), name)
}

// checkWritable says early whether writeFile can make a file of this name.
func checkWritable(name string) error {
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, err)
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// byteSize is a flag that takes 512MB, 2GiB, or a number of bytes.
type byteSize int64

var byteUnits = []struct {
	suffix string
	bytes  float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", 1 << 40}, {"b", 1},
}

// Set takes the size.
func (b *byteSize) Set(text string) error {
	number, unit := strings.ToLower(strings.ReplaceAll(text, " ", "")), 1.0
	for _, u := range byteUnits {
		if short, ok := strings.CutSuffix(number, u.suffix); ok {
			number, unit = short, u.bytes
			break
		}
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(value) || value <= 0 || value*unit >= 1<<62 {
		return errors.New("give a size such as 512MB or 2GiB")
	}
	*b = byteSize(value * unit)
	return nil
}

// String returns the size in bytes; empty where none was set.
func (b *byteSize) String() string {
	if *b == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*b), 10)
}

// Type names the kind of value in the help.
func (b *byteSize) Type() string { return "size" }
