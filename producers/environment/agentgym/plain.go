package agentgym

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// plain is the dialect of the servers that answer with one object, or with
// {"error": TEXT} and status 200.
type plain struct {
	greets string
	// index names the number of a task in a reset.
	index string
	// reset are further members of a reset.
	reset map[string]any
	// read makes a view of an answer; first: it is that of a reset.
	read func(a answer, first bool) view
	// misunderstood are the beginnings of what the environment says of an action
	// that it does not understand; none: it says nothing of the kind.
	misunderstood []string
}

// answer is what these servers answer; each leaves something out.
type answer struct {
	Error            *string  `json:"error"`
	ID               *int64   `json:"id"`
	Observation      *string  `json:"observation"`
	TaskDescription  string   `json:"task_description"`
	AvailableActions []string `json:"available_actions"`
	Reward           float64  `json:"reward"`
	Score            float64  `json:"score"`
	Done             *bool    `json:"done"`
}

// text is the observation, which check has seen.
func (a answer) text() string { return *a.Observation }

// done says whether the episode is; a reset need not say.
func (a answer) done() bool { return a.Done != nil && *a.Done }

func (d plain) greeting() string { return d.greets }

func (d plain) idField() string { return "id" }

func (d plain) created(data []byte) (int64, error) {
	var a answer
	if err := remote.Decode(data, &a); err != nil {
		return 0, err
	}
	if err := a.failed(); err != nil {
		return 0, err
	}
	if a.ID == nil {
		return 0, errors.New("the server created an environment without saying its id")
	}
	return *a.ID, nil
}

// failed is what the server says of its own failure.
func (a answer) failed() error {
	if a.Error != nil {
		return fmt.Errorf("the server says: %.500s", *a.Error)
	}
	return nil
}

func (d plain) begin(ctx context.Context, p place, index int64) (v view, err error) {
	body := map[string]any{d.index: index}
	for name, value := range d.reset {
		body[name] = value
	}
	err = p.again(ctx, func(ctx context.Context) (err error) {
		v, err = d.ask(ctx, p, "reset", body)
		return err
	})
	return v, err
}

func (d plain) step(ctx context.Context, p place, action string) (view, error) {
	return d.ask(ctx, p, "step", map[string]any{"action": action})
}

func (d plain) ask(ctx context.Context, p place, path string, body map[string]any) (view, error) {
	var data jsontext.Value
	if err := p.post(ctx, path, body, &data); err != nil {
		return view{}, err
	}
	v, err := d.decode(data, p.id, path == "reset")
	if err != nil {
		return view{}, fmt.Errorf("answer to %s: %w", path, err)
	}
	return v, nil
}

// decode makes a view of an answer about environment id; first: it is that of a
// reset.
func (d plain) decode(data []byte, id int64, first bool) (view, error) {
	var a answer
	if err := remote.Decode(data, &a); err != nil {
		return view{}, err
	}
	if err := a.check(id, first); err != nil {
		return view{}, err
	}
	v := d.read(a, first)
	if !first && len(d.misunderstood) > 0 {
		valid := !beginsWithOne(a.text(), d.misunderstood)
		v.valid = &valid
	}
	return v, nil
}

// check says why an answer is none to the question.
func (a answer) check(id int64, first bool) error {
	switch {
	case a.Error != nil:
		return a.failed()
	case a.ID != nil && *a.ID != id:
		return fmt.Errorf("it is about environment %d, not %d", *a.ID, id)
	case a.Observation == nil:
		return errors.New("it has no observation")
	case a.Done == nil && !first:
		return errors.New("it does not say whether the episode is done")
	}
	return nil
}

func beginsWithOne(text string, beginnings []string) bool {
	for _, beginning := range beginnings {
		if strings.HasPrefix(text, beginning) {
			return true
		}
	}
	return false
}
