package delta

import (
	"errors"
	"fmt"
)

// The versions of the protocol that are known here.
const (
	readerVersion = 1
	writerVersion = 2
)

// ErrUnsupported says that a table needs more of its readers or writers than
// is known here.
var ErrUnsupported = errors.New("another program changed the table to a form that this version of dreamlog does not know; use a newer version, or restore the table from before that change")

// readable refuses tables that cannot be read rightly.
func (s *State) readable() error {
	p := s.protocol
	switch {
	case p.MinReaderVersion == 0:
		return errors.New("the log names no protocol: it is no Delta log, or its beginning is lost")
	case s.metadata.SchemaString == "":
		return errors.New("the log names no columns: its beginning is lost")
	case p.MinReaderVersion > readerVersion:
		return fmt.Errorf("reading needs protocol version %d with features %q, known is %d: %w", p.MinReaderVersion, p.ReaderFeatures, readerVersion, ErrUnsupported)
	case len(s.metadata.PartitionColumns) > 0:
		return fmt.Errorf("it is partitioned by %q: %w", s.metadata.PartitionColumns, ErrUnsupported)
	case s.metadata.Configuration["delta.columnMapping.mode"] != "" && s.metadata.Configuration["delta.columnMapping.mode"] != "none":
		return fmt.Errorf("its columns are mapped to other names: %w", ErrUnsupported)
	}
	return nil
}

// Writable refuses tables that may be read but not written.
func (s *State) Writable() error {
	if p := s.protocol; p.MinWriterVersion > writerVersion {
		return fmt.Errorf("writing needs protocol version %d with features %q, known is %d: %w", p.MinWriterVersion, p.WriterFeatures, writerVersion, ErrUnsupported)
	}
	return nil
}
