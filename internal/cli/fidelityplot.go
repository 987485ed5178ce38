package cli

import (
	"fmt"
	"image/color"
	"io"
	"path/filepath"
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
	plotWidth  = 10 * vg.Inch
	plotHeight = 4 * vg.Inch
)

// drawFidelity draws the exactness of open loops by depth: next states on the
// left, sets of admissible commands on the right, a line for each model, setting
// and k.
func drawFidelity(path string, f *app.Fidelity) error {
	panels := [][]*plot.Plot{{nil, nil}}
	for i, about := range []struct {
		title  string
		figure func(*fidelity.Row) *float64
	}{
		{"next state exact", func(r *fidelity.Row) *float64 { return r.NextStateExact }},
		{"admissible commands exact", func(r *fidelity.Row) *float64 { return r.AdmissibleExact }},
	} {
		p, err := panel(f, about.title, about.figure, i == 1)
		if err != nil {
			return fmt.Errorf("draw %s: %w", path, err)
		}
		panels[0][i] = p
	}
	if filepath.Ext(path) == ".png" {
		canvas := vgimg.New(plotWidth, plotHeight)
		drawPanels(canvas, panels)
		return writeFile(path, func(w io.Writer) error {
			_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
			return err
		})
	}
	canvas := vgsvg.New(plotWidth, plotHeight)
	drawPanels(canvas, panels)
	return writeFile(path, func(w io.Writer) error {
		_, err := canvas.WriteTo(w)
		return err
	})
}

func drawPanels(canvas vg.CanvasSizer, panels [][]*plot.Plot) {
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: vg.Points(18), PadLeft: vg.Points(6), PadRight: vg.Points(6), PadTop: vg.Points(6), PadBottom: vg.Points(6)}
	for i, of := range plot.Align(panels, tiles, draw.New(canvas))[0] {
		panels[0][i].Draw(of)
	}
}

// panel draws one figure by depth.
func panel(f *app.Fidelity, title string, figure func(*fidelity.Row) *float64, legend bool) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = f.Environment + ": " + title
	p.X.Label.Text, p.Y.Label.Text = "predictions since the true history", "share, open loop"
	p.Y.Min, p.Y.Max = 0, 1
	p.Add(plotter.NewGrid())
	p.Legend.Left = true
	names, lines := series(f.Rows, figure)
	for i, name := range names {
		line, points, err := plotter.NewLinePoints(lines[name])
		if err != nil {
			return nil, err
		}
		line.Color = lineColors[i/len(dashes)%len(lineColors)]
		line.Dashes = dashes[i%len(dashes)]
		points.Color, points.Shape = line.Color, draw.CircleGlyph{}
		p.Add(line, points)
		if legend {
			p.Legend.Add(name, line, points)
		}
	}
	return p, nil
}

// lineColors can be told apart by people who do not see all colours (Okabe and
// Ito 2008).
var lineColors = []color.Color{
	color.RGBA{0, 114, 178, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 158, 115, 255},
	color.RGBA{204, 121, 167, 255}, color.RGBA{230, 159, 0, 255}, color.RGBA{0, 0, 0, 255},
}

// dashes tell the numbers of demonstrations apart, as long as there are three.
var dashes = [][]vg.Length{nil, {vg.Points(6), vg.Points(3)}, {vg.Points(2), vg.Points(2)}}

// series are the points of each line, and the names of the lines in their order.
func series(rows []fidelity.Row, figure func(*fidelity.Row) *float64) (names []string, lines map[string]plotter.XYs) {
	lines = map[string]plotter.XYs{}
	for i := range rows {
		r := &rows[i]
		y := figure(r)
		if r.History != fidelity.OpenLoop || r.Over != fidelity.AllSteps || y == nil {
			continue
		}
		kind, _, _ := strings.Cut(r.Model, "/")
		name := fmt.Sprintf("%s, %s, k = %d", kind, r.Setting, r.K)
		if lines[name] == nil {
			names = append(names, name)
		}
		lines[name] = append(lines[name], plotter.XY{X: float64(r.Depth), Y: *y})
	}
	return names, lines
}
