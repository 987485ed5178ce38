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

// asking is what a question shows of itself.
type asking struct {
	// before are the task and the history.
	before string
	// demonstrations that fit, most similar first.
	demonstrations []demonstration
	// now is what is asked.
	now string
}

// demonstration is a question of which the answer is known.
type demonstration struct{ asked, answer string }

// asking fits a question into so many tokens, its demonstrations with answers as
// given. What must be said is said in any case. Of the rest up to half are
// demonstrations, the most similar ones; then comes the history, the newest steps
// of it; and then further demonstrations, as far as there is room.
func (p Prompt) asking(q *Question, room int64, answer func(number int, d producers.Demonstration) string) asking {
	a := asking{before: p.task(q.Task), now: p.now(q)}
	room -= openai.EstimateTokens(len(a.before) + len(a.now))
	texts := make([]string, len(q.Demonstrations))
	for i, d := range q.Demonstrations {
		a.demonstrations = append(a.demonstrations, demonstration{p.demonstration(q.Task, i+1, d), answer(i+1, d)})
		texts[i] = a.demonstrations[i].asked + a.demonstrations[i].answer
	}
	shown, used := fill(texts, room/2)
	history := q.past(p)
	slices.Reverse(history)
	kept, more := fill(history, room-used)
	slices.Reverse(history)
	further, _ := fill(texts[shown:], room-used-more)
	a.demonstrations = a.demonstrations[:shown+further]
	if len(history) > 0 {
		a.before += "\n\n" + historyText(history, kept)
	}
	return a
}

// turns are the messages that ask: each demonstration as if the model had been
// asked and had answered, the most similar last. What changes least comes first,
// so that servers can keep it.
func (a *asking) turns() (messages []openai.Message) {
	text := a.before + "\n\n"
	for _, d := range slices.Backward(a.demonstrations) {
		messages = append(messages, openai.Message{Role: "user", Content: text + d.asked}, openai.Message{Role: "assistant", Content: d.answer})
		text = ""
	}
	return append(messages, openai.Message{Role: "user", Content: text + a.now})
}

// text is one message that shows the demonstrations with their answers.
func (a *asking) text() string {
	text := a.before
	for _, d := range slices.Backward(a.demonstrations) {
		text += "\n\n" + d.asked + "\n" + d.answer
	}
	return text + "\n\n" + a.now
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

func (p Prompt) now(q *Question) string {
	return fmt.Sprintf("Now, step %d\nState: %s%s\nAction: %s", len(q.History), p.shorten(q.State.Text),
		p.list("Admissible actions", q.State.Admissible), p.shorten(q.Action))
}

// demonstration asks what a demonstration shows. What was admissible is left out:
// its answer says how that changed.
func (p Prompt) demonstration(task producers.Task, number int, d producers.Demonstration) string {
	s := d.Step()
	return fmt.Sprintf("Demonstration [%d], %s\nState: %s\nAction: %s", number, provenance(task, d), p.shorten(s.State.Text), p.shorten(s.Action))
}

// answer is the answer that a demonstration makes true.
func (p Prompt) answer(number int, d producers.Demonstration) string {
	s := d.Step()
	a := answerOf(s.State, s.Outcome(), successOf(d))
	a.Reasoning, a.NextState = fmt.Sprintf("The environment answered so in [%d].", number), p.shorten(a.NextState)
	a.ActionsGone, a.ActionsNew = p.first(a.ActionsGone), p.first(a.ActionsNew)
	if won(d) {
		a.Precedent = &number
	}
	return a.String()
}

// first are as many actions as are listed.
func (p Prompt) first(actions []string) []string {
	return actions[:min(len(actions), max(p.Admissible, 0))]
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
