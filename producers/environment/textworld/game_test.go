package textworld

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/environment/textworld/ground"
)

// kitchen is a small game with most of what can go wrong in it.
var kitchen = Source{
	Domain: `(define (domain kitchen)
 (:types agent location receptacle object rtype)
 (:predicates (at ?a - agent ?l - location) (stands ?r - receptacle ?l - location) (openable ?r - receptacle) (opened ?r - receptacle)
  (in ?o - object ?r - receptacle) (holds ?a - agent ?o - object) (busy ?a - agent) (lit ?o - object) (toggled ?o - object)
  (checked ?r - receptacle) (kind ?r - receptacle ?t - rtype))
 (:action go :parameters (?a - agent ?from - location ?to - location ?r - receptacle)
  :precondition (and (at ?a ?from) (stands ?r ?to)) :effect (and (not (at ?a ?from)) (at ?a ?to)))
 (:action open :parameters (?a - agent ?l - location ?r - receptacle)
  :precondition (and (openable ?r) (at ?a ?l) (stands ?r ?l) (not (opened ?r))) :effect (opened ?r))
 (:action take :parameters (?a - agent ?l - location ?o - object ?r - receptacle)
  :precondition (and (at ?a ?l) (stands ?r ?l) (in ?o ?r) (not (busy ?a)) (or (not (openable ?r)) (opened ?r)))
  :effect (and (not (in ?o ?r)) (holds ?a ?o) (busy ?a)))
 (:action move :parameters (?a - agent ?l - location ?o - object ?r - receptacle)
  :precondition (and (holds ?a ?o) (at ?a ?l) (stands ?r ?l) (or (not (openable ?r)) (opened ?r)))
  :effect (and (in ?o ?r) (not (holds ?a ?o)) (not (busy ?a))))
 (:action use :parameters (?a - agent ?o - object) :precondition (holds ?a ?o)
  :effect (and (toggled ?o) (when (lit ?o) (not (lit ?o))) (when (not (lit ?o)) (lit ?o))))
 (:action inspect :parameters (?a - agent ?o - object)
  :precondition (or (exists (?l - location, ?r - receptacle) (and (at ?a ?l) (stands ?r ?l) (in ?o ?r))) (holds ?a ?o))
  :effect (checked ?o))
 (:action wash :parameters (?a - agent ?l - location ?r - receptacle)
  :precondition (and (at ?a ?l) (stands ?r ?l) (kind ?r BasinType)) :effect (checked ?r))
 (:action look :parameters (?a - agent ?l - location) :precondition (at ?a ?l) :effect (checked ?l))
 (:action help :parameters (?a - agent) :precondition () :effect (checked ?a)))`,
	Problem: `(define (problem one) (:domain kitchen)
 (:objects Bob - agent Start_bar_0 Spot_bar_1 Spot_bar_2 - location BasinType - rtype
  Table_bar_a Drawer_bar_b Sink_bar_c_bar_SinkBasin - receptacle Lamp_bar_x Mug_bar_y Mug_bar_z - object)
 (:init (at bob start_bar_0) (stands table_bar_a spot_bar_1) (stands drawer_bar_b spot_bar_1) (stands Sink_bar_c_bar_SinkBasin spot_bar_2)
  (openable drawer_bar_b) (in lamp_bar_x table_bar_a) (in mug_bar_y table_bar_a) (in mug_bar_z drawer_bar_b) (kind Sink_bar_c_bar_SinkBasin basintype)
  (in mug_bar_y Sink_bar_c_bar_SinkBasin))
 (:goal (and (exists (?o - object) (and (lit ?o) (holds bob ?o))) (at bob spot_bar_1))))`,
	Grammar: `grammar :: """{"intro": [{"rhs": "Welcome.\n\n#look.feedback#\n\nYour task is to: light it up."}],
 "task": [{"rhs": ""}],
 "look.feedback": [
  {"condition": "at(a:agent, l:location) & stands(r:receptacle, l:location)", "rhs": "You face the [{r.name | stands(r:receptacle, l:location)}]. Next: [{o.indefinite + ' ' + o.name | in(o:object, r:receptacle) & not_in(o:object, q:receptacle)}]. Gone: [{o.name | not_in(o:object, r:receptacle)}]."},
  {"rhs": "You see [{#one(r)# | stands(r:receptacle, l:location)}]."}],
 "one(r)": [{"rhs": "{r.indefinite} {r.name or r.id}"}], "odd": [{"rhs": "{x}} #nosuch#"}],
 "contents": [{"condition": "openable(r:receptacle) & opened(r:receptacle)", "rhs": "In it: [{o.name | in(o:object, r:receptacle)}]."},
  {"condition": "openable(r:receptacle)", "rhs": "It is closed."}, {"rhs": "On it: [{o.name | in(o:object, r:receptacle)}]."}],
 "list_empty": [{"rhs": "nothing"}], "list_separator": [{"rhs": ", "}], "list_last_separator": [{"rhs": ", and "}]}""";
action go { template :: "go to [{r.name | stands(r:receptacle, to:location)}]"; feedback :: "You are at {r.name}. #contents#"; }
action open { template :: "open {r}"; feedback :: "#contents#"; }
action take { template :: "take {o} from {r}"; feedback :: "You took {o}."; }
action move { template :: "move {o} to {r}"; feedback :: "You moved {o}."; }
action use { template :: "use {o}"; feedback :: "#used#";
 grammar :: """{"used": [{"condition": "not_toggled(o:object)", "rhs": "off"}, {"condition": "lit(o:object)", "rhs": "light"}, {"condition": "not_lit(o:object)", "rhs": "switched"}, {"rhs": "on"}]}"""; }
action inspect { template :: "inspect {o}"; feedback :: "{o}, [{p.name | in(o:object, r:receptacle) & in(p:object, r:receptacle)}]"; }
action wash { template :: "wash {r}"; feedback :: "ok"; }
action look { template :: "look"; feedback :: "#look.feedback#"; }
action unknown { template :: "{"; feedback :: "#"; }
action help { template :: "help"; feedback :: "
 Commands:
  look
"; }`,
}

