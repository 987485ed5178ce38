package chat

import (
	_ "embed" // of the system prompt
	"fmt"
	"strings"
	"text/template"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/producers"
)

//go:embed system.txt
var systemTemplate string

// SystemData is what the template of a system prompt may use.
type SystemData struct {
	// Environment is its name.
	Environment string
	// MaxSteps after which an episode is cut off; 0: none.
	MaxSteps int
	// Rules say how to answer in the agent's mode.
	Rules string
	// Examples as given in the options.
	Examples string
}

// parseSystem reads a template and tries it, so that a mistake in it shows before
// any episode begins.
func parseSystem(text string) (*template.Template, error) {
	parsed, err := template.New("system prompt").Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("chat agent: read the template of the system prompt: %w", err)
	}
	if _, err := render(parsed, SystemData{"environment", 1, "rules", "examples"}); err != nil {
		return nil, err
	}
	return parsed, nil
}

func render(t *template.Template, data SystemData) (string, error) {
	var text strings.Builder
	if err := t.Execute(&text, data); err != nil {
		return "", fmt.Errorf("chat agent: fill the template of the system prompt: %w", err)
	}
	return strings.TrimSpace(text.String()), nil
}

// opening is the first message: the task and what is observed.
func (p Prompt) opening(task producers.Task, o producers.Observation) string {
	if task.Instruction == "" {
		return p.observation(o)
	}
	return "Task: " + task.Instruction + "\n\n" + p.observation(o)
}

// observation shows what is observed, and what may be done where that is known.
func (p Prompt) observation(o producers.Observation) string {
	// A quarter of the context, at four bytes a token.
	text := "Observation: " + calls.Shorten(o.Text, p.ContextTokens)
	if len(o.Admissible) == 0 || p.Admissible < 0 {
		return text
	}
	listed := o.Admissible[:min(len(o.Admissible), p.Admissible)]
	text += "\n\nAdmissible actions:\n- " + strings.Join(listed, "\n- ")
	if more := len(o.Admissible) - len(listed); more > 0 {
		text += fmt.Sprintf("\n(and %d more)", more)
	}
	return text
}
