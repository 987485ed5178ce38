package shop

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// walkthrough returns actions that earn reward 1: it searches as the goal
// suggests, at last for the title of the product that the goal was written
// for, until a result fits in every respect. Goals of the original may be such
// that none does.
func (e *Environment) walkthrough(ctx context.Context, task string, g *catalogue.Goal) ([]string, error) {
	for _, words := range append(e.suggested(g), e.catalogue.Products[g.Product].Title) {
		results, err := e.index.Search(ctx, words)
		if err != nil {
			return nil, err
		}
		for rank, product := range results[:min(len(results), e.maxResults)] {
			if options, perfect := e.perfect(g, product); perfect {
				if actions := e.purchase(words, rank, product, options); e.certify(ctx, task, actions) == nil {
					return actions, nil
				}
			}
		}
	}
	return nil, fmt.Errorf("find a walkthrough of shop task %s: no product that its searches find fits in every respect; leave it to agents that do not need one", task)
}

// perfect chooses the options of a product that the goal asks for, and says
// whether buying it so earns 1.
func (e *Environment) perfect(g *catalogue.Goal, product int) (options []string, perfect bool) {
	p := &e.catalogue.Products[product]
	taken := make([]bool, len(p.Options)) // of each option one value can be chosen
	for _, asked := range g.Options {
		if i, value, ok := e.offered(p, taken, asked); ok {
			taken[i] = true
			options = append(options, value)
		}
	}
	score := e.grader.Of(g, &e.catalogue.Products[g.Product], p, options)
	return options, score.Reward() == 1
}

// certify plays the actions, and says why they do not earn 1.
func (e *Environment) certify(ctx context.Context, task string, actions []string) error {
	s := &Session{shop: e}
	if _, err := s.Reset(ctx, producers.Task{ID: task}, 0); err != nil {
		return err
	}
	for i, a := range actions {
		o, err := s.Step(ctx, a)
		switch {
		case err != nil:
			return err
		case o.Over() && *o.Success && i == len(actions)-1:
			return nil
		case o.Over() || !*o.Valid:
			return fmt.Errorf("action %d of %d, %s, ended with reward %v", i+1, len(actions), a, *o.Reward)
		}
	}
	return errors.New("the actions do not buy anything")
}

// offered finds a value for what is asked among the options not taken yet: the
// very value, or one that is taken for it.
func (e *Environment) offered(p *catalogue.Product, taken []bool, asked string) (option int, value string, ok bool) {
	for i, o := range p.Options {
		if !taken[i] && slices.Contains(o.Values, asked) {
			return i, asked, true
		}
	}
	for i, o := range p.Options {
		for _, v := range o.Values {
			if !taken[i] && e.grader.OptionMatches(asked, v) {
				return i, v, true
			}
		}
	}
	return 0, "", false
}

// purchase returns the actions that buy the product of a rank, from 0, among
// the results of a search.
func (e *Environment) purchase(words string, rank, product int, options []string) []string {
	actions := []string{"search[" + words + "]"}
	for range rank / pageSize {
		actions = append(actions, "click["+next+"]")
	}
	actions = append(actions, "click["+e.catalogue.Products[product].ID+"]")
	for _, o := range options {
		actions = append(actions, "click["+o+"]")
	}
	return append(actions, "click["+buyNow+"]")
}
