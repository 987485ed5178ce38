package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/durable"
)

// ManifestName is the file that says what the others are.
const ManifestName = "manifest.json"

// Manifest says what a dataset is. It has no time in it: the same snapshot and
// selection give the same manifest.
type Manifest struct {
	// Format of the rows.
	Format string `json:"format"`
	// Snapshot that was read.
	Snapshot int64 `json:"snapshot"`
	// Query that selected the rows; empty: none did.
	Query string `json:"query,omitzero"`
	// Parameters are what else the rows depend on, as the format names it.
	Parameters any `json:"parameters"`
	// Counts of what was found and left out, as the format names them.
	Counts any `json:"counts"`
	// Rows of all files together.
	Rows  int64  `json:"rows"`
	Files []File `json:"files"`
	// Digest is the SHA-256 in hex over a line for each file: its digest, two
	// spaces and its name, as sha256sum prints it.
	Digest string `json:"digest"`
}

// File is one file of a dataset.
type File struct {
	Name      string `json:"name"`
	Rows      int64  `json:"rows"`
	SizeBytes int64  `json:"size_bytes"`
	// SHA256 of its bytes, in hex.
	SHA256 string `json:"sha256"`
}

// Folder is a dataset while it is written. Close it.
type Folder struct {
	dir, partial string
	files        []*Lines
	done         bool
}

// Create begins a dataset in a folder that is not there yet, or is empty.
func Create(dir string) (*Folder, error) {
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return nil, fmt.Errorf("export to %s: the folder is not empty, and a dataset is never written again: give another one", dir)
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("export to %s: %w", dir, err)
	}
	dir = filepath.Clean(dir)
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return nil, fmt.Errorf("export to %s: %w", dir, err)
	}
	partial, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*.partial")
	if err != nil {
		return nil, fmt.Errorf("export to %s: %w", dir, err)
	}
	return &Folder{dir: dir, partial: partial}, nil
}

// Lines is a file of JSON lines while it is written.
type Lines struct {
	file File
	out  *os.File
	buf  *bufio.Writer
	sum  hash.Hash
}

// Lines begins a file.
func (f *Folder) Lines(name string) (*Lines, error) {
	out, err := os.OpenFile(filepath.Join(f.partial, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	l := &Lines{file: File{Name: name}, out: out, sum: sha256.New()}
	l.buf = bufio.NewWriterSize(io.MultiWriter(out, l.sum), 1<<20)
	f.files = append(f.files, l)
	return l, nil
}

// Add writes a row.
func (l *Lines) Add(row any) error {
	text, err := json.Marshal(row, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return fmt.Errorf("write row %d of %s: %w", l.file.Rows, l.file.Name, err)
	}
	n, err := l.buf.Write(append(text, '\n'))
	if err != nil {
		return fmt.Errorf("write row %d of %s: %w", l.file.Rows, l.file.Name, err)
	}
	l.file.Rows, l.file.SizeBytes = l.file.Rows+1, l.file.SizeBytes+int64(n)
	return nil
}

// finish brings the file to disk.
func (l *Lines) finish() error {
	err := errors.Join(l.buf.Flush(), l.out.Sync())
	l.file.SHA256 = hex.EncodeToString(l.sum.Sum(nil))
	return errors.Join(err, l.close())
}

func (l *Lines) close() error {
	if l.out == nil {
		return nil
	}
	err := l.out.Close()
	l.out = nil
	return err
}

// Finish writes the manifest and lets the dataset be seen. It fills in rows,
// files and digest.
func (f *Folder) Finish(m Manifest) (Manifest, error) {
	total := sha256.New()
	for _, l := range f.files {
		if err := l.finish(); err != nil {
			return m, fmt.Errorf("write %s: %w", l.file.Name, err)
		}
		m.Rows += l.file.Rows
		m.Files = append(m.Files, l.file)
		fmt.Fprintf(total, "%s  %s\n", l.file.SHA256, l.file.Name)
	}
	m.Digest = hex.EncodeToString(total.Sum(nil))
	if err := f.writeManifest(m); err != nil {
		return m, fmt.Errorf("write %s: %w", ManifestName, err)
	}
	if err := os.Chmod(f.partial, 0o755); err != nil {
		return m, err
	}
	// An empty folder makes way; one in which another dataset lies stays.
	if err := os.Remove(f.dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, fmt.Errorf("export to %s: %w", f.dir, err)
	}
	if err := os.Rename(f.partial, f.dir); err != nil {
		return m, fmt.Errorf("export to %s: %w", f.dir, err)
	}
	f.done = true
	return m, durable.SyncFolder(filepath.Dir(f.dir))
}

func (f *Folder) writeManifest(m Manifest) error {
	text, err := json.Marshal(m, json.Deterministic(true), jsontext.Multiline(true))
	if err != nil {
		return err
	}
	out, err := os.OpenFile(filepath.Join(f.partial, ManifestName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	return errors.Join(err, out.Sync(), out.Close(), durable.SyncFolder(f.partial))
}

// Close removes what was not finished.
func (f *Folder) Close() (err error) {
	for _, l := range f.files {
		err = errors.Join(err, l.close())
	}
	if f.done {
		return err
	}
	return errors.Join(err, os.RemoveAll(f.partial))
}
