package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/internal/cli/prompt"
)

// prompt answers what a person types.
func (c *sqlCommand) prompt(ctx context.Context, a *app.App) (err error) {
	db := &promptDatabase{sqlCommand: c, app: a}
	what, err := db.Refresh(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.session.Close()) }()
	c.say("%s; end a statement with ;  .help tells more", what)
	return prompt.Run(ctx, db, prompt.NewTerminal(a.HistoryFile(), db.Views), c.stdout, c.stderr)
}

// promptDatabase is what the prompt asks.
type promptDatabase struct {
	*sqlCommand
	app     *app.App
	session *app.Session
	views   []prompt.View
}

// Query shows the rows of a statement. Ctrl-C ends it, and not the prompt.
func (d *promptDatabase) Query(_ context.Context, sql string) error {
	return d.interrupts.during(func(ctx context.Context) error { return d.write(ctx, d.session, sql, d.stdout) })
}

// Refresh opens a session at the newest snapshot, or at the one asked for.
func (d *promptDatabase) Refresh(ctx context.Context) (string, error) {
	session, err := d.app.Session(ctx, d.at, d.options)
	if err != nil {
		return "", err
	}
	views, err := session.Views(ctx)
	if err != nil {
		return "", errors.Join(err, session.Close())
	}
	d.views = promptViews(views)
	if d.session != nil {
		err = d.session.Close()
	}
	d.session = session
	if session.Snapshot() == 0 {
		return "nothing has landed yet", err
	}
	return fmt.Sprintf("reading snapshot %d of %s", session.Snapshot(), session.Time().UTC().Format("2006-01-02 15:04:05 UTC")), err
}

// Views lists the views for completion.
func (d *promptDatabase) Views() []prompt.View { return d.views }

func promptViews(views []analytics.View) []prompt.View {
	all := make([]prompt.View, len(views))
	for i, v := range views {
		all[i] = prompt.View{Name: v.Name, Summary: v.Summary}
		for _, c := range v.Columns {
			all[i].Columns = append(all[i].Columns, prompt.Column{Name: c.Name, Type: c.Type})
		}
	}
	return all
}
