package react

import (
	"regexp"
	"strings"
)

// transcript is what was said, in order.
type transcript struct {
	opening string // the first observation
	turns   []turn
}

// turn is what the agent said at one prompt and what was answered.
type turn struct{ command, answer string }

var (
	actLine     = regexp.MustCompile(`^Act(?:ion)? \d+: ?(.*)$`)
	observeLine = regexp.MustCompile(`^Obs(?:ervation)? \d+: ?(.*)$`)
	thoughtLine = regexp.MustCompile(`^(?:([Tt]hink|[Tt]hought)|(?:ActionPath)):\s*`)
)

// parse takes a transcript apart. A prompt without a command is followed by a
// line with the command, indented by one blank; logs are glued together so
// where a plan was made anew.
func parse(text string) transcript {
	var p parser
	for line := range strings.Lines(text) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	p.close()
	return p.transcript
}

type parser struct {
	transcript
	open   bool // a turn has begun
	bare   bool // its prompt had no command yet
	blank  bool // the line before was blank
	said   string
	answer []string
}

func (p *parser) line(line string) {
	blank := p.blank
	p.blank = strings.TrimSpace(line) == ""
	switch {
	case strings.HasPrefix(line, ">"):
		p.begin(strings.TrimSpace(line[1:]))
	case actLine.MatchString(line):
		p.begin(strings.TrimSpace(actLine.FindStringSubmatch(line)[1]))
	case p.open && !p.blank && strings.HasPrefix(line, " ") && (p.bare || blank):
		p.begin(strings.TrimSpace(line))
	case p.blank && p.bare: // still waiting for the command
	default:
		p.bare = false
		if m := observeLine.FindStringSubmatch(line); m != nil {
			line = m[1]
		}
		p.answer = append(p.answer, line)
	}
}

// begin ends the turn before and begins one with a command.
func (p *parser) begin(command string) {
	p.close()
	p.open, p.bare, p.said = true, command == "", command
}

// close ends the turn: without a command and without an answer it was none.
func (p *parser) close() {
	answer := strings.TrimSpace(strings.Join(p.answer, "\n"))
	p.answer = nil
	switch {
	case !p.open:
		p.opening = answer
	case p.said != "" || answer != "":
		p.turns = append(p.turns, turn{p.said, answer})
	}
	p.open = false
}

const (
	// refused is how ALFWorld answers a command that it does not understand.
	refused = "Nothing happens."
	// acknowledged is how agents' harnesses answer a thought.
	acknowledged = "OK."
)

// thought returns what was thought in a turn, when it was a thought.
func (t turn) thought() (string, bool) {
	m := thoughtLine.FindStringSubmatch(t.command)
	if m == nil || t.answer == refused {
		return "", false
	}
	said := t.command
	if m[1] != "" { // the path of actions keeps its label, to be told apart
		said = strings.TrimPrefix(said, thoughtLine.FindString(said))
	}
	// Any other answer is where the thought went on over more lines.
	more := strings.TrimSpace(strings.TrimSuffix(t.answer, acknowledged))
	return strings.TrimSpace(said + "\n" + more), true
}
