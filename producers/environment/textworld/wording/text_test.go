package wording

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shape writes pieces for comparison.
func shape(pieces text) string {
	var parts []string
	for _, p := range pieces {
		part := "‹" + p.words + "›"
		if p.symbol != "" {
			part = "#" + p.symbol + "#"
		}
		if p.insert != nil {
			part = p.insert.text + p.insert.op
		}
		if p.query != nil {
			part += "|"
			for _, a := range *p.query {
				part += a.predicate
			}
		}
		if p.list {
			part = "[" + part + "]"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// The expectations were observed on the original.
func TestTextsFallIntoPieces(t *testing.T) {
	for source, want := range map[string]string{
		"":                          "",
		"\n\n  foo":                 "‹foo›",
		"  {x} ":                    "xname ‹ ›",
		"a\n  {x.name}\n  b":        "‹a\n  › xname ‹\n  b›",
		"#b#\n\n#c#":                "#b# ‹\n\n› #c#",
		"x\n\"  q\" y":              "‹x\n› ‹  q› ‹ y›",
		`say "he;llo" now`:          "‹say ›",
		"a; b {c}":                  "‹a›",
		"//comment\nfoo":            "‹foo›",
		"a\n//c\nb{x}\n//d\ne":      "‹a\n//c\nb› xname ‹\n//d\ne›",
		"\tfoo {x}\tbar":            "‹foo › xname ‹bar›",
		"{x}\t\t{y} \tz":            "xname yname ‹ \tz›",
		"{x.name |p(x:t) & q(x:t)}": "xname|pq",
		"[{#sym# | p(x:t)}]":        "[#sym#|p]",
		"[{#sym#}]":                 "[#sym#]",
		"[#a#]":                     "",
		"[ {x} ]":                   "",
		"a [ {x} ]":                 "‹a ›",
		"{x.name}} rest":            "xname",
		"a < b":                     "‹a ›",
		"#a b-c(x, y).z#":           "#a b-c(x, y).z#",
		"##":                        "",
		"foo {x.name":               "‹foo ›",
		"#foo":                      "",
		"{x|}":                      "",
		"{x}//c":                    "xname ‹//c›",
		"é {x}":                     "‹é › xname",
	} {
		pieces, err := parseText(source)
		require.NoError(t, err, source)
		require.Equal(t, want, shape(pieces), "%q", source)
	}
}

func TestExpressionsAreEvaluated(t *testing.T) {
	entity := func(name string) *Entity {
		if name == "o" {
			return &Entity{ID: "mug_bar_1", Name: "mug 1", Type: "object"}
		}
		return nil
	}
	for source, want := range map[string]string{
		"o": "mug 1", "o.name": "mug 1", " o . id ": "mug_bar_1", "o.type": "object",
		"o.indefinite + ' ' + o.name": "a mug 1", "o.definite": "the",
		"o.name or o.id": "mug 1", "o.adj or o.id": "mug_bar_1", "'' or \"x\"": "x", "o.adj and o.id": "None",
		"'a' + (o.adj or 'b') + 'c'": "abc", "order": "!nothing binds “order”", "x.name": "!nothing binds “x”",
	} {
		e, err := parseExpression(source)
		require.NoError(t, err, source)
		got, _, err := e.value(entity)
		if err != nil {
			got = "!" + err.Error()
		}
		require.Equal(t, want, got, source)
	}
	for source, want := range map[string]string{
		"": "it ends where a value is expected", "o.": "an entity has no attribute “”", "o.size": "an entity has no attribute “size”",
		"o.name.upper()": "“.upper()” is not supported", "1 + 2": "“1 + 2” is not supported", "'a": "the string has no end",
		"not o": "“not o” is not supported", "o o": "“o” is not supported", "(o": "where “)” is expected",
		strings.Repeat("(", 100_000): "parentheses nest deeper than 50", `'\n'`: "the backslash",
	} {
		_, err := parseExpression(source)
		require.ErrorContains(t, err, want, source)
	}
}

func TestQueriesAreRead(t *testing.T) {
	q, err := parseQuery(" p(x:t, y' : t-2) &q() & !r(z)")
	require.NoError(t, err)
	require.Equal(t, query{
		{"p", []placeholder{{"x", "t"}, {"y'", "t-2"}}}, {"q", nil}, {"not_r", []placeholder{{"z", "z"}}},
	}, *q)
	for _, source := range []string{"", "p", "p(", "p(x:t", "p(x:)", "p(x:t,)", "p(x:t) &", "p(x:t) | q(x:t)", "not p(x:t)", "$p(x:t)", "p-q(x:t)"} {
		_, err := parseQuery(source)
		require.ErrorContains(t, err, "the query “", source)
	}
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "{x.name | p(x:t)}", "[{#a# | p(x:t)}]", "#a# {x or 'y'}", "\"a\"", "//\n", "[[{{##", "\t\n{", "{((((x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) { _, _ = parseText(source) })
}