func compiled(t testing.TB, s Source) *Game {
	t.Helper()
	g, err := NewCompiler(ground.Limits{}).Compile(t.Context(), s)
	require.NoError(t, err)
	return g
}

// begun returns an attempt at the kitchen and its first answer.
func begun(t testing.TB) (*Play, Answer) {
	t.Helper()
	p := NewPlay(compiled(t, kitchen))
	a, err := p.Reset()
	require.NoError(t, err)
	return p, a
}

// say takes commands and returns the last answer.
func say(t testing.TB, p *Play, commands ...string) (a Answer) {
	t.Helper()
	for _, c := range commands {
		var err error
		a, err = p.Step(c)
		require.NoError(t, err, c)
	}
	return a
}

func TestTheBeginningTellsNamesAndTask(t *testing.T) {
	_, a := begun(t)
	require.Equal(t, "Welcome.\n\nYou see a drawer 1, a sinkbasin 1, and a table 1.\n\nYour task is to: light it up.", a.Feedback)
	require.Equal(t, "light it up.", instruction(a.Feedback))
	require.Equal(t, []string{"go to drawer 1", "go to sinkbasin 1", "go to table 1", "help", "look"}, a.Admissible)
	require.False(t, a.Won)
}

func TestLookingBeforeTheFirstMoveSeesNothing(t *testing.T) {
	p, _ := begun(t)
	require.Equal(t, "You see nothing.", say(t, p, "look").Feedback)
}

func TestThereIsNoWayWithinAPlace(t *testing.T) {
	p, _ := begun(t)
	a := say(t, p, "go to table 1")
	require.Equal(t, "You are at table 1. On it: lamp 1, and mug 2.", a.Feedback)
	require.Equal(t, []string{"go to sinkbasin 1", "help", "look", "open drawer 1", "take lamp 1 from table 1", "take mug 2 from table 1"}, a.Admissible)
	require.Equal(t, Nothing, say(t, p, "go to drawer 1").Feedback)
}

func TestCommandsMatchExactlyButForTheirEnds(t *testing.T) {
	p, first := begun(t)
	for _, c := range []string{"", "Look", "look.", "go  to table 1", "go to fridge 9", "go to drawer", "\x00"} {
		a := say(t, p, c)
		require.Equal(t, Answer{Feedback: Nothing, Admissible: first.Admissible}, a, "%q", c)
	}
	require.True(t, say(t, p, " \t\x1clook\n").Valid)
}

func TestATextKeepsItsEndAndLosesItsBeginning(t *testing.T) {
	p, _ := begun(t)
	require.Equal(t, "Commands:\n  look\n", say(t, p, "help").Feedback)
}

func TestAnObjectInTwoPlacesIsTakenFromOne(t *testing.T) {
	p, _ := begun(t)
	a := say(t, p, "go to table 1", "take mug 2 from table 1", "go to sinkbasin 1")
	require.Equal(t, "You are at sinkbasin 1. On it: mug 2.", a.Feedback)
	require.NotContains(t, a.Admissible, "take mug 2 from sinkbasin 1", "the hands are full")
}

