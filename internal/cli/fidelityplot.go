package cli

import (
	"fmt"
	"image/color"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
)

// plotFormats are the endings of files that plots are drawn into.
var plotFormats = []string{".svg", ".png"}

const (
	plotWidth   = 12 * vg.Inch
	plotHeight  = 4 * vg.Inch
	legendWidth = 2.2 * vg.Inch
)

// drawFidelity draws the exactness of open loops by depth: next states on the
// left, sets of admissible commands beside them, a line for each model, setting
// and k.
func drawFidelity(path string, f *app.Fidelity) error {
	states, legend, err := panel(f, "next state exact", func(r *fidelity.Row) *float64 { return r.NextStateExact })
	if err != nil {
		return fmt.Errorf("draw %s: %w", path, err)
	}
	commands, _, err := panel(f, "admissible commands exact", func(r *fidelity.Row) *float64 { return r.AdmissibleExact })
	if err != nil {
		return fmt.Errorf("draw %s: %w", path, err)
	}
	panels := [][]*plot.Plot{{states, commands}}
	if filepath.Ext(path) == ".png" {
		canvas := vgimg.New(plotWidth, plotHeight)
		drawPanels(canvas, panels, legend)
		return writeFile(path, func(w io.Writer) error {
			_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
			return err
		})
	}
	canvas := vgsvg.New(plotWidth, plotHeight)
	drawPanels(canvas, panels, legend)
	return writeFile(path, func(w io.Writer) error {
		_, err := canvas.WriteTo(w)
		return err
	})
}

func drawPanels(canvas vg.CanvasSizer, panels [][]*plot.Plot, legend *plot.Legend) {
	whole := draw.New(canvas)
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: vg.Points(18), PadLeft: vg.Points(6), PadRight: vg.Points(12), PadTop: vg.Points(6), PadBottom: vg.Points(6)}
	for i, of := range plot.Align(panels, tiles, draw.Crop(whole, 0, -legendWidth, 0, 0))[0] {
		panels[0][i].Draw(of)
	}
	legend.Draw(draw.Crop(whole, plotWidth-legendWidth, 0, 0, -vg.Points(24)))
}

// panel draws one figure by depth, and tells which line is which.
func panel(f *app.Fidelity, title string, figure func(*fidelity.Row) *float64) (*plot.Plot, *plot.Legend, error) {
	p, legend := plot.New(), plot.NewLegend()
	p.Title.Text = f.Environment + ": " + title
	p.X.Label.Text, p.Y.Label.Text = "predictions since the true history", "share, open loop"
	p.Y.Min, p.Y.Max = 0, 1
	p.Add(plotter.NewGrid())
	legend.Left, legend.Top = true, true
	var subjects []string
	var ks, depths []int
	lines := series(f.Rows, figure)
	for _, l := range lines {
		subjects, ks = appendNew(subjects, l.subject), appendNew(ks, l.k)
		for _, at := range l.points {
			depths = appendNew(depths, int(at.X))
		}
	}
	for _, l := range lines {
		line, points, err := plotter.NewLinePoints(l.points)
		if err != nil {
			return nil, nil, err
		}
		line.Color = lineColors[slices.Index(subjects, l.subject)%len(lineColors)]
		line.Dashes = dashes[slices.Index(ks, l.k)%len(dashes)]
		points.Color, points.Shape = line.Color, draw.CircleGlyph{}
		p.Add(line, points)
		legend.Add(fmt.Sprintf("%s, k = %d", l.subject, l.k), line, points)
	}
	p.X.Tick.Marker = ticksAt(depths)
	return p, &legend, nil
}

func appendNew[T comparable](all []T, x T) []T {
	if slices.Contains(all, x) {
		return all
	}
	return append(all, x)
}

func ticksAt(depths []int) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, d := range depths {
		ticks = append(ticks, plot.Tick{Value: float64(d), Label: strconv.Itoa(d)})
	}
	return ticks
}

// lineColors can be told apart by people who do not see all colours (Okabe and
// Ito 2008).
var lineColors = []color.Color{
	color.RGBA{0, 114, 178, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 158, 115, 255},
	color.RGBA{204, 121, 167, 255}, color.RGBA{230, 159, 0, 255}, color.RGBA{0, 0, 0, 255},
}

// dashes tell numbers of demonstrations apart, as long as there are three.
var dashes = [][]vg.Length{nil, {vg.Points(6), vg.Points(3)}, {vg.Points(2), vg.Points(2)}}

// line is what one line of a panel shows.
type line struct {
	subject string // the model with the setting
	k       int
	points  plotter.XYs
}

// series are the lines of a panel, in the order of the rows.
func series(rows []fidelity.Row, figure func(*fidelity.Row) *float64) (lines []*line) {
	for i := range rows {
		r := &rows[i]
		y := figure(r)
		if r.History != fidelity.OpenLoop || r.Over != fidelity.AllSteps || y == nil {
			continue
		}
		kind, _, _ := strings.Cut(r.Model, "/")
		subject := kind + ", " + r.Setting
		at := slices.IndexFunc(lines, func(l *line) bool { return l.subject == subject && l.k == r.K })
		if at < 0 {
			at, lines = len(lines), append(lines, &line{subject: subject, k: r.K})
		}
		lines[at].points = append(lines[at].points, plotter.XY{X: float64(r.Depth), Y: *y})
	}
	return lines
}
