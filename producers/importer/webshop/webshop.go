// Package webshop reads what the ReAct agent for WebShop prints: sessions, each
// behind a line of dashes and its number, with "Action: …" and
// "Observation: …" until a purchase is scored.
//
// The environment is webshop, the session's number names the task, and the
// policy is unknown. The first action, reset, only opens the session: what it
// shows is the first state and holds the instruction.
//
// A turn spent on think[…] is a step, since the agent's budget counts it, but
// not an action: its action is empty, its thought is what was thought, and the
// page stays as it was. "Invalid action!" marks an invalid action.
//
// The score of the purchase is the reward of the last step, every other step
// has 0; success is the full score. A session without a score earned 0: it was
// cut off, unless its last action bought. The importer calls it.
package webshop

import (
	"bytes"
	"context"
	"regexp"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Format reads ReAct's WebShop output.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns webshop.
func (Format) Name() string { return "webshop" }

// Holds says that text files and logs of a folder are output.
func (Format) Holds(name string) bool {
	return strings.HasSuffix(name, ".txt") || strings.HasSuffix(name, ".log")
}

// Read reads a file. Records are sessions, numbered from 1.
func (Format) Read(_ context.Context, src *importer.Source, yield importer.Yield) error {
	r, err := src.Reader()
	if err != nil {
		return err
	}
	s := splitter{yield: yield}
	err = importer.TextLines(r, func(_ int, line []byte, err error) error {
		if err != nil {
			s.tooLarge = err
		}
		return s.line(line)
	})
	if err != nil {
		return err
	}
	return s.flush()
}

var (
	sessionLine = regexp.MustCompile(`^-{10,}\s*$`)
	indexLine   = regexp.MustCompile(`^\s*\d+\s*$`)
)

// splitter splits the output into sessions.
type splitter struct {
	yield    importer.Yield
	number   int
	ruled    bool // the line before was a rule of dashes
	inside   bool // a session has begun
	text     bytes.Buffer
	tooLarge error
}

func (s *splitter) line(line []byte) error {
	ruled := s.ruled
	s.ruled = sessionLine.Match(line)
	switch {
	case ruled && indexLine.Match(line):
		if err := s.flush(); err != nil {
			return err
		}
		s.inside = true
	case s.ruled || !s.inside:
		return nil
	}
	if s.text.Len()+len(line) >= importer.MaxRecordBytes && s.tooLarge == nil {
		s.tooLarge = &importer.SizeError{Bytes: int64(s.text.Len() + len(line))}
	}
	if s.tooLarge != nil {
		s.text.Reset()
		return nil
	}
	s.text.Write(line)
	s.text.WriteByte('\n')
	return nil
}

// flush yields the session that ends here.
func (s *splitter) flush() error {
	if !s.inside {
		return nil
	}
	s.number++
	record, err := bytes.Clone(s.text.Bytes()), s.tooLarge
	s.text.Reset()
	s.tooLarge = nil
	if err != nil {
		return s.yield(s.number, nil, err)
	}
	episode, err := decode(record)
	return s.yield(s.number, episode, err)
}
