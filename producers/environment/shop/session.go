package shop

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
	"github.com/dreamlog/dreamlog/producers/environment/shop/reward"
	"github.com/dreamlog/dreamlog/schema"
)

// Session is one customer. Nothing in it is random: the seed of an episode
// changes nothing.
type Session struct {
	shop     *Environment
	goal     *catalogue.Goal
	searches []string // that the goal suggests
	page     page
}

// Reset begins an episode at the search page.
func (s *Session) Reset(ctx context.Context, task producers.Task, _ int64) (producers.Start, error) {
	n, ok := s.shop.goals[task.ID]
	if !ok {
		return producers.Start{}, fmt.Errorf("reset shop: it has no task %q; its tasks are those that Tasks lists", task.ID)
	}
	goal := &s.shop.catalogue.Goals[n]
	s.goal, s.searches, s.page = goal, s.shop.suggested(goal), page{}
	return producers.Start{
		Observation: s.observe(),
		Instruction: goal.Instruction,
		Walkthrough: func(ctx context.Context) ([]string, error) { return s.shop.walkthrough(ctx, task.ID, goal) },
	}, ctx.Err()
}

// Step takes an action.
func (s *Session) Step(ctx context.Context, action string) (producers.Outcome, error) {
	if s.goal == nil || s.page.place == atEnd {
		return producers.Outcome{}, errors.New("step in shop: no episode is running; call Reset first")
	}
	what, argument := parseAction(action)
	b, found := find(s.shop.buttons(&s.page), argument)
	switch {
	case what == searchFor && s.page.place == atSearch:
		if err := s.search(ctx, argument); err != nil {
			return producers.Outcome{}, err
		}
	case what == clickOn && found && b.effect == buy:
		return s.buy(), nil
	case what == clickOn && found:
		s.click(b)
	default:
		return s.outcome(false), nil
	}
	return s.outcome(true), nil
}

func (s *Session) search(ctx context.Context, words string) error {
	results, err := s.shop.index.Search(ctx, words)
	if err != nil {
		return err
	}
	s.page = page{place: atResults, results: results[:min(len(results), s.shop.maxResults)]}
	return nil
}

// click follows a button. What was chosen of an item is forgotten with it.
func (s *Session) click(b button) {
	p := &s.page
	switch b.effect {
	case toSearch:
		*p = page{}
	case toPreviousResults:
		p.number--
	case toNextResults:
		p.number++
	case toResults:
		*p = page{place: atResults, results: p.results, number: p.number}
	case toItem:
		if p.place == atResults {
			p.product = b.index
			p.chosen = make([]string, len(s.shop.catalogue.Products[b.index].Options))
		}
		p.place = atItem
	case toDetails:
		p.place, p.details = atDetails, b.label
	case choose:
		p.chosen[b.index] = b.label
	}
}

// buy ends the episode with the grade of the purchase.
func (s *Session) buy() producers.Outcome {
	product := &s.shop.catalogue.Products[s.page.product]
	options := chosenOptions(s.page.chosen)
	score := s.shop.grader.Of(s.goal, &s.shop.catalogue.Products[s.goal.Product], product, options)
	grade := score.Reward()
	s.page = page{place: atEnd}
	info := schema.JSONOf(purchase{product.ID, options, score})
	return producers.Outcome{
		Observation: producers.Observation{Text: renderEnd(grade), Admissible: []string{}},
		Reward:      &grade,
		Valid:       new(true),
		Terminated:  true,
		Success:     new(grade == 1),
		Reason:      "bought " + product.ID,
		Info:        &info,
	}
}

// purchase is what the record says of one.
type purchase struct {
	Product string       `json:"product"`
	Options []string     `json:"options"`
	Score   reward.Score `json:"score"`
}

// chosenOptions drops the options of which nothing was chosen.
func chosenOptions(chosen []string) []string {
	return slices.DeleteFunc(slices.Clone(chosen), func(v string) bool { return v == "" })
}

// outcome is that of a step that did not end the episode.
func (s *Session) outcome(valid bool) producers.Outcome {
	return producers.Outcome{Observation: s.observe(), Reward: new(0.0), Valid: &valid}
}

// observe shows the page and what it admits.
func (s *Session) observe() producers.Observation {
	o := producers.Observation{Text: s.shop.render(&s.page, s.goal)}
	if s.page.place == atSearch {
		for _, words := range s.searches {
			o.Admissible = append(o.Admissible, "search["+words+"]")
		}
	}
	for _, b := range s.shop.buttons(&s.page) {
		o.Admissible = append(o.Admissible, "click["+b.label+"]")
	}
	return o
}

// Close has nothing to free.
func (s *Session) Close() error { return nil }
