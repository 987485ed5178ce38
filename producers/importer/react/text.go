package react

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

var (
	roomLine = regexp.MustCompile(`^\W*You are in the middle of a room`)
	gameLine = regexp.MustCompile(`^[a-z_]+-\S*/trial_T[\d_]+$`)
)

// readText reads the transcripts of a plain text, one behind the other: each
// begins where a room is described and a task is set.
func readText(r io.Reader, from facts, yield importer.Yield) error {
	t := text{from: from, yield: yield}
	err := importer.TextLines(r, func(_ int, line []byte, err error) error {
		if err != nil {
			return err
		}
		return t.line(string(line))
	})
	if err != nil {
		return fmt.Errorf("behind transcript %d: %w", t.number, err)
	}
	return t.flush(len(t.lines))
}

// text gathers the lines of one transcript.
type text struct {
	from   facts
	yield  importer.Yield
	number int // of transcripts so far

	lines []string
	bytes int64
	begun bool // a task was set in lines
	task  int  // index of the line that set it
	room  int  // index of the last line that describes a room
}

func (t *text) line(line string) error {
	if roomLine.MatchString(line) {
		t.room = len(t.lines)
	}
	if taskLine.MatchString(line) {
		if t.begun {
			if err := t.flush(t.next()); err != nil {
				return err
			}
		}
		t.begun, t.task = true, len(t.lines)
	}
	t.bytes += int64(len(line)) + 1
	if t.bytes <= importer.MaxRecordBytes {
		t.lines = append(t.lines, line)
	}
	return nil
}

// next returns the index of the line at which the next transcript begins: its
// room, or the name of its game above that.
func (t *text) next() int {
	at := t.room
	if at <= t.task { // the new transcript describes none
		at = len(t.lines)
	}
	for i := at - 1; i >= 0 && i >= at-3; i-- {
		if gameLine.MatchString(t.lines[i]) {
			return i
		}
	}
	return at
}

// flush yields the transcript in the lines before end and keeps the rest.
func (t *text) flush(end int) error {
	t.number++
	mine, rest := t.lines[:end], append([]string(nil), t.lines[end:]...)
	size := t.bytes
	t.lines, t.bytes, t.begun = rest, 0, false
	for _, line := range rest {
		t.bytes += int64(len(line)) + 1
	}
	if size > importer.MaxRecordBytes {
		return t.yield(t.number, nil, &importer.SizeError{Bytes: size})
	}
	episode, err := textEpisode(mine, t.from)
	return t.yield(t.number, episode, err)
}

// textEpisode reads one transcript; a line above it may name the game.
func textEpisode(lines []string, from facts) (*importer.Episode, error) {
	record := []byte(strings.Join(lines, "\n"))
	for i, line := range lines {
		if roomLine.MatchString(line) {
			lines = lines[i:]
			break
		}
		if gameLine.MatchString(line) {
			from.game = line
		}
	}
	return build(parse(strings.Join(lines, "\n")), nil, from, record, nil)
}