func TestDeletedFactsAreRememberedAndNothingElseIsNegated(t *testing.T) {
	p, _ := begun(t)
	a := say(t, p, "go to table 1", "look")
	require.Equal(t, "You face the drawer 1, and table 1. Next: nothing. Gone: nothing.", a.Feedback)
	a = say(t, p, "take mug 2 from table 1", "open drawer 1", "move mug 2 to drawer 1", "look")
	require.Equal(t, "You face the drawer 1, and table 1. Next: a mug 2, and a mug 2. Gone: mug 2.", a.Feedback,
		"in the drawer and in the sink, and still known to be gone from the table")
	a = say(t, p, "take mug 2 from drawer 1", "move mug 2 to table 1", "look")
	require.Equal(t, "You face the drawer 1, and table 1. Next: a mug 2, and a mug 2. Gone: mug 2.", a.Feedback)
}

func TestTextsSeeConditionalEffectsWhateverTheirCondition(t *testing.T) {
	p, _ := begun(t)
	a := say(t, p, "go to table 1", "take lamp 1 from table 1", "use lamp 1")
	require.True(t, a.Won, "the planner's lamp is lit")
	require.Equal(t, "switched", a.Feedback, "of an add and a delete of one fact the delete is what texts see")
	a = say(t, p, "use lamp 1")
	require.False(t, a.Won, "the game plays on, and the goal may cease to hold")
	require.Equal(t, "switched", a.Feedback)
}

func TestATypeWithACommaHasNoMembers(t *testing.T) {
	p, _ := begun(t)
	require.NotContains(t, say(t, p, "go to table 1").Admissible, "inspect lamp 1")
	a := say(t, p, "take lamp 1 from table 1")
	require.Contains(t, a.Admissible, "inspect lamp 1", "it is held")
}

func TestPlaceholdersNeverShareAnEntity(t *testing.T) {
	p, _ := begun(t)
	a := say(t, p, "go to table 1", "take mug 2 from table 1", "inspect mug 2")
	require.Equal(t, "mug 2, nothing", a.Feedback, "the mug is in the sink, beside nothing but itself")
}

func TestAConstantMayBeAnObjectOfTheProblem(t *testing.T) {
	p, _ := begun(t)
	require.Contains(t, say(t, p, "go to sinkbasin 1").Admissible, "wash sinkbasin 1")
	require.NotContains(t, say(t, p, "go to table 1").Admissible, "wash table 1")
}

func TestCommandsMayDependOnTheState(t *testing.T) {
	s := kitchen
	s.Grammar = strings.Replace(s.Grammar, `"take {o} from {r}"`, `"take {o}#seen#"`, 1)
	s.Grammar = strings.Replace(s.Grammar, `"task":`, `"seen": [{"condition": "toggled(o:object)", "rhs": "#list_separator#again"}, {"rhs": ""}], "task":`, 1)
	p := NewPlay(compiled(t, s))
	_, err := p.Reset()
	require.NoError(t, err)
	require.Contains(t, say(t, p, "go to table 1").Admissible, "take lamp 1")
	a := say(t, p, "take lamp 1", "use lamp 1", "move lamp 1 to table 1")
	require.Contains(t, a.Admissible, "take lamp 1, again")
	require.NotContains(t, a.Admissible, "take lamp 1")
	require.Equal(t, Nothing, say(t, p, "take lamp 1").Feedback)
	require.Equal(t, "You took lamp 1.", say(t, p, "take lamp 1, again").Feedback)
}

func TestWalkthroughsAreReadWithNames(t *testing.T) {
	s := kitchen
	s.Walkthrough = []string{"go to table_bar_a", "take lamp_bar_x from table_bar_a", "use lamp 1"}
	g := compiled(t, s)
	require.Equal(t, []string{"go to table 1", "take lamp 1 from table 1", "use lamp 1"}, g.Walkthrough())
	require.NoError(t, g.replay())
}

