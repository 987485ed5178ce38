package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress is how far long work is.
type progress struct {
	// done of total was worked through; total 0: nobody knows how much it is.
	done, total int64
	// bytes says that they are bytes.
	bytes bool
	// What was done so far, such as "12 episodes".
	text string
}

const (
	// barInterval is how often a bar is drawn.
	barInterval = 100 * time.Millisecond
	// lineInterval is how often a line is written where there is no terminal.
	lineInterval = 5 * time.Second
)

// screen is stderr: lines, and at its foot, where it is a terminal, a bar. It
// is safe for concurrent use.
type screen struct {
	out      io.Writer
	terminal bool

	mu    sync.Mutex
	quiet bool // no progress
	bar   *progressbar.ProgressBar
	drawn time.Time // when progress was last shown; zero: it was never told
}

func newScreen(out io.Writer) *screen { return &screen{out: out, terminal: isTerminal(out)} }

// hush leaves progress out.
func (s *screen) hush(quiet bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet = quiet
}

// isTerminal says whether a person looks at, or types into, a stream.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Write writes whole lines, above the bar.
func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	return s.out.Write(p)
}

// progress shows how far work is: on a terminal by a bar, else by a line every
// few seconds.
func (s *screen) progress(p progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.quiet:
	case s.terminal:
		s.draw(p)
	default:
		s.line(p)
	}
}

func (s *screen) draw(p progress) {
	if time.Since(s.drawn) < barInterval {
		return
	}
	s.drawn = time.Now()
	if s.bar == nil {
		s.bar = s.newBar(p)
	}
	s.bar.Describe(p.text)
	// A full bar is taken away by its library, and what goes on then would show
	// no sign of life.
	_ = s.bar.Set64(min(p.done, max(p.total-1, 0)))
}

func (s *screen) newBar(p progress) *progressbar.ProgressBar {
	total := p.total
	if total <= 0 {
		total = -1
	}
	sized := p.bytes && total > 0
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(s.out), progressbar.OptionSetWidth(20), progressbar.OptionUseANSICodes(true),
		progressbar.OptionShowBytes(sized), progressbar.OptionShowTotalBytes(sized),
		progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionSetRenderBlankState(false))
}

func (s *screen) line(p progress) {
	if s.drawn.IsZero() {
		s.drawn = time.Now()
	}
	if time.Since(s.drawn) < lineInterval {
		return
	}
	s.drawn = time.Now()
	if p.total > 0 {
		fmt.Fprintf(s.out, "%3d %%, %s\n", 100*p.done/p.total, p.text)
		return
	}
	fmt.Fprintln(s.out, p.text)
}

// endProgress takes the bar away.
func (s *screen) endProgress() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.drawn = time.Time{}
}

func (s *screen) clear() {
	if s.bar != nil {
		_ = s.bar.Clear() // it can only fail as the write behind it does
		s.bar = nil
	}
}
