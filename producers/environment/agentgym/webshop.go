package agentgym

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/environment/remote"
)

// webshop is agentenv-webshop. Its answers have shapes of their own: a number
// from create, a pair from reset. The reward comes with the purchase, which ends
// the episode: how well the product fits, from 0 to 1; at 1 the task is solved.
// The page's links are admissible; where there is a search bar, what may be
// searched for cannot be listed, and the server counts as not saying.
type webshop struct{}

func (webshop) greeting() string { return "ok" }

func (webshop) idField() string { return "env_idx" }

func (webshop) created(answer []byte) (id int64, err error) {
	err = remote.Decode(answer, &id)
	return id, err
}

func (w webshop) begin(ctx context.Context, p place, index int64) (v view, err error) {
	err = p.again(ctx, func(ctx context.Context) error {
		var pair []jsontext.Value
		if err := p.post(ctx, "reset", map[string]any{"session_id": index}, &pair); err != nil {
			return err
		}
		if len(pair) == 0 {
			return errors.New("answer to reset: it is an empty list, not a text and null")
		}
		if err := remote.Decode(pair[0], &v.Text); err != nil {
			return fmt.Errorf("answer to reset: %w", err)
		}
		return nil
	})
	if err != nil {
		return view{}, err
	}
	if err := w.get(ctx, p, "instruction_text", &v.instruction); err != nil {
		return view{}, err
	}
	v.instruction = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(v.instruction), "Instruction:"))
	v.Admissible, err = w.actions(ctx, p)
	return v, err
}

func (w webshop) step(ctx context.Context, p place, action string) (view, error) {
	var a struct {
		State  *string `json:"state"`
		Reward float64 `json:"reward"`
		Done   *bool   `json:"done"`
	}
	if err := p.post(ctx, "step", map[string]any{"action": action}, &a); err != nil {
		return view{}, err
	}
	if a.State == nil || a.Done == nil {
		return view{}, errors.New("answer to step: it has no state, or does not say whether the episode is done")
	}
	v := view{reward: a.Reward, done: *a.Done, success: a.Reward >= 1}
	v.Text = *a.State
	if v.done {
		return v, nil
	}
	actions, err := w.actions(ctx, p)
	v.Admissible = actions
	return v, err
}

// actions asks for the links of the page.
func (w webshop) actions(ctx context.Context, p place) ([]string, error) {
	var a struct {
		HasSearchBar bool     `json:"has_search_bar"`
		Clickables   []string `json:"clickables"`
	}
	if err := w.get(ctx, p, "available_actions", &a); err != nil || a.HasSearchBar {
		return nil, err
	}
	actions := []string{}
	for _, link := range a.Clickables {
		actions = append(actions, "click["+link+"]")
	}
	return unique(actions), nil
}

// get asks what changes nothing, and so may be asked again.
func (webshop) get(ctx context.Context, p place, path string, answer any) error {
	query := url.Values{p.idField: {strconv.FormatInt(p.id, 10)}}
	return p.again(ctx, func(ctx context.Context) error { return p.client.Get(ctx, path, query, answer) })
}