func TestAPlanBecomesCommandsThatWin(t *testing.T) {
	g := compiled(t, kitchen)
	p := g.Problem()
	var plan []int
	c := p.Cursor()
	for _, prefix := range []string{"(go bob start_bar_0 spot_bar_1", "(take bob spot_bar_1 lamp", "(use bob lamp"} {
		for a := range c.Applicable() {
			if strings.HasPrefix(p.ActionName(a), prefix) {
				plan = append(plan, a)
				c.Apply(a, nil)
				break
			}
		}
	}
	commands, err := g.Commands(plan)
	require.NoError(t, err)
	require.Len(t, commands, 3)
	require.Equal(t, "use lamp 1", commands[2])
	_, err = g.Commands(plan[:2])
	require.ErrorContains(t, err, "does not win")
	_, err = g.Commands([]int{plan[1]})
	require.ErrorContains(t, err, "step 1 of the plan")
	_, err = g.Commands([]int{-1})
	require.ErrorContains(t, err, "step 1 of the plan")
}

func TestDamagedGamesAreErrorsThatNameThePlace(t *testing.T) {
	for _, c := range []struct{ part, replace, by, want string }{
		{"domain", "(or (exists", "(xor (exists", "pddl_domain: line 19: (xor (exists"},
		{"domain", "(:action help", "", "pddl_domain: line "},
		{"problem", "(in lamp_bar_x table_bar_a)", "(in ghost table_bar_a)", "ghost"},
		{"problem", "(lit ?o)", "(lit ?z)", "pddl_problem: line 7: (lit ?z): nothing binds the variable ?z"},
		{"problem", "(at bob spot_bar_1)", "(kind drawer_bar_b basintype)", "line 7 of the problem: the goal cannot be reached"},
		{"problem", "bob spot_bar_1))))", "", "pddl_problem: line 7: the text ends within the list"},
		{"grammar", "light it up", "#intro#", "grammar: line 1: the symbol “intro” expands into itself"},
		{"grammar", "Commands:", "Commands: #nosuch#", "the symbol “nosuch” in"},
		{"grammar", "look\n\"; }", "", "grammar: line"},
	} {
		s := kitchen
		part := map[string]*string{"domain": &s.Domain, "problem": &s.Problem, "grammar": &s.Grammar}[c.part]
		require.Contains(t, *part, c.replace)
		*part = strings.Replace(*part, c.replace, c.by, 1)
		_, err := NewCompiler(ground.Limits{}).Compile(t.Context(), s)
		require.ErrorContains(t, err, c.want, c.by)
	}
}

func TestATextThatGrowsWithoutBoundIsAnError(t *testing.T) {
	var rules strings.Builder
	for i := range 60 {
		rules.WriteString(`"s` + strings.Repeat("x", i) + `": [{"rhs": "#s` + strings.Repeat("x", i+1) + `##s` + strings.Repeat("x", i+1) + `#"}], `)
	}
	rules.WriteString(`"s` + strings.Repeat("x", 60) + `": [{"rhs": "boom"}], `)
	s := kitchen
	s.Grammar = strings.Replace(s.Grammar, `"task":`, rules.String()+`"task":`, 1)
	s.Grammar = strings.Replace(s.Grammar, "light it up", "#s#", 1)
	_, err := NewPlay(compiled(t, s)).Reset()
	require.ErrorContains(t, err, "the text grows beyond")
}

func FuzzCommands(f *testing.F) {
	g := compiled(f, kitchen)
	f.Add("go to table 1\ntake lamp 1 from table 1\nuse lamp 1")
	f.Add("look\n\n\x00\xff")
	f.Fuzz(func(t *testing.T, commands string) {
		p := NewPlay(g)
		before, err := p.Reset()
		require.NoError(t, err)
		for _, c := range strings.Split(commands, "\n") {
			a, err := p.Step(c)
			require.NoError(t, err)
			if !a.Valid {
				require.Equal(t, before.Admissible, a.Admissible)
			}
			before = a
		}
	})
}

func FuzzSource(f *testing.F) {
	f.Add([]byte(`{"pddl_domain": "(define (domain d) (:predicates (p)) (:action a :effect (p)))", "grammar": "grammar :: \"\"\"{\"intro\":[{\"rhs\":\"x\"}]}\"\"\"; action a { template :: \"a\"; feedback :: \"b\"; }", "pddl_problem": "(define (problem x) (:domain d) (:init) (:goal (p)))"}`))
	f.Add([]byte(`{"pddl_domain": `))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseSource(data)
		if err != nil {
			return
		}
		g, err := NewCompiler(ground.Limits{Actions: 100, Facts: 1000, Work: 10_000}).Compile(t.Context(), s)
		if err != nil {
			return
		}
		p := NewPlay(g)
		if a, err := p.Reset(); err == nil && len(a.Admissible) > 0 {
			_, _ = p.Step(a.Admissible[0])
		}
	})
}
