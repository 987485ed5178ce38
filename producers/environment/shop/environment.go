package shop

import (
	"context"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
	"github.com/dreamlog/dreamlog/producers/environment/shop/reward"
	"github.com/dreamlog/dreamlog/producers/environment/shop/search"
	"github.com/dreamlog/dreamlog/producers/environment/shop/webshop"
)

// Name of the environment in the record.
const Name = "shop"

// Environment is a shop with its goals. Sessions share products and index.
type Environment struct {
	catalogue  *catalogue.Catalogue
	index      *search.Index
	grader     *reward.Grader
	maxResults int
	tasks      []producers.Task
	goals      map[string]int // by task id
}

var _ producers.Environment = (*Environment)(nil)

// New opens a shop: it generates or reads the products, and indexes them.
// Close frees it.
func New(ctx context.Context, o Options) (*Environment, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	c, prefix, err := stock(ctx, o)
	if err != nil {
		return nil, err
	}
	e := &Environment{catalogue: c, grader: reward.New(), maxResults: o.maxResults(), goals: map[string]int{}}
	version := c.Version()
	for i := range c.Goals {
		t := e.task(fmt.Sprintf("%s-%d", prefix, i), version, &c.Goals[i])
		e.tasks = append(e.tasks, t)
		e.goals[t.ID] = i
	}
	if e.index, err = search.New(ctx, c.Products); err != nil {
		return nil, err
	}
	return e, nil
}

// stock returns the catalogue, and what the ids of its tasks begin with.
func stock(ctx context.Context, o Options) (*catalogue.Catalogue, string, error) {
	if o.Data == "" {
		o = o.generated()
		c, err := catalogue.Generate(o.Seed, o.Products, o.Goals)
		return c, fmt.Sprintf("shop-%d", o.Seed), err
	}
	return webshop.Load(ctx, o.Data, webshop.Limits{Products: o.Products, Goals: o.Goals})
}

// Version names the catalogue by what it sells.
func (e *Environment) Version() string {
	if len(e.tasks) == 0 {
		return e.catalogue.Version()
	}
	return e.tasks[0].EnvironmentVersion
}

// Tasks lists a task for each goal, in their order.
func (e *Environment) Tasks(context.Context) ([]producers.Task, error) {
	return slices.Clone(e.tasks), nil
}

// Open returns a session.
func (e *Environment) Open(context.Context) (producers.Session, error) {
	return &Session{shop: e}, nil
}

// Close frees the index.
func (e *Environment) Close() error { return e.index.Close() }
