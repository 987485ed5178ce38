package app

import (
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/store/faulty"
)

// Break puts faults under the lake.
func (a *App) Break(faults ...faulty.Fault) *faulty.Store {
	s := faulty.New(a.store, faults...)
	a.lake = lake.Open(s, a.config.Now)
	return s
}
