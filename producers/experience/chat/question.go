package chat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
)

// Question asks what comes of an action.
type Question struct {
	Task producers.Task
	// History are the steps before, in order.
	History []Past
	// State is what is observed now, Action what is done.
	State  producers.Observation
	Action string
	// Demonstrations, most similar first.
	Demonstrations []producers.Demonstration
}

// Past is a step of the history; what came of it is the state after it.
type Past struct{ State, Action string }

// HistoryOf returns the steps of a recording before one of them.
func HistoryOf(r *producers.Recording, index int) []Past {
	history := make([]Past, index)
	for i := range history {
		history[i] = Past{r.Steps[i].State.Text, r.Steps[i].Action}
	}
	return history
}

// question is the message of a question, and how many of its demonstrations are
// shown in it. What must be said is said in any case. Of the rest up to half are
// demonstrations, the most similar ones; then comes the history, the newest steps
// of it; and then further demonstrations, as far as there is room.
func (p Prompt) question(q Question, room int64) (text string, shown int) {
	task, now := p.task(q.Task), p.now(q)
	room -= openai.EstimateTokens(len(task) + len(now))
	demonstrations := p.demonstrations(q.Task, q.Demonstrations)
	shown, used := fill(demonstrations, room/2)
	history := q.past(p)
	slices.Reverse(history)
	kept, more := fill(history, room-used)
	slices.Reverse(history)
	further, _ := fill(demonstrations[shown:], room-used-more)
	shown += further
	parts := []string{task}
	if shown > 0 {
		parts = append(parts, "Demonstrations, the most similar first:\n\n"+strings.Join(demonstrations[:shown], "\n\n"))
	}
	if len(history) > 0 {
		parts = append(parts, historyText(history, kept))
	}
	return strings.Join(append(parts, now), "\n\n"), shown
}

// beginning is the message that asks for the first state of a task, and how many
// of the beginnings are shown in it.
func (p Prompt) beginning(task producers.Task, alike []producers.Demonstration, room int64) (text string, shown int) {
	asks := p.task(task) + "\n\nHow does an episode of this task begin?"
	texts := make([]string, len(alike))
	for i, d := range alike {
		s := d.Step().State
		texts[i] = fmt.Sprintf("[%d] %s\nFirst state: %s%s", i+1, p.task(d.Recording.Task), p.shorten(s.Text), p.list("Admissible actions", s.Admissible))
	}
	shown, _ = fill(texts, room-openai.EstimateTokens(len(asks)))
	if shown == 0 {
		return asks, 0
	}
	return "How episodes of similar tasks began:\n\n" + strings.Join(texts[:shown], "\n\n") + "\n\n" + asks, shown
}

// fill says how many of the texts fit into so many tokens, from the first on, and
// how many tokens these have.
func fill(texts []string, room int64) (n int, used int64) {
	for _, t := range texts {
		tokens := openai.EstimateTokens(len(t) + 2)
		if used+tokens > room {
			break
		}
		n, used = n+1, used+tokens
	}
	return n, used
}

func historyText(history []string, kept int) string {
	left := len(history) - kept
	heading := "History, the oldest step first:"
	switch {
	case kept == 0:
		return fmt.Sprintf("History: the %d steps so far are left out.", left)
	case left > 0:
		heading = fmt.Sprintf("History, the oldest step first (the first %d are left out):", left)
	}
	return heading + "\n\n" + strings.Join(history[left:], "\n\n")
}

func (q *Question) past(p Prompt) []string {
	texts := make([]string, len(q.History))
	for i, h := range q.History {
		texts[i] = fmt.Sprintf("Step %d\nState: %s\nAction: %s", i, p.shorten(h.State), p.shorten(h.Action))
	}
	return texts
}

func (p Prompt) task(t producers.Task) string {
	if t.Instruction == "" {
		return "Task: (not told)"
	}
	return "Task: " + p.shorten(t.Instruction)
}

func (p Prompt) now(q Question) string {
	return fmt.Sprintf("Now, step %d\nState: %s%s\nAction: %s", len(q.History), p.shorten(q.State.Text),
		p.list("Admissible actions", q.State.Admissible), p.shorten(q.Action))
}

func (p Prompt) demonstrations(task producers.Task, all []producers.Demonstration) []string {
	texts := make([]string, len(all))
	for i, d := range all {
		s := d.Step()
		texts[i] = fmt.Sprintf("[%d] %s\nState: %s%s\nAction: %s\n%s", i+1, provenance(task, d),
			p.shorten(s.State.Text), p.list("Admissible actions", s.State.Admissible), p.shorten(s.Action), p.came(s.Outcome(), successOf(d)))
	}
	return texts
}

// provenance says where a demonstration comes from.
func provenance(task producers.Task, d producers.Demonstration) string {
	whose := "another task"
	if d.Recording.Task.ID == task.ID {
		whose = "this task"
	}
	text := fmt.Sprintf("%s, of %s, similarity %.2f", d.Recording.Origin, whose, d.Similarity)
	if told := d.Recording.Task.Instruction; told != "" && told != task.Instruction {
		text += ": " + strings.Join(strings.Fields(told), " ")
	}
	return text
}

// came shows what came of a step.
func (p Prompt) came(o producers.Outcome, success *bool) string {
	text := "Next state: " + p.shorten(o.Text) + p.list("Next admissible actions", o.Admissible)
	var results []string
	if o.Valid != nil && !*o.Valid {
		results = append(results, "invalid action")
	}
	if o.Reward != nil {
		results = append(results, fmt.Sprintf("reward %v", *o.Reward))
	}
	switch {
	case success != nil && *success:
		results = append(results, "the task ended: success")
	case o.Terminated && success != nil:
		results = append(results, "the task ended: failure")
	case o.Terminated:
		results = append(results, "the task ended")
	}
	if len(results) == 0 {
		return text
	}
	return text + "\nResult: " + strings.Join(results, ", ")
}

// list shows actions, on lines of their own.
func (p Prompt) list(heading string, actions []string) string {
	if len(actions) == 0 || p.Admissible < 0 {
		return ""
	}
	listed := actions[:min(len(actions), p.Admissible)]
	text := "\n" + heading + ":\n- " + strings.Join(listed, "\n- ")
	if more := len(actions) - len(listed); more > 0 {
		text += fmt.Sprintf("\n(and %d more)", more)
	}
	return p.shorten(text)
}

// shorten keeps the beginning of a text: a quarter of the context.
func (p Prompt) shorten(text string) string {
	return calls.Shorten(strings.ToValidUTF8(text, "\ufffd"), p.ContextTokens)
}
