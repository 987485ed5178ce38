package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/internal/app"
)

// shownEpisode is an episode as show prints it.
type shownEpisode struct {
	// facts about the whole, each with its title.
	facts []fact
	steps []shownStep
}

type fact struct{ title, text string }

type shownStep struct {
	number                int64
	state                 string
	thought, action, next string
	// result is what came of the action beside the next state.
	result string
	// reasoning is why an experience model answered so, and grounds are the
	// demonstrations that it was shown; empty for what an environment answered.
	reasoning, grounds string
}

const factsQuery = `SELECT
	$1::VARCHAR AS Episode,
	any_value(t.environment || coalesce(' ' || t.environment_version, '') || ', task ' || t.task_id || ', split ' || t.split) AS Task,
	any_value(t.instruction) AS Instruction,
	any_value(coalesce(t.policy_id || coalesce(' version ' || t.policy_version, ''), 'unknown') || coalesce(', attempt ' || t.attempt, '')) AS Policy,
	any_value(t.origin || coalesce(', by model ' || t.model_id || coalesce(' version ' || t.model_version, ''), '')
		|| ', to ' || t.purpose || ', from ' || t.source) AS Origin,
	coalesce((SELECT status || CASE success WHEN true THEN ', success' WHEN false THEN ', no success' ELSE '' END
		|| coalesce(', return ' || format('{:g}', episode_return), ', ungraded') || ', ' || length || ' steps' || coalesce(': ' || reason, '')
		|| CASE WHEN success IS DISTINCT FROM recorded_success OR episode_return IS DISTINCT FROM recorded_return
			THEN ' (corrected)' ELSE '' END
	 FROM episodes WHERE episode_id = $1), 'none: no event has ended it') AS Outcome,
	(SELECT count(*) || coalesce(', ' || sum(prompt_tokens + completion_tokens)::BIGINT || ' tokens', '')
	 FROM calls WHERE episode_id = $1 HAVING count(*) > 0) AS Calls
FROM transitions_raw t WHERE t.episode_id = $1`

const stepsQuery = `SELECT step, state, coalesce(thought, ''), action, next_state, coalesce(action_valid, true),
	reward, recorded_reward, terminated, truncated, coalesce(reasoning, ''),
	coalesce(array_to_string([d.event_id || ' (similarity ' || format('{:.3f}', d.similarity) || ')' FOR d IN demonstrations], chr(10)), '')
FROM transitions WHERE episode_id = $1 AND step BETWEEN $2 AND $3 ORDER BY step, log_offset`

// outcomeTitle is the title of the fact that changes when an episode ends.
const outcomeTitle = "Outcome"

// readEpisode reads an episode with the steps from first to last.
func readEpisode(ctx context.Context, session *app.Session, id string, first, last int64) (*shownEpisode, error) {
	var ep shownEpisode
	titles := []string{"Episode", "Task", "Instruction", "Policy", "Origin", outcomeTitle, "Calls"}
	err := eachRow(ctx, session, func(row []any) {
		for i, cell := range row {
			if text, ok := cell.(string); ok {
				ep.facts = append(ep.facts, fact{titles[i], text})
			}
		}
	}, factsQuery, id)
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, session, func(row []any) { ep.steps = append(ep.steps, stepOf(row)) }, stepsQuery, id, first, last)
	return &ep, err
}

func stepOf(row []any) shownStep {
	return shownStep{
		number: row[0].(int64), state: row[1].(string), thought: row[2].(string), action: row[3].(string), next: row[4].(string),
		result:    resultText(row[5].(bool), row[6], row[7], row[8].(bool), row[9].(bool)),
		reasoning: row[10].(string), grounds: row[11].(string),
	}
}

// resultText says what a step earned and ended; reward and recorded are a
// float64 or nil.
func resultText(valid bool, reward, recorded any, terminated, truncated bool) string {
	var parts []string
	if !valid {
		parts = append(parts, "invalid action")
	}
	if r, ok := reward.(float64); ok {
		text := "reward " + strconv.FormatFloat(r, 'g', -1, 64)
		if reward != recorded {
			text += " (corrected; recorded " + rewardText(recorded) + ")"
		}
		parts = append(parts, text)
	}
	if terminated {
		parts = append(parts, "terminated")
	}
	if truncated {
		parts = append(parts, "truncated")
	}
	return strings.Join(parts, ", ")
}

func rewardText(reward any) string {
	if r, ok := reward.(float64); ok {
		return strconv.FormatFloat(r, 'g', -1, 64)
	}
	return "none"
}

// titleWidth is the column at which texts begin.
const titleWidth = 13

// print writes the episode, wrapped to the columns of the terminal; 0: as it is.
func (ep *shownEpisode) print(out io.Writer, columns int) error {
	p := newPage(out, columns)
	for _, f := range ep.facts {
		p.paragraph(f.title, f.text)
	}
	p.steps(ep.steps)
	return p.w.Flush()
}

// page writes titles with texts beside them.
type page struct {
	w       *bufio.Writer
	columns int
	// shown is the state that the last step led to; nil: there was no step yet.
	shown *string
}

func newPage(out io.Writer, columns int) *page {
	return &page{w: bufio.NewWriter(out), columns: columns}
}

// steps writes steps behind those written before. A state is what the step
// before led to: it is shown where that is not so.
func (p *page) steps(steps []shownStep) {
	for i := range steps {
		s := &steps[i]
		p.line("")
		if p.shown == nil || s.state != *p.shown {
			p.paragraph("State", s.state)
			p.line("")
		}
		p.line("Step " + strconv.FormatInt(s.number, 10))
		p.paragraph("  Thought", s.thought)
		p.paragraph("  Action", s.action)
		p.paragraph("  Next state", s.next)
		p.paragraph("  Result", s.result)
		p.paragraph("  Reasoning", s.reasoning)
		p.paragraph("  Grounded", s.grounds)
		p.shown = &s.next
	}
}

func (p *page) line(text string) {
	fmt.Fprintln(p.w, text) // Flush tells what went wrong
}

// paragraph writes a text beside its title, and leaves empty ones out.
func (p *page) paragraph(title, text string) {
	if text == "" {
		return
	}
	for _, line := range wrap(printable(text), p.columns-titleWidth) {
		p.line(strings.TrimRight(fmt.Sprintf("%-*s%s", titleWidth, title, line), " "))
		title = ""
	}
}

// printable shows control characters, by which recorded text could steer a
// terminal, as their names.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0:
			return '\uFFFD'
		}
		return r
	}, text)
}
