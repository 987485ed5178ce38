package webshop

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

// refused is how WebShop answers an action that it does not understand.
const refused = "Invalid action!"

var (
	actionLine      = regexp.MustCompile(`(?m)^Action: ?(.*)$`)
	observationLine = regexp.MustCompile(`(?m)^Observation: ?`)
	thinkAction     = regexp.MustCompile(`(?s)^think\[(.*?)\]?$`)
	instructionText = regexp.MustCompile(`(?s)Instruction: *\s*(.*?)\s*\[Search\]`)
	scoreText       = regexp.MustCompile(`Your score \(min [^)]*\): *(\S+)`)
	// footerText is the running statistics behind a session.
	footerText = regexp.MustCompile(`\n\n\d+( -?[0-9.e+-]+){2,3}\n*$`)
	finalText  = regexp.MustCompile(`\n[0-9.e+-]+( [0-9.e+-]+){2}\n*$`)
)

// turn is an action and what was observed after it.
type turn struct{ action, observation string }

// decode reads a session: its number on the first line, then its turns.
func decode(record []byte) (*importer.Episode, error) {
	index, body, _ := strings.Cut(string(record), "\n")
	body, footer := cutFooter(body)
	turns, err := parse(body)
	if err != nil {
		return nil, fmt.Errorf("session %s: %w", strings.TrimSpace(index), err)
	}
	e := &importer.Episode{
		Record: []byte(index + "\n" + body), Environment: "webshop", TaskID: strings.TrimSpace(index),
		Info: importer.Info(footer),
	}
	opening := turns[0].observation
	if m := instructionText.FindStringSubmatch(opening); m != nil {
		e.Instruction = &m[1]
	}
	addSteps(e, opening, turns[1:])
	if err := grade(e, turns[len(turns)-1]); err != nil {
		return nil, fmt.Errorf("session %s: %w", e.TaskID, err)
	}
	return e, nil
}

// cutFooter cuts the running statistics off, which are not of this session
// alone.
func cutFooter(body string) (string, map[string]any) {
	if at := finalText.FindStringIndex(body); at != nil && footerText.MatchString(body[:at[0]]+"\n") {
		body = body[:at[0]] + "\n"
	}
	at := footerText.FindStringIndex(body)
	if at == nil {
		return body, nil
	}
	return body[:at[0]+1], map[string]any{"running_statistics": strings.TrimSpace(body[at[0]:])}
}

// parse takes a session apart; the first turn is the reset.
func parse(body string) ([]turn, error) {
	starts := actionLine.FindAllStringSubmatchIndex(body, -1)
	turns := make([]turn, 0, len(starts))
	for i, at := range starts {
		end := len(body)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		t := turn{action: strings.TrimSpace(body[at[2]:at[3]])}
		rest := body[at[1]:end]
		seen := observationLine.FindStringIndex(rest)
		if seen == nil {
			return nil, fmt.Errorf("action %d has no observation: the output is cut short", i)
		}
		// What stands before the observation continues the action.
		t.action = strings.TrimSpace(t.action + rest[:seen[0]])
		t.observation = strings.TrimSpace(rest[seen[1]:])
		turns = append(turns, t)
	}
	if len(turns) == 0 || turns[0].action != "reset" {
		return nil, errors.New("it does not begin with Action: reset; it is no WebShop output of ReAct")
	}
	return turns, nil
}

func addSteps(e *importer.Episode, opening string, turns []turn) {
	state := opening
	for _, t := range turns {
		valid := t.observation != refused
		step := importer.Step{State: state, Action: t.action, ActionValid: &valid, NextState: t.observation, Reward: new(float64)}
		if m := thinkAction.FindStringSubmatch(t.action); m != nil {
			step.Thought, step.Action, step.NextState = &m[1], "", state
			step.Info = importer.Info(map[string]any{"observation": t.observation})
		}
		e.Steps = append(e.Steps, step)
		state = step.NextState
	}
}

// grade gives the score to the last step and says how the session ended.
func grade(e *importer.Episode, final turn) error {
	m := scoreText.FindStringSubmatch(final.observation)
	score := 0.0
	if m != nil {
		var err error
		if score, err = strconv.ParseFloat(m[1], 64); err != nil {
			return fmt.Errorf("score %q: must be a number", m[1])
		}
	}
	success := score >= 1
	e.Success, e.Return, e.Status = &success, &score, "truncated"
	done := m != nil || (final.action == "click[Buy Now]" && final.observation != refused)
	if done {
		e.Status = "completed"
	}
	if n := len(e.Steps); n > 0 {
		e.Steps[n-1].Reward, e.Steps[n-1].Terminated, e.Steps[n-1].Truncated = &score, done, !done
	}
	return nil
}
