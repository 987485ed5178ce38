package textworld

import "github.com/dreamlog/dreamlog/producers/environment/textworld/ground"

// Options say what an Environment plays.
type Options struct {
	// Games is the path of the set of games; see ReadSet. It must be given.
	Games string
	// Split is that of the games whose path does not tell one; empty: train.
	Split string
	// Planner finds walkthroughs of games whose file has none; nil: those have
	// none.
	Planner Planner
	// CacheGames is how many games are kept ready that nobody plays just now,
	// at some 0.3 MB each for ALFWorld's; 0: 256. Games that are being played
	// are held by their sessions.
	CacheGames int
	// Limits bound the games; zero values are the defaults.
	Limits ground.Limits
}

// defaultCacheGames is CacheGames where it is 0.
const defaultCacheGames = 256
