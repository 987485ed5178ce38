package chat

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/internal/openai"
)

// text is free text in the style of ReAct.
type text struct{}

func (text) rules() string {
	return "Answer in exactly two lines:\n" +
		"Thought: what you conclude from what you observe, and what you want to do next\n" +
		"Action: the action"
}

func (text) shape(*openai.ChatRequest) {}

// Labels stand at the beginning of a line, perhaps behind the marks of a list, a
// prompt or bold type, and perhaps numbered.
var (
	labelled = regexp.MustCompile(`(?i)^[\s*_#>-]*(thought|think|thinking|reasoning|action|act|observation|obs)\s*\d*\s*[*_]*:[*_]*\s*(.*)$`)
	// inLine is an action behind a sentence.
	inLine = regexp.MustCompile(`(?i)([.!?])[ \t]+([*_]*action\s*\d*\s*[*_]*:)`)
	// fence begins or ends a block of code.
	fence = regexp.MustCompile("^```+[\\w-]*$")
)

func (text) read(m openai.Answer, admissible []string) reading {
	inside, said, fault := openai.SplitThinking(m.Content)
	if fault != "" {
		return reading{thought: inside, fault: fault}
	}
	var p reactParser
	for line := range strings.Lines(inLine.ReplaceAllString(said, "$1\n$2")) {
		if p.line(strings.TrimSpace(line)) {
			return reading{thought: join(inside, p.thought()), action: p.action}
		}
	}
	if action, ok := p.unlabelled(admissible); ok {
		return reading{thought: join(inside, p.thought()), action: action}
	}
	return reading{thought: join(inside, p.thought()), fault: p.fault()}
}

// reactParser reads lines until the first action.
type reactParser struct {
	thoughts []string // lines that are no action
	bare     bool     // the last of them had no label
	labels   bool     // some line had a label
	awaits   bool     // an action's label stood alone on its line
	ended    bool     // the model began to play the environment
	action   string
}

// line takes a line, and says whether it was the action.
func (p *reactParser) line(line string) bool {
	if p.ended || line == "" || fence.MatchString(line) {
		return false
	}
	if m := labelled.FindStringSubmatch(line); m != nil {
		return p.label(strings.ToLower(m[1]), m[2])
	}
	if command, prompted := strings.CutPrefix(line, ">"); prompted || p.awaits {
		p.action = strings.TrimSpace(command)
		return p.action != ""
	}
	p.thoughts, p.bare = append(p.thoughts, line), true
	return false
}

// label takes a line that has a label.
func (p *reactParser) label(name, rest string) bool {
	p.labels = true
	switch name {
	case "observation", "obs":
		p.ended = true
	case "action", "act":
		return p.command(rest)
	default:
		p.think(rest)
	}
	return false
}

// command takes what stands behind an action's label. It may have a label in its
// turn, as in "Action: think: …".
func (p *reactParser) command(rest string) bool {
	if m := labelled.FindStringSubmatch(rest); m != nil {
		if name := strings.ToLower(m[1]); name != "action" && name != "act" {
			p.think(m[2])
			return false
		}
		rest = m[2]
	}
	p.action, p.awaits = rest, rest == ""
	return !p.awaits
}

func (p *reactParser) think(thought string) {
	if thought != "" {
		p.thoughts, p.bare = append(p.thoughts, thought), false
	}
}

// unlabelled takes the last line for the action, if it is an admissible one, or
// if it is all that was said and nobody knows what is admissible.
func (p *reactParser) unlabelled(admissible []string) (string, bool) {
	n := len(p.thoughts)
	if n == 0 || p.ended || !p.bare {
		return "", false
	}
	last := p.thoughts[n-1]
	alone := n == 1 && !p.labels && admissible == nil
	if !alone && !slices.Contains(admissible, tidy(last, admissible)) {
		return "", false
	}
	p.thoughts = p.thoughts[:n-1]
	return last, true
}

func (p *reactParser) thought() string { return strings.Join(p.thoughts, "\n") }

func (p *reactParser) fault() string {
	switch {
	case p.awaits:
		return "nothing stands behind its last line, which is to name the action"
	case len(p.thoughts) == 0 && !p.labels:
		return "the answer is empty"
	}
	return "the answer has no line that names an action"
}
