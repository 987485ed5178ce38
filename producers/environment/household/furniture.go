package household

// feature is a set of what a class of furniture has.
type feature uint8

const (
	door    feature = 1 << iota // shut at the beginning, and hides what is inside
	hollow                      // things go in it, not on it
	water                       // cleans
	heat                        // heats
	cold                        // cools, and what lies inside is cold
	builtIn                     // often within reach of other furniture
)

// features returns what each class of furniture has.
func features() map[string]feature {
	return map[string]feature{
		"armchair":     0,
		"basket":       hollow,
		"bathtub":      hollow | water,
		"bed":          0,
		"bin":          hollow,
		"bookcase":     0,
		"cabinet":      door | hollow | builtIn,
		"chest":        door | hollow,
		"counter":      0,
		"cupboard":     door | hollow | builtIn,
		"desk":         0,
		"drawer":       door | hollow | builtIn,
		"dryer":        door | hollow,
		"fridge":       door | hollow | cold,
		"hamper":       door | hollow,
		"ironingboard": 0,
		"mantelpiece":  0,
		"microwave":    door | hollow | heat,
		"nightstand":   0,
		"oven":         door | hollow | heat,
		"pantry":       door | hollow,
		"rack":         0,
		"safe":         door | hollow,
		"shelf":        0,
		"sideboard":    0,
		"sink":         hollow | water,
		"sofa":         0,
		"stool":        0,
		"stove":        heat,
		"table":        0,
		"tub":          hollow | water,
		"wardrobe":     door | hollow,
		"washer":       door | hollow,
		"windowsill":   0,
	}
}

// furnishing is how many pieces of a class a type of room has.
type furnishing struct {
	class       string
	least, most int
}

// roomType is what rooms of a type have in common.
type roomType struct {
	name      string
	furniture []furnishing
	lamps     []string // kinds of lamp, where the furniture for them is there
	// How many portable things there are beside those of the task.
	least, most int
}

// roomTypes lists the types of room.
func roomTypes() []roomType {
	return []roomType{
		{"kitchen", []furnishing{
			{"fridge", 1, 1}, {"sink", 1, 1}, {"microwave", 1, 1}, {"counter", 1, 2}, {"cupboard", 1, 3},
			{"drawer", 1, 3}, {"table", 0, 1}, {"shelf", 0, 2}, {"stove", 0, 1}, {"oven", 0, 1},
			{"pantry", 0, 1}, {"rack", 0, 1}, {"bin", 0, 1},
		}, nil, 12, 18},
		{"bedroom", []furnishing{
			{"bed", 1, 1}, {"nightstand", 1, 2}, {"desk", 1, 1}, {"drawer", 1, 4}, {"shelf", 0, 3},
			{"wardrobe", 0, 1}, {"chest", 0, 1}, {"windowsill", 0, 1}, {"armchair", 0, 1}, {"bin", 0, 1},
		}, []string{"desklamp", "nightlamp", "readinglamp"}, 9, 14},
		{"bathroom", []furnishing{
			{"sink", 1, 2}, {"bathtub", 0, 1}, {"cupboard", 1, 3}, {"drawer", 0, 2}, {"shelf", 1, 2},
			{"hamper", 0, 1}, {"stool", 0, 1}, {"counter", 0, 1}, {"windowsill", 0, 1}, {"bin", 0, 1},
		}, nil, 8, 12},
		{"lounge", []furnishing{
			{"sofa", 1, 1}, {"table", 1, 2}, {"sideboard", 1, 1}, {"armchair", 0, 2}, {"bookcase", 0, 2},
			{"cabinet", 0, 2}, {"drawer", 0, 3}, {"mantelpiece", 0, 1}, {"windowsill", 0, 1}, {"chest", 0, 1},
		}, []string{"readinglamp", "tablelamp"}, 9, 14},
		{"office", []furnishing{
			{"desk", 1, 2}, {"shelf", 1, 3}, {"cabinet", 1, 2}, {"drawer", 1, 4}, {"table", 0, 1},
			{"safe", 0, 1}, {"windowsill", 0, 1}, {"armchair", 0, 1}, {"bin", 0, 1},
		}, []string{"desklamp", "readinglamp", "tablelamp"}, 9, 14},
		{"laundry", []furnishing{
			{"tub", 1, 1}, {"washer", 1, 1}, {"dryer", 0, 1}, {"ironingboard", 0, 1}, {"basket", 1, 2},
			{"cupboard", 1, 3}, {"shelf", 1, 3}, {"counter", 0, 1}, {"drawer", 0, 2}, {"rack", 0, 1},
		}, nil, 8, 12},
	}
}

// lampPlaces says on which classes of furniture a kind of lamp stands.
func lampPlaces() map[string][]string {
	return map[string][]string{
		"desklamp":    {"desk"},
		"nightlamp":   {"nightstand"},
		"readinglamp": {"armchair", "bookcase", "shelf", "windowsill"},
		"tablelamp":   {"sideboard", "table"},
	}
}
