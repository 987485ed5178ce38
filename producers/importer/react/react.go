// Package react reads ALFWorld transcripts in the ReAct style: an opening
// observation with "Your task is to: …", then commands behind "> " (or
// "Act 1: ") and what the environment answered.
//
// It reads three containers, told apart by their content: JSON objects keyed
// by task type and game whose records hold problem and trace (the published
// transcripts), JSONL whose records hold name, result and traj (KnowAgent), and
// the plain text of one or more transcripts.
//
// A line that is a thought (think:, ActionPath:) belongs to the next action,
// unless the environment took it for a command and answered "Nothing
// happens."; a thought behind the last action goes into the episode's info. A
// command answered so is an invalid action. The result, where the source has
// one, is the reward of the last step: won ends the task, lost means that
// somebody stopped playing, since ALFWorld itself never ends a task unsolved.
//
// The environment is alfworld and a task is named by its game. Policy, attempt
// and split are taken from file names such as
// KnowAgentALFWorld_llama-2-13b_D0.jsonl and transcripts_valid_unseen.json. The
// importer calls it.
package react

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// Format reads ReAct transcripts.
type Format struct{}

// New returns the format.
func New() Format { return Format{} }

// Name returns react.
func (Format) Name() string { return "react" }

// Holds says that JSON and text files of a folder are transcripts.
func (Format) Holds(name string) bool {
	return slices.Contains([]string{".jsonl", ".json", ".txt"}, path.Ext(name))
}

// sniffBytes is how far ahead a file is looked at to tell what holds it.
const sniffBytes = 1 << 20

// Read reads a file.
func (Format) Read(_ context.Context, src *importer.Source, yield importer.Yield) error {
	plain, err := src.Reader()
	if err != nil {
		return err
	}
	r := bufio.NewReaderSize(plain, sniffBytes)
	start, err := r.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) && len(start) == 0 {
		return err
	}
	from := fileFacts(src.Base)
	take := func(v importer.Value) error {
		episode, err := episodeOf(v, from)
		return yield(v.Number, episode, err)
	}
	start = bytes.TrimLeft(start, " \t\r\n")
	if len(start) == 0 || (start[0] != '{' && start[0] != '[') {
		return readText(r, from, yield)
	}
	switch depth, found := recordDepth(start); {
	case !found:
		return errors.New("there is no record with trace or traj near its beginning")
	case depth == 0:
		return importer.Records(r, take)
	default:
		return importer.Values(r, depth, take)
	}
}

// recordDepth returns how many arrays and objects lie around the first record:
// the first object with a member that only a record has.
func recordDepth(start []byte) (int, bool) {
	d := jsontext.NewDecoder(bytes.NewReader(start), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return 0, false
		}
		depth := d.StackDepth()
		if kind, length := d.StackIndex(depth); kind != '{' || length%2 == 0 || token.Kind() != '"' {
			continue
		}
		switch token.String() {
		case "trace", "traj", "problem":
			return depth - 1, true
		}
	}
}
