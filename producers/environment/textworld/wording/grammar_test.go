package wording

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/syntax"
)

// minimal is a grammar with one action.
const minimal = `# a comment
grammar :: """{"intro": [{"rhs": "hello #task#"}], "task": [{"rhs": "do it"}]}""";
action Take-It {
  template :: "take {x}";
  feedback :: "#taken#";
  pddl :: """ignored""";
  grammar :: """
  # blanked
  {"taken": [{"condition": "p(x:t)", "rhs": "ok"}, {"rhs": "no"}]}""";
}
`

func check(source string) error {
	g, err := NewReader().Read(source)
	if err != nil {
		return err
	}
	return g.Check([]string{"take-it"}, func(kind string) bool { return kind == "t" })
}

func TestAGrammarIsRead(t *testing.T) {
	require.NoError(t, check(minimal))
	g, err := NewReader().Read(minimal)
	require.NoError(t, err)
	require.Equal(t, 2, g.rules["intro"][0].line)
	require.Equal(t, 9, g.rules["taken"][0].line)
	require.Len(t, g.rules["taken"], 2)
}

func TestErrorsOfAGrammarNameLineAndConstruct(t *testing.T) {
	for _, c := range []struct{ replace, by, want string }{
		{"# a comment", "verb", "line 1: “verb” where “grammar” or “action” is expected"},
		{"# a comment", "}", "line 1: “}” where “grammar” or “action” is expected"},
		{"grammar ::", "grammar :", "line 2: “: \"\"\"{\"intro\": [{\"rhs\": \"hello …” where “::” is expected"},
		{"template ::", "pattern ::", "line 4: pattern“ :: \"take {x}\";” in action Take-It"},
		{`template :: "take {x}";`, "", "line 3: action Take-It has no template, or no feedback"},
		{"\"no\"}]}\"\"\";\n}", "", "line 7: the text of “grammar” has no end: the grammar is cut off, or a \"\"\" is missing"},
		{`"rhs": "ok"`, `"rhs": "ok`, "the rules of symbol “taken”"},
		{`"rhs": "ok"`, `"lhs": "ok"`, "line 9: rule 1 of symbol “taken” has no “rhs”"},
		{`{"rhs": "do it"}`, `"do it"`, "the rules of symbol “task”"},
		{`"""{"intro"`, `"""["intro"`, "line 2: the grammar block must be a JSON object of symbols"},
		{`"rhs": "ok"`, `"rhs": "#nosuch#"`, "line 9: the symbol “nosuch” in “#nosuch#” has no rules"},
		{`"rhs": "ok"`, `"rhs": "{x.size}"`, "line 9: the expression “x.size”: an entity has no attribute “size”"},
		{"p(x:t)", "p(x:u)", "the domain declares no type “u”"},
		{"p(x:t)", "p(x:t", "line 9: the query “p(x:t”: the end where “,” or “)” is expected"},
		{"do it", "do #intro#", "line 2: the symbol “intro” expands into itself: intro → task → intro"},
		{"do it", "#task#", "line 2: the symbol “task” expands into itself: task → task"},
		{`"intro"`, `"outro"`, "the symbol “intro” has no rules"},
		{"Take-It", "Take", "the grammar has no words for the action “take-it” of the domain"},
		{"\"ok\"", "\"[{x | p(x:t)}]\"", "line 9: the symbol “list_empty” in"},
	} {
		require.Contains(t, minimal, c.replace)
		err := check(strings.Replace(minimal, c.replace, c.by, 1))
		require.ErrorContains(t, err, c.want)
		var at *syntax.Error
		require.True(t, errors.As(err, &at), "%v has no line", err)
	}
}

func TestNonsenseThatNothingLeadsToIsPassedOver(t *testing.T) {
	for _, extra := range []string{
		`"unused": [{"rhs": "#unused# #nosuch# {x.size} {x}} y"}]`,
		`"unused": [{"condition": "p(", "rhs": ""}]`,
		`"last": [{"rhs": "x"}, {"rhs": "#last#"}], "unused": []`,
	} {
		require.NoError(t, check(strings.Replace(minimal, `"taken"`, extra+`, "taken"`, 1)), extra)
	}
	require.NoError(t, check(strings.Replace(minimal, `{"rhs": "no"}`, `{"rhs": "no"}, {"rhs": "#taken#"}`, 1)), "an earlier rule has no condition")
}

func TestALaterBlockReplacesASymbol(t *testing.T) {
	g, err := NewReader().Read(minimal + `grammar :: """{"taken": [{"rhs": "new"}]}""";`)
	require.NoError(t, err)
	require.Len(t, g.rules["taken"], 1)
}

func TestFingerprintsDifferByWhatIsSaidButNotInOneSymbol(t *testing.T) {
	fingerprint := func(source string) string {
		g, err := NewReader().Read(source)
		require.NoError(t, err)
		return g.Fingerprint("task")
	}
	require.Equal(t, fingerprint(minimal), fingerprint(strings.Replace(minimal, "do it", "do that", 1)))
	require.Equal(t, fingerprint(minimal), fingerprint("\n"+minimal))
	for _, part := range []string{"hello", "take {x}", "p(x:t)", "ok", "taken#"} {
		require.NotEqual(t, fingerprint(minimal), fingerprint(strings.Replace(minimal, part, "other", 1)), part)
	}
}

func TestReadersShareWhatGrammarsHaveInCommon(t *testing.T) {
	r := NewReader()
	a, err := r.Read(minimal)
	require.NoError(t, err)
	b, err := r.Read(strings.Replace(minimal, "do it", "do that", 1))
	require.NoError(t, err)
	require.Same(t, a.rules["taken"][0], b.rules["taken"][0])
	require.NotSame(t, a.rules["task"][0], b.rules["task"][0])
}

func FuzzGrammar(f *testing.F) {
	f.Add(minimal)
	f.Add(`grammar :: """{""";`)
	f.Add(`action a {`)
	f.Add(`grammar :: """{"intro":[{"rhs":"#intro#"}]}""";`)
	f.Add(`grammar :: """` + strings.Repeat("[", 1000) + `""";`)
	f.Fuzz(func(t *testing.T, source string) { _ = check(source) })
}
