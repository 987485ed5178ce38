package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

const (
	warehouseNo = 13
	drives      = 5 // of each robot in each hall
	driveStep   = 32
)

// halls are maps of warehouses: # is a rack, D the door that a robot starts
// at, P the place that it must reach.
func halls() []string {
	return []string{
		"D.....\n.####.\n......\n.####.\n.....P",
		"D..#..\n...#..\n.#.#..\n.#....\n.#...P",
		"D.#...\n#.#.#.\n..#.#.\n.##.#.\n....#P",
		"......\n.D....\n......\n....P.\n......",
		"D#....\n.#.##.\n.#.#..\n...#.#\n.###.P",
		"D.....\n#####.\n......\n.#####\n.....P",
	}
}

// robot drives the shortest way, but for some of its moves.
type robot struct {
	name    string
	version int
	stray   float64
}

// warehouses writes the log of two versions of a robot, a row a move.
func warehouses(files map[string][]byte) error {
	var file bytes.Buffer
	out := csv.NewWriter(&file)
	rows := [][]string{{"run", "robot", "version", "hall", "try", "turn", "cell", "seen", "move", "bumped", "points", "outcome"}}
	for _, r := range []robot{{"carrier", 1, .55}, {"carrier", 2, .12}} {
		for hall, text := range halls() {
			for try := range drives {
				rng := rand.New(rand.NewPCG(warehouseNo, uint64(r.version*1000+hall*100+try)))
				run := fmt.Sprintf("r%d-h%d-%d", r.version, hall+1, try)
				head := []string{run, r.name, strconv.Itoa(r.version), fmt.Sprintf("hall-%d", hall+1), strconv.Itoa(try)}
				for _, move := range drive(newFloor(text), r, rng) {
					rows = append(rows, append(head[:len(head):len(head)], move...))
				}
			}
		}
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the moves: %w", err)
	}
	files["warehouse/moves.csv"] = file.Bytes()
	return nil
}

// cell is a place in a hall, by row and column.
type cell struct{ row, column int }

func (c cell) String() string { return fmt.Sprintf("%c%d", 'A'+c.row, c.column+1) }

// directions in the order in which a robot tries them.
var directions = []struct {
	name string
	by   cell
}{{"north", cell{-1, 0}}, {"east", cell{0, 1}}, {"south", cell{1, 0}}, {"west", cell{0, -1}}}

// floor is a hall.
type floor struct {
	lines       []string
	start, goal cell
}

func newFloor(text string) *floor {
	f := &floor{lines: strings.Split(text, "\n")}
	for row, line := range f.lines {
		for column, c := range line {
			switch c {
			case 'D':
				f.start = cell{row, column}
			case 'P':
				f.goal = cell{row, column}
			}
		}
	}
	return f
}

func (f *floor) free(c cell) bool {
	return c.row >= 0 && c.row < len(f.lines) && c.column >= 0 && c.column < len(f.lines[c.row]) && f.lines[c.row][c.column] != '#'
}

// seen says what is around a cell.
func (f *floor) seen(c cell) string {
	var open []string
	for _, d := range directions {
		if f.free(cell{c.row + d.by.row, c.column + d.by.column}) {
			open = append(open, d.name)
		}
	}
	return "free: " + strings.Join(open, " ")
}

// distances are how many moves each cell is from the goal.
func (f *floor) distances() map[cell]int {
	far := map[cell]int{f.goal: 0}
	for queue := []cell{f.goal}; len(queue) > 0; queue = queue[1:] {
		for _, d := range directions {
			next := cell{queue[0].row + d.by.row, queue[0].column + d.by.column}
			if _, known := far[next]; !known && f.free(next) {
				far[next] = far[queue[0]] + 1
				queue = append(queue, next)
			}
		}
	}
	return far
}

// drive plays one run and returns its rows from turn on.
func drive(f *floor, r robot, rng *rand.Rand) (rows [][]string) {
	far, at := f.distances(), f.start
	for turn := 0; turn < driveStep && at != f.goal; turn++ {
		choice := rng.IntN(len(directions))
		if rng.Float64() >= r.stray {
			for i, d := range directions {
				next := cell{at.row + d.by.row, at.column + d.by.column}
				if f.free(next) && far[next] < far[at] {
					choice = i
				}
			}
		}
		d := directions[choice]
		next, bumped := cell{at.row + d.by.row, at.column + d.by.column}, "0"
		if !f.free(next) {
			next, bumped = at, "1"
		}
		points, outcome := "0", ""
		switch {
		case next == f.goal:
			points, outcome = "1", "arrived"
		case bumped == "1":
			points = "-0.05"
		}
		if outcome == "" && turn == driveStep-1 {
			outcome = "out of power"
		}
		rows = append(rows, []string{strconv.Itoa(turn), at.String(), f.seen(at), d.name, bumped, points, outcome})
		at = next
	}
	return rows
}
